"""Everyone who is logged in reads values; administrators change them in Django's admin."""

from crm.access import policies, verbs
from crm.access.scopes import Scope
from crm.dictionaries.models import (
    BusinessCalendar,
    CalendarException,
    Dictionary,
    Item,
    NumberRule,
    Region,
    Setting,
    StatutoryYear,
    Tag,
)

ADMIN_ONLY = {"system_admin": dict.fromkeys(("view", "add", "change", "delete"), Scope.ALL)}
READ_ONLY = {"auditor": {verbs.VIEW: Scope.ALL}}


class AdministeredPolicy(policies.Policy):
    """Maintained by system administrators, read by the auditor in the admin."""

    defaults = {**ADMIN_ONLY, **READ_ONLY}


class TagPolicy(policies.Policy):
    """Sales and service make tags while they work; administrators rename and remove them."""

    defaults = {
        **ADMIN_ONLY,
        **READ_ONLY,
        **{
            role: {verbs.VIEW: Scope.ALL, verbs.ADD: Scope.ALL}
            for role in ("sales_manager", "sales", "service_lead", "service")
        },
    }


MAINTAINED = (
    Dictionary, Item, Region, NumberRule, Setting,
    BusinessCalendar, CalendarException, StatutoryYear,
)  # fmt: skip
for model in MAINTAINED:
    policies.register(model, AdministeredPolicy)
policies.register(Tag, TagPolicy)
