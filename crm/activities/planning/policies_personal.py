"""Diary: its author and nobody else. Work reports: their author, readers, and those above him."""

from collections.abc import Hashable
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.access import policies, verbs
from crm.access.results import ALLOWED, Answer, Denied
from crm.access.scopes import Scope
from crm.activities.planning.choices import ReportStatus
from crm.activities.planning.models_personal import DiaryEntry, ReportRecipient, WorkReport
from crm.core.messages import NOT_ALLOWED

V = verbs
#: A duty rather than a right: who has it is missed where he sends no daily report.
MUST_SUBMIT = V.register("must_submit", _("Must submit daily reports"))
EVERYBODY = (
    "super_admin", "system_admin", "sales_manager", "sales", "service_lead", "service",
    "finance",
)  # fmt: skip
OWN = dict.fromkeys((V.VIEW, V.ADD, V.CHANGE, V.DELETE), Scope.ALL)


class DiaryPolicy(policies.Policy):
    """Whoever keeps a diary reads his own; no scope and no rank opens another one's."""

    #: The auditor changes nothing, so he keeps none.
    defaults = dict.fromkeys(EVERYBODY, OWN) | {"auditor": {V.VIEW: Scope.ALL}}

    def rows(self, user: Any, verb: str) -> Q | None:
        return Q(author_id=user.pk) if self.reach(user, verb) else Q(pk__in=[])

    def shape(self, user: Any, verb: str) -> Hashable:
        return user.pk if self.reach(user, verb) else None

    def check(self, user: Any, verb: str, obj: models.Model) -> Answer:
        mine = self.reach(user, verb) and obj.author_id == user.pk
        return ALLOWED if mine else Denied(str(NOT_ALLOWED))


def reports(view: Scope) -> dict[str, Scope]:
    """One's own reports, and reading others' within a scope."""
    return {V.VIEW: view, V.ADD: Scope.ALL, V.CHANGE: Scope.OWN, V.DELETE: Scope.OWN}


class ReportPolicy(policies.OwnedPolicy):
    """The author's rows; besides, sent ones of people within reach or sent to the reader.

    A draft is its author's alone, whatever the scope of others.
    """

    owner_path = "author"
    rights = (*policies.Policy.rights, MUST_SUBMIT)
    defaults = {
        "super_admin": reports(Scope.ALL),
        "system_admin": reports(Scope.OWN),
        "auditor": {V.VIEW: Scope.ALL},
        "sales_manager": reports(Scope.OWN_AND_REPORTS) | {MUST_SUBMIT: Scope.OWN},
        "sales": reports(Scope.OWN) | {MUST_SUBMIT: Scope.OWN},
        "service_lead": reports(Scope.OWN_AND_REPORTS),
        "service": reports(Scope.OWN),
        "finance": reports(Scope.OWN),
    }

    def rows(self, user: Any, verb: str) -> Q | None:
        reach = self.reach(user, verb)
        if not reach:
            return Q(pk__in=[])
        own = Q(author_id=user.pk)
        if verb != V.VIEW:
            return own
        received = ReportRecipient.objects.filter(user_id=user.pk).values("report_id")
        readable = Q() if reach.everything else self.owned_by(reach.owners) | Q(pk__in=received)
        return own | (Q(status=ReportStatus.SUBMITTED) & readable)

    def shape(self, user: Any, verb: str) -> Hashable:
        reach = self.reach(user, verb)
        return reach.everything, reach.owners, user.pk if reach else None

    def check(self, user: Any, verb: str, obj: models.Model) -> Answer:
        reach = self.reach(user, verb)
        if not reach:
            return Denied(str(NOT_ALLOWED))
        if obj.author_id == user.pk:
            return ALLOWED
        readable = verb == V.VIEW and obj.is_submitted
        if readable and (
            reach.covers(obj.author_id)
            or ReportRecipient.objects.filter(report_id=obj.pk, user_id=user.pk).exists()
        ):
            return ALLOWED
        return Denied(str(NOT_ALLOWED))


policies.register(DiaryEntry, DiaryPolicy)
policies.register(WorkReport, ReportPolicy)
