"""Who reads and writes follow-ups and files: whoever sees the record they stand on.

A scope of these policies speaks of the author, or of who uploaded the file; these and their
managers change and delete. The preset roles view with the scope "all", so what limits them is the
record.
"""

from collections.abc import Hashable
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Exists, OuterRef, Q

from crm.access import policies, verbs
from crm.access.results import ALLOWED, Answer, Denied
from crm.access.scopes import Scope
from crm.activities.models import Attachment, FollowUp
from crm.activities.subjects import SUBJECTS, Subject, with_files
from crm.core.messages import NOT_ALLOWED

V = verbs
WRITE = {V.VIEW: Scope.ALL, V.ADD: Scope.ALL}


def own(scope: Scope) -> dict[str, Scope]:
    """Reading and writing everywhere, changing within a scope of authors."""
    return WRITE | {V.CHANGE: scope, V.DELETE: scope}


class AnchoredPolicy(policies.OwnedPolicy):
    """Rows that stand on a record the reader sees, of people within reach (S11-17, D09-4)."""

    def subjects(self) -> dict[str, Subject]:
        """The models that such rows stand on."""
        return SUBJECTS

    def rows(self, user: Any, verb: str) -> Q | None:
        reach = self.reach(user, verb)
        if not reach:
            return Q(pk__in=[])
        visible = Q(pk__in=[])
        for subject in self.subjects().values():
            kind = ContentType.objects.get_for_model(subject.model)
            rows = subject.kept(subject.model.objects.visible_to(user, V.VIEW))
            # The second condition says nothing new: it keeps PostgreSQL from hashing all records
            # that the user sees in order to look at a page of follow-ups.
            mine = rows.filter(pk=OuterRef("subject_id"), pk__lte=OuterRef("subject_id"))
            visible |= Q(subject_type=kind) & Exists(mine)
        return visible if reach.everything else visible & self.owned_by(reach.owners)

    def shape(self, user: Any, verb: str) -> Hashable:
        seen = tuple(
            policies.policy_for(subject.model).shape(user, V.VIEW)
            for subject in self.subjects().values()
        )
        return self.reach(user, verb), seen

    def check(self, user: Any, verb: str, obj: models.Model) -> Answer:
        if not self.reach(user, verb).covers(self.owner_of(obj)):
            return Denied(str(NOT_ALLOWED))
        found = self.model.objects.filter(pk=obj.pk).visible_to(user, verb).exists()
        return ALLOWED if found else Denied(str(NOT_ALLOWED))


class FollowUpPolicy(AnchoredPolicy):
    """Follow-ups; their owner is the author."""

    owner_path = "author"
    rights = (*policies.Policy.rights, V.IMPORT, V.EXPORT)
    defaults = {
        "super_admin": own(Scope.ALL) | {V.IMPORT: Scope.ALL, V.EXPORT: Scope.ALL},
        "system_admin": {V.VIEW: Scope.ALL},
        "auditor": {V.VIEW: Scope.ALL, V.EXPORT: Scope.ALL},
        "sales_manager": own(Scope.OWN_AND_REPORTS)
        | {V.IMPORT: Scope.ALL, V.EXPORT: Scope.OWN_AND_REPORTS},
        "sales": own(Scope.OWN) | {V.IMPORT: Scope.ALL, V.EXPORT: Scope.OWN},
        "service_lead": own(Scope.OWN_AND_REPORTS) | {V.EXPORT: Scope.OWN_AND_REPORTS},
        "service": own(Scope.OWN),
        "finance": {V.VIEW: Scope.ALL},
    }


class AttachmentPolicy(AnchoredPolicy):
    """Files: added by whoever may write there, deleted by who uploaded them and managers."""

    owner_path = "created_by"
    rights = (V.VIEW, V.ADD, V.DELETE)

    def subjects(self) -> dict[str, Subject]:
        return with_files()

    defaults = {
        "super_admin": WRITE | {V.DELETE: Scope.ALL},
        "system_admin": {V.VIEW: Scope.ALL},
        "auditor": {V.VIEW: Scope.ALL},
        "sales_manager": WRITE | {V.DELETE: Scope.OWN_AND_REPORTS},
        "sales": WRITE | {V.DELETE: Scope.OWN},
        "service_lead": WRITE | {V.DELETE: Scope.OWN_AND_REPORTS},
        "service": WRITE | {V.DELETE: Scope.OWN},
        "finance": {V.VIEW: Scope.ALL},
    }


policies.register(FollowUp, FollowUpPolicy)
policies.register(Attachment, AttachmentPolicy)
