"""Row rules: opportunities by owner and team; the catalogues are read by everybody who sells."""

from collections.abc import Hashable
from typing import Any

from django.db import models
from django.db.models import Q

from crm.access import policies, verbs
from crm.access.results import ALLOWED, Answer, Denied
from crm.access.scopes import Scope
from crm.accounts.rights import organisation
from crm.core.messages import NOT_ALLOWED
from crm.dictionaries.policies import ADMIN_ONLY, READ_ONLY
from opportunities.models import (
    Competitor,
    Opportunity,
    OpportunityShare,
    Pipeline,
    Product,
    Stage,
    Target,
)

V = verbs
WORK = (V.VIEW, V.ADD, V.CHANGE, V.DELETE)
EVERYTHING = dict.fromkeys((*WORK, V.IMPORT, V.EXPORT, V.ASSIGN, V.SHARE), Scope.ALL)
READ = {V.VIEW: Scope.ALL}


class OpportunityPolicy(policies.OwnedPolicy):
    """Sales see their own, managers their people's, a team member what is shared with him."""

    defaults = {
        "super_admin": EVERYTHING,
        "system_admin": READ | {V.ASSIGN: Scope.ALL},
        "auditor": READ,
        "sales_manager": dict.fromkeys((*WORK, V.EXPORT, V.ASSIGN, V.SHARE), Scope.OWN_AND_REPORTS)
        | {V.IMPORT: Scope.ALL},
        "sales": dict.fromkeys((*WORK, V.SHARE), Scope.OWN) | {V.IMPORT: Scope.ALL},
        "service_lead": READ,
        "service": READ,
        "finance": READ,
    }
    rights = (*policies.Policy.rights, V.ASSIGN, V.SHARE, V.IMPORT, V.EXPORT)
    share_model = OpportunityShare


class CataloguePolicy(policies.Policy):
    """Products and competitors: kept by managers and administrators, read by the others."""

    defaults = {
        "super_admin": dict.fromkeys(policies.Policy.rights, Scope.ALL),
        **ADMIN_ONLY,
        **READ_ONLY,
        "sales_manager": dict.fromkeys(policies.Policy.rights, Scope.ALL),
        **dict.fromkeys(("sales", "service_lead", "service", "finance"), READ),
    }


class CompetitorPolicy(CataloguePolicy):
    """Sellers add the competitors they meet."""

    defaults = CataloguePolicy.defaults | {"sales": READ | {V.ADD: Scope.ALL}}


class TargetPolicy(policies.OwnedPolicy):
    """Everybody sees his own target and his departments'; who leads people sets theirs.

    A department's target is seen by its members. It is set by those who set targets of others and
    belong to it or to a department above it.
    """

    rights = (V.VIEW, V.CHANGE)
    defaults = {
        "super_admin": dict.fromkeys(rights, Scope.ALL),
        "system_admin": READ,
        "auditor": READ,
        "sales_manager": dict.fromkeys(rights, Scope.OWN_AND_REPORTS),
        "sales": {V.VIEW: Scope.OWN},
        "finance": READ,
    }

    def departments(self, user: Any, verb: str) -> frozenset[int]:
        """Departments whose targets the verb reaches, where the reach has limits."""
        chart, reach = organisation(), self.reach(user, verb)
        leads = bool(reach.owners - {user.pk})
        if not reach or (verb != V.VIEW and not leads):
            return frozenset()
        return frozenset(chart.below(set(chart.departments_of.get(user.pk, ()))))

    def rows(self, user: Any, verb: str) -> Q | None:
        reach = self.reach(user, verb)
        if reach.everything:
            return None
        mine = self.departments(user, verb)
        return Q(owner_id__in=sorted(reach.owners)) | Q(department_id__in=sorted(mine))

    def shape(self, user: Any, verb: str) -> Hashable:
        return self.reach(user, verb), self.departments(user, verb)

    def check(self, user: Any, verb: str, obj: models.Model) -> Answer:
        reach = self.reach(user, verb)
        if obj.department_id is not None:
            known = reach.everything or obj.department_id in self.departments(user, verb)
        else:
            known = reach.covers(obj.owner_id)
        return ALLOWED if known else Denied(str(NOT_ALLOWED))


class PipelinePolicy(policies.Policy):
    """Pipelines and stages: kept by system administrators."""

    defaults = {
        "super_admin": dict.fromkeys(policies.Policy.rights, Scope.ALL),
        **ADMIN_ONLY,
        **READ_ONLY,
    }


policies.register(Opportunity, OpportunityPolicy)
policies.register(Product, CataloguePolicy)
policies.register(Competitor, CompetitorPolicy)
policies.register(Target, TargetPolicy)
policies.register(Pipeline, PipelinePolicy)
policies.register(Stage, PipelinePolicy)
