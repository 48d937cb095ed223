"""Who reads and writes follow-ups: whoever sees the record; author and manager change them.

A scope of this policy speaks of the author. The preset roles view with the scope "all", so what
limits them is the record the follow-up was written on.
"""

from collections.abc import Hashable
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Exists, OuterRef, Q

from crm.access import policies, verbs
from crm.access.results import ALLOWED, Answer, Denied
from crm.access.scopes import Scope
from crm.activities.models import FollowUp
from crm.activities.subjects import SUBJECTS
from crm.core.messages import NOT_ALLOWED

V = verbs
WRITE = {V.VIEW: Scope.ALL, V.ADD: Scope.ALL}


def own(scope: Scope) -> dict[str, Scope]:
    """Reading and writing everywhere, changing within a scope of authors."""
    return WRITE | {V.CHANGE: scope, V.DELETE: scope}


class FollowUpPolicy(policies.OwnedPolicy):
    """Rows whose author is within reach and whose record the reader sees (S11-17, D09-4)."""

    owner_path = "author"
    rights = (*policies.Policy.rights, V.EXPORT)
    defaults = {
        "super_admin": own(Scope.ALL) | {V.EXPORT: Scope.ALL},
        "system_admin": {V.VIEW: Scope.ALL},
        "auditor": {V.VIEW: Scope.ALL, V.EXPORT: Scope.ALL},
        "sales_manager": own(Scope.OWN_AND_REPORTS) | {V.EXPORT: Scope.OWN_AND_REPORTS},
        "sales": own(Scope.OWN) | {V.EXPORT: Scope.OWN},
        "service_lead": own(Scope.OWN_AND_REPORTS) | {V.EXPORT: Scope.OWN_AND_REPORTS},
        "service": own(Scope.OWN),
        "finance": {V.VIEW: Scope.ALL},
    }

    def rows(self, user: Any, verb: str) -> Q | None:
        reach = self.reach(user, verb)
        if not reach:
            return Q(pk__in=[])
        visible = Q(pk__in=[])
        for subject in SUBJECTS.values():
            kind = ContentType.objects.get_for_model(subject.model)
            rows = subject.kept(subject.model.objects.visible_to(user, V.VIEW))
            found = Exists(rows.filter(pk=OuterRef("subject_id")))
            visible |= Q(subject_type=kind) & Q(found)
        return visible if reach.everything else visible & self.owned_by(reach.owners)

    def shape(self, user: Any, verb: str) -> Hashable:
        seen = tuple(
            policies.policy_for(subject.model).shape(user, V.VIEW) for subject in SUBJECTS.values()
        )
        return self.reach(user, verb), seen

    def check(self, user: Any, verb: str, obj: models.Model) -> Answer:
        if not self.reach(user, verb).covers(obj.author_id):
            return Denied(str(NOT_ALLOWED))
        found = FollowUp.objects.filter(pk=obj.pk).visible_to(user, verb).exists()
        return ALLOWED if found else Denied(str(NOT_ALLOWED))


policies.register(FollowUp, FollowUpPolicy)
