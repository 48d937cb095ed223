"""The file of what a pool holds: for those who administer one, or may export everything."""

from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from crm.access import policies, verbs
from crm.core.errors import NotAllowed
from crm.jobs.exporting.views import ExportView


def may_export(user: Any, model: type[models.Model]) -> bool:
    """Whether somebody takes files out of a pool: who administers one, or exports everything."""
    policy = policies.policy_for(model)
    whole = policy.reach(user, verbs.EXPORT).everything
    return whole or bool(policy.pool_ids(user, verbs.EXPORT))


class PoolExportView(ExportView):
    """The export of a pool; who administers none is refused instead of getting an empty file."""

    def check_right(self) -> None:
        super().check_right()
        if not may_export(self.request.user, self.export.spec.model):
            raise NotAllowed(
                _("Exporting failed: only who administers a pool may export what it holds.")
            )
