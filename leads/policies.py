"""Row rules: leads by owner."""

from crm.access import policies, verbs
from crm.access.scopes import Scope
from crm.dictionaries.policies import AdministeredPolicy
from crm.pool import policies as pooled
from crm.pool.verbs import POOLED
from leads.models import AllocationRule, Lead, ScoreRule, WebForm

V = verbs
WORK = (V.VIEW, V.ADD, V.CHANGE, V.UNMASKED, V.REVEAL)
EVERYTHING = dict.fromkeys((*WORK, V.DELETE, V.ASSIGN, V.IMPORT, V.EXPORT), Scope.ALL)


def team(scope: Scope) -> dict[str, Scope]:
    """What somebody who leads others may do within a scope."""
    return dict.fromkeys((*WORK, V.DELETE, V.ASSIGN, V.EXPORT), scope) | {V.IMPORT: Scope.ALL}


class LeadPolicy(pooled.PooledPolicy):
    """Sales see their own, managers their people's (P16, C18)."""

    defaults = {
        "super_admin": EVERYTHING | pooled.EVERYTHING,
        "system_admin": {V.VIEW: Scope.ALL, V.ASSIGN: Scope.ALL} | pooled.ADMIN,
        "auditor": {V.VIEW: Scope.ALL, V.EXPORT: Scope.ALL} | pooled.AUDITOR,
        "sales_manager": team(Scope.OWN_AND_REPORTS) | pooled.MANAGER,
        "sales": dict.fromkeys((*WORK, V.DELETE), Scope.OWN) | pooled.SALES | {V.IMPORT: Scope.ALL},
        "service_lead": {V.VIEW: Scope.ALL, V.ADD: Scope.ALL},
        "service": {V.ADD: Scope.ALL, V.VIEW: Scope.OWN},
    }
    rights = (
        *policies.Policy.rights,
        V.ASSIGN,
        V.IMPORT,
        V.EXPORT,
        V.REVEAL,
        V.UNMASKED,
        *POOLED,
    )


policies.register(Lead, LeadPolicy)
for model in (WebForm, AllocationRule, ScoreRule):
    policies.register(model, AdministeredPolicy)
