"""Row rules: opportunities by owner and team; the catalogues are read by everybody who sells."""

from crm.access import policies, verbs
from crm.access.scopes import Scope
from crm.dictionaries.policies import ADMIN_ONLY, READ_ONLY
from opportunities.models import Competitor, Opportunity, OpportunityShare, Pipeline, Product, Stage

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
        "sales": READ | {V.ADD: Scope.ALL},
        **dict.fromkeys(("service_lead", "service", "finance"), READ),
    }


class PipelinePolicy(policies.Policy):
    """Pipelines and stages: kept by system administrators."""

    defaults = {
        "super_admin": dict.fromkeys(policies.Policy.rights, Scope.ALL),
        **ADMIN_ONLY,
        **READ_ONLY,
    }


policies.register(Opportunity, OpportunityPolicy)
policies.register(Product, CataloguePolicy)
policies.register(Competitor, CataloguePolicy)
policies.register(Pipeline, PipelinePolicy)
policies.register(Stage, PipelinePolicy)
