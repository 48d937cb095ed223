"""Ratings follow the handler of the solution; the questions are kept by service leads, too."""

from crm.access import policies, verbs
from crm.access.scopes import Scope
from tickets.policies import ToolPolicy
from tickets.satisfaction.models import SurveyResponse, SurveyTemplate

V = verbs


class RatingPolicy(policies.OwnedPolicy):
    """Everybody sees what customers said of his own work, leads see all."""

    rights = (V.VIEW, V.EXPORT)
    defaults = {
        "super_admin": {V.VIEW: Scope.ALL, V.EXPORT: Scope.ALL},
        "auditor": {V.VIEW: Scope.ALL, V.EXPORT: Scope.ALL},
        "service_lead": {V.VIEW: Scope.ALL, V.EXPORT: Scope.ALL},
        "service": {V.VIEW: Scope.OWN},
        "sales_manager": dict.fromkeys((V.VIEW, V.EXPORT), Scope.OWN_AND_REPORTS),
        "sales": {V.VIEW: Scope.OWN},
    }


policies.register(SurveyResponse, RatingPolicy)
policies.register(SurveyTemplate, ToolPolicy)
