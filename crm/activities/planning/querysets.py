"""Named reads of what people plan."""

from datetime import date, datetime
from typing import Any, Self

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q

from crm.access.querysets import ScopedQuerySet
from crm.activities.planning.choices import AppointmentStatus, ReportStatus, TaskStatus
from crm.core import clock


class LinkedQuerySet(ScopedQuerySet):
    """Rows that may stand on another record and in the bin."""

    def kept(self) -> Self:
        """Not in the recycle bin."""
        return self.filter(deleted_at__isnull=True)

    def on(self, obj: models.Model) -> Self:
        """Linked with exactly this record."""
        return self.filter(subject_type=_type_of(obj), subject_id=obj.pk)

    def under(self, obj: models.Model) -> Self:
        """Linked with this record or with one below it (a customer's contacts)."""
        return self.filter(parent_type=_type_of(obj), parent_id=obj.pk)

    def around(self, obj: models.Model) -> Self:
        """Linked with this record, or with one below it."""
        return self.filter(
            Q(parent_type=_type_of(obj), parent_id=obj.pk)
            | Q(subject_type=_type_of(obj), subject_id=obj.pk)
        )

    def of(self, *people: int) -> Self:
        """Rows that these people own or take part in."""
        through = self.model.participants.through
        key = f"{self.model._meta.model_name}_id"
        joined = through.objects.filter(user_id__in=people).values(key)
        return self.filter(Q(owner_id__in=people) | Q(pk__in=joined))


class TaskQuerySet(LinkedQuerySet):
    """Tasks."""

    def open(self) -> Self:
        """Still to be done."""
        return self.filter(status=TaskStatus.OPEN)

    def overdue(self) -> Self:
        """Still to be done, and late."""
        return self.open().filter(due_at__lt=clock.now())


class AppointmentQuerySet(LinkedQuerySet):
    """Appointments."""

    def planned(self) -> Self:
        """Neither done nor cancelled."""
        return self.filter(status=AppointmentStatus.PLANNED)

    def during(self, start: datetime, end: datetime) -> Self:
        """Overlapping a span that ends before `end`."""
        return self.filter(starts_at__lt=end, ends_at__gt=start)


class DiaryQuerySet(ScopedQuerySet):
    """Diary entries."""

    def of(self, user: Any) -> Self:
        """One person's own."""
        return self.filter(author_id=user.pk)

    def between(self, first: date, last: date) -> Self:
        """Of the days from `first` up to and with `last`."""
        return self.filter(day__gte=first, day__lte=last)


class ReportQuerySet(ScopedQuerySet):
    """Work reports."""

    def submitted(self) -> Self:
        """Those that were sent."""
        return self.filter(status=ReportStatus.SUBMITTED)


def _type_of(obj: models.Model) -> ContentType:
    return ContentType.objects.get_for_model(type(obj))
