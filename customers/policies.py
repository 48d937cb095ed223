"""Row rules: customers by owner and share, contacts follow their customer."""

from crm.access import policies, verbs
from crm.access.scopes import Scope
from crm.dictionaries.policies import AdministeredPolicy, TagPolicy
from crm.pool import policies as pooled
from crm.pool.verbs import POOLED
from customers.models import (
    Category,
    Contact,
    ContactGroup,
    Customer,
    CustomerShare,
    RhythmRule,
)

V = verbs
WORK = (V.VIEW, V.ADD, V.CHANGE, V.UNMASKED, V.REVEAL)
EVERYTHING = dict.fromkeys((*WORK, V.DELETE, V.IMPORT, V.EXPORT), Scope.ALL)


def team(scope: Scope) -> dict[str, Scope]:
    """What somebody who leads others may do within a scope."""
    return dict.fromkeys((*WORK, V.DELETE, V.EXPORT), scope) | {V.IMPORT: Scope.ALL}


SALES = dict.fromkeys((*WORK, V.DELETE), Scope.OWN) | {V.IMPORT: Scope.ALL}
SERVICE = {V.VIEW: Scope.ALL, V.REVEAL: Scope.ALL}
SERVICE_LEAD = {
    V.VIEW: Scope.ALL,
    V.REVEAL: Scope.ALL,
    V.UNMASKED: Scope.ALL,
    V.ADD: Scope.ALL,
}
AUDITOR = {V.VIEW: Scope.ALL}
#: Brings in the company's data (S01-18, S12-16) and can undo that; he does not work with customers,
#: so he changes none that are there, phones and e-mail stay masked, nothing is exported.
SYSTEM_ADMIN = dict.fromkeys((V.VIEW, V.ADD, V.IMPORT), Scope.ALL)


class CustomerPolicy(pooled.PooledPolicy):
    """Sales see their own, managers their people's, service all of them (P16, C18)."""

    defaults = {
        "super_admin": EVERYTHING | pooled.EVERYTHING | {V.ASSIGN: Scope.ALL, V.SHARE: Scope.ALL},
        "system_admin": SYSTEM_ADMIN | {V.ASSIGN: Scope.ALL} | pooled.ADMIN,
        "auditor": AUDITOR | pooled.AUDITOR,
        "sales_manager": team(Scope.OWN_AND_REPORTS)
        | pooled.MANAGER
        | {V.ASSIGN: Scope.OWN_AND_REPORTS, V.SHARE: Scope.OWN_AND_REPORTS},
        "sales": SALES | pooled.SALES | {V.SHARE: Scope.OWN},
        "service_lead": SERVICE_LEAD,
        "service": SERVICE | {V.ADD: Scope.ALL},
        "finance": {V.VIEW: Scope.ALL},
    }
    rights = (
        *policies.Policy.rights,
        V.ASSIGN,
        V.SHARE,
        V.IMPORT,
        V.EXPORT,
        V.REVEAL,
        V.UNMASKED,
        *POOLED,
    )
    share_model = CustomerShare


class ContactPolicy(policies.ParentPolicy):
    """A contact is seen and changed by whoever may do so with its customer."""

    parent = "customer"
    owner_path = "customer__owner"
    share_path = "customer"
    share_model = CustomerShare
    defaults = {
        "super_admin": EVERYTHING,
        "system_admin": SYSTEM_ADMIN,
        "auditor": AUDITOR,
        "sales_manager": team(Scope.OWN_AND_REPORTS),
        "sales": SALES,
        "service_lead": SERVICE_LEAD | {V.CHANGE: Scope.ALL},
        "service": SERVICE | {V.ADD: Scope.ALL, V.CHANGE: Scope.ALL},
        "finance": {V.VIEW: Scope.ALL},
    }
    rights = (*policies.Policy.rights, V.IMPORT, V.EXPORT, V.REVEAL, V.UNMASKED)


policies.register(Customer, CustomerPolicy)
policies.register(Contact, ContactPolicy)
policies.register(RhythmRule, AdministeredPolicy)
policies.register(Category, AdministeredPolicy)
policies.register(ContactGroup, TagPolicy)
