"""Tasks and appointments go along when a lead becomes a customer (`crm.activities.carrying`)."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from crm.activities.carrying import register
from crm.activities.planning.links import columns_of
from crm.activities.planning.models import Appointment, Task


def _carry(rows: Any, old: models.Model, new: models.Model) -> int:
    return rows.objects.on(old).update(**columns_of(new))


def carry_tasks(old: models.Model, new: models.Model, actor: Any) -> int:
    """Link the tasks of one record with another; returns how many."""
    return _carry(Task, old, new)


def carry_appointments(old: models.Model, new: models.Model, actor: Any) -> int:
    """Link the appointments of one record with another; returns how many."""
    return _carry(Appointment, old, new)


register("tasks", _("Tasks"), carry_tasks)
register("appointments", _("Appointments"), carry_appointments)
