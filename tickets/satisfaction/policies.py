"""Ratings follow the handler of the solution; the questions are kept by administrators."""

from crm.access import policies, verbs
from crm.access.scopes import Scope
from crm.dictionaries.policies import AdministeredPolicy
from tickets.satisfaction.models import SurveyResponse, SurveyTemplate

V = verbs


class RatingPolicy(policies.OwnedPolicy):
    """Everybody sees what customers said of his own work, leads see all."""

    rights = (V.VIEW,)
    defaults = {
        "super_admin": {V.VIEW: Scope.ALL},
        "auditor": {V.VIEW: Scope.ALL},
        "service_lead": {V.VIEW: Scope.ALL},
        "service": {V.VIEW: Scope.OWN},
        "sales_manager": {V.VIEW: Scope.OWN_AND_REPORTS},
        "sales": {V.VIEW: Scope.OWN},
    }


policies.register(SurveyResponse, RatingPolicy)
policies.register(SurveyTemplate, AdministeredPolicy)
