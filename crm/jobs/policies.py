"""Everyone sees the own jobs; administrators and the auditor see all of them, never the files."""

from collections.abc import Hashable
from typing import Any

from django.db.models import Q

from crm.access import policies, verbs
from crm.access.results import ALLOWED, Answer, Denied
from crm.access.scopes import Scope
from crm.core.messages import NOT_ALLOWED
from crm.jobs.models import Job


class JobPolicy(policies.Policy):
    """Read only: what a job may do is decided by its kind, as its actor."""

    rights = (verbs.VIEW,)
    defaults = {
        "system_admin": {verbs.VIEW: Scope.ALL},
        "auditor": {verbs.VIEW: Scope.ALL},
    }

    def rows(self, user: Any, verb: str) -> Q | None:
        return None if self.reach(user, verb) else Q(actor_id=user.pk)

    def shape(self, user: Any, verb: str) -> Hashable:
        return bool(self.reach(user, verb)), user.pk

    def check(self, user: Any, verb: str, obj: Any) -> Answer:
        if self.reach(user, verb) or obj.actor_id == user.pk:
            return ALLOWED
        return Denied(str(NOT_ALLOWED))


policies.register(Job, JobPolicy)
