"""Named reads of reminders."""

from datetime import datetime
from typing import Any, Self

from django.contrib.contenttypes.models import ContentType
from django.db import models

from crm.access.querysets import ScopedQuerySet

OPEN = ("pending", "claimed")


class ReminderQuerySet(ScopedQuerySet):
    """Reads; states are moved in `crm.reminders.states`."""

    def open(self) -> Self:
        """Not sent yet and still wanted."""
        return self.filter(state__in=OPEN)

    def pending(self) -> Self:
        """Waiting for their time."""
        return self.filter(state="pending")

    def failed(self) -> Self:
        """Given up after several attempts."""
        return self.filter(state="failed")

    def due(self, now: datetime | Any) -> Self:
        """Waiting, and their time has come."""
        return self.pending().filter(due_at__lte=now)

    def on(self, model: type[models.Model], keys: Any) -> Self:
        """Those of some records of one model."""
        kind = ContentType.objects.get_for_model(model)
        return self.filter(subject_type=kind, subject_id__in=keys)
