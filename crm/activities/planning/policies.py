"""Who sees and changes what people plan: by the scope of the owner, and whoever takes part."""

from collections.abc import Hashable
from typing import Any

from django.db import models
from django.db.models import Q

from crm.access import policies, verbs
from crm.access.results import ALLOWED, Answer
from crm.access.scopes import Scope
from crm.activities.planning.models import Appointment, Task

V = verbs
BASE = (V.VIEW, V.ADD, V.CHANGE, V.DELETE, V.ASSIGN)


def within(scope: Scope) -> dict[str, Scope]:
    """Everything within a scope of owners; new ones by everybody who has the right."""
    return dict.fromkeys(BASE, scope) | {V.ADD: Scope.ALL}


class PlanPolicy(policies.OwnedPolicy):
    """The owner's rows by scope; besides, what somebody made himself or takes part in.

    Participants see and change (tick, reschedule, record the outcome), they do not delete and do
    not hand on.
    """

    rights = BASE
    #: What taking part is enough for.
    joined_verbs = (V.VIEW, V.CHANGE)
    defaults = {
        "super_admin": within(Scope.ALL),
        "system_admin": within(Scope.OWN),
        "auditor": {V.VIEW: Scope.ALL},
        "sales_manager": within(Scope.OWN_AND_REPORTS),
        "sales": within(Scope.OWN),
        "service_lead": within(Scope.OWN_AND_REPORTS),
        "service": within(Scope.OWN),
        "finance": within(Scope.OWN),
    }

    def rows(self, user: Any, verb: str) -> Q | None:
        reach = self.reach(user, verb)
        if reach.everything:
            return None
        if not reach:
            return Q(pk__in=[])
        condition = self.owned_by(reach.owners) | Q(created_by_id=user.pk)
        if verb in self.joined_verbs:
            condition |= Q(pk__in=self._joined(user))
        return condition

    def _joined(self, user: Any) -> models.QuerySet:
        through = self.model.participants.through
        return through.objects.filter(user_id=user.pk).values(f"{self.model._meta.model_name}_id")

    def shape(self, user: Any, verb: str) -> Hashable:
        reach = self.reach(user, verb)
        return reach.everything, reach.owners, user.pk if reach else None

    def check(self, user: Any, verb: str, obj: models.Model) -> Answer:
        answer = super().check(user, verb, obj)
        if answer or not self.reach(user, verb):
            return answer
        if obj.created_by_id == user.pk:
            return ALLOWED
        joined = verb in self.joined_verbs and obj.participants.filter(pk=user.pk).exists()
        return ALLOWED if joined else answer


policies.register(Task, PlanPolicy)
policies.register(Appointment, PlanPolicy)
