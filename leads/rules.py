"""Rules of leads that need more than one field; form, import and public form share them.

A rule answers with problems, it never raises, so that an import can show all of them.
"""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.core.text import name_key
from customers.rules import Problem, refuse
from leads.models import Lead

TEXTS = (
    "name",
    "contact_name",
    "position",
    "mobile",
    "phone",
    "email",
    "wechat",
    "address",
    "need",
    "pain_points",
    "remarks",
)
#: Why nobody writes to a converted lead any more (P9).
CONVERTED = gettext_lazy("Saving failed: the lead has been converted and is locked.")
#: What makes a lead worth keeping: some way to reach somebody.
REACH = ("mobile", "phone", "email", "wechat")


def lead_problems(lead: Lead) -> list[Problem]:
    """Everything that forbids storing this lead (D06-1)."""
    problems = []
    if not name_key(lead.name):
        problems.append(Problem("name", _("The name of the lead is missing.")))
    for name in TEXTS:
        field = lead._meta.get_field(name)
        value = getattr(lead, name)
        if value and field.max_length and len(value) > field.max_length:
            message = _("%(field)s is longer than %(limit)d characters.")
            values = {"field": field.verbose_name, "limit": field.max_length}
            problems.append(Problem(name, message % values))
    return problems


def is_reachable(values: Any) -> bool:
    """Whether a form or a row names a way to reach somebody."""
    return any(values.get(name) for name in REACH)


__all__ = ["REACH", "Problem", "is_reachable", "lead_problems", "refuse"]
