"""What people have left on a record: an undone import takes no such record back."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from crm.activities.models import Attachment, FollowUp
from crm.activities.planning.models import Appointment, Task

LEFT = _("Follow-ups, tasks, appointments or files have been added to the record since the import.")


def are_on(obj: models.Model) -> bool:
    """Whether somebody has written, planned or attached something here, deleted since or not."""
    kinds = (FollowUp, Task, Appointment, Attachment)
    return any(kind.objects.on(obj).exists() for kind in kinds)
