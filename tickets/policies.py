"""Row rules: service works on all tickets, others on their own and those of their customers."""

from collections.abc import Hashable
from typing import Any

from django.db.models import Q

from crm.access import policies, verbs
from crm.access.results import ALLOWED, Answer
from crm.access.scopes import Scope
from crm.dictionaries.policies import AdministeredPolicy
from crm.pool.verbs import CLAIM
from tickets.models import (
    AgentProfile,
    BusinessNode,
    CannedReply,
    Macro,
    Skill,
    Ticket,
    TicketGroup,
    TicketStatus,
)

V = verbs
WORK = (V.VIEW, V.ADD, V.CHANGE, V.REVEAL)
LEAD = dict.fromkeys((*WORK, V.UNMASKED, V.DELETE, V.ASSIGN, V.IMPORT, V.EXPORT, CLAIM), Scope.ALL)
SALES = dict.fromkeys((V.VIEW, V.ADD, V.CHANGE, V.DELETE, V.UNMASKED, V.REVEAL), Scope.OWN)


class TicketPolicy(policies.OwnedPolicy):
    """The handler's scope; to be looked at also who took it in, and the customer's owner (C18)."""

    rights = (
        *policies.Policy.rights,
        V.ASSIGN,
        V.IMPORT,
        V.EXPORT,
        V.REVEAL,
        V.UNMASKED,
        CLAIM,
    )
    defaults = {
        "super_admin": LEAD,
        "system_admin": {V.VIEW: Scope.ALL},
        "auditor": {V.VIEW: Scope.ALL, V.EXPORT: Scope.ALL},
        "service_lead": LEAD,
        "service": dict.fromkeys((*WORK, CLAIM), Scope.ALL) | {V.UNMASKED: Scope.OWN},
        "sales_manager": dict.fromkeys(SALES, Scope.OWN_AND_REPORTS)
        | {V.EXPORT: Scope.OWN_AND_REPORTS},
        "sales": SALES,
    }

    def rows(self, user: Any, verb: str) -> Q | None:
        reach = self.reach(user, verb)
        found = super().rows(user, verb)
        if found is None or not reach or verb != V.VIEW:
            return found
        owners = sorted(reach.owners)
        return found | Q(created_by_id__in=owners) | Q(customer__owner_id__in=owners)

    def shape(self, user: Any, verb: str) -> Hashable:
        return super().shape(user, verb)

    def check(self, user: Any, verb: str, obj: Any) -> Answer:
        reach = self.reach(user, verb)
        if verb == V.VIEW and reach:
            known = (obj.created_by_id, obj.customer.owner_id if obj.customer_id else None)
            if any(reach.covers(owner) for owner in known):
                return ALLOWED
        return super().check(user, verb, obj)


class ToolPolicy(policies.Policy):
    """Kept by service leads, used by whoever works on tickets."""

    defaults = {
        "system_admin": dict.fromkeys((V.VIEW, V.ADD, V.CHANGE, V.DELETE), Scope.ALL),
        "service_lead": dict.fromkeys((V.VIEW, V.ADD, V.CHANGE, V.DELETE), Scope.ALL),
        "auditor": {V.VIEW: Scope.ALL},
    }


class TreePolicy(policies.Policy):
    """The business tree is the administrator's (S02-24); a role may be given more."""

    defaults = ToolPolicy.defaults | {"service_lead": {V.VIEW: Scope.ALL}}


policies.register(Ticket, TicketPolicy)
policies.register(BusinessNode, TreePolicy)
policies.register(TicketStatus, AdministeredPolicy)
for model in (TicketGroup, AgentProfile, Skill, CannedReply, Macro):
    policies.register(model, ToolPolicy)
