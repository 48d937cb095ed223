"""Tables of tasks and appointments (D09-6, D09-7, D09-9)."""

from datetime import date

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import F, Q
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.activities.planning.choices import (
    AppointmentStatus,
    Kind,
    Priority,
    Repeat,
    TaskStatus,
)
from crm.activities.planning.querysets import AppointmentQuerySet, TaskQuerySet
from crm.core import clock
from crm.core.models import Owned, SoftDeleted, TimeStamped, Versioned
from crm.web.navigation import address

TITLE_LIMIT = 200
TEXT_LIMIT = 4000
KEPT = Q(deleted_at__isnull=True)


class Linked(models.Model):
    """A row that may stand on another record; `parent` is the record above that one.

    The same pair of pairs as of a follow-up, but none of it must be there.
    """

    subject_type = models.ForeignKey(
        ContentType,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        editable=False,
    )
    subject_id = models.BigIntegerField(_("Linked record"), null=True, editable=False)
    parent_type = models.ForeignKey(
        ContentType,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        editable=False,
    )
    parent_id = models.BigIntegerField(null=True, editable=False)

    class Meta:
        abstract = True


class Task(TimeStamped, Versioned, Owned, SoftDeleted, Linked):
    """Something somebody has to do (D09-9, S10-47).

    `due_at` is the instant from which it is late: of a day without a time, the end of that day by
    the company's clock. `anchor_on` is the first day of a series, `previous` the task
    of the series before this one: nothing comes back twice.
    """

    title = models.CharField(_("Title"), max_length=TITLE_LIMIT)
    description = models.TextField(_("Description"), max_length=TEXT_LIMIT, blank=True)
    priority = models.CharField(
        _("Priority"), max_length=8, choices=Priority, default=Priority.NORMAL
    )
    due_at = models.DateTimeField(_("Due"), null=True, blank=True)
    due_has_time = models.BooleanField(default=False, editable=False)
    repeat = models.CharField(_("Repeat"), max_length=8, choices=Repeat, default=Repeat.NONE)
    repeat_until = models.DateField(_("Repeat until"), null=True, blank=True)
    anchor_on = models.DateField(null=True, editable=False)
    previous = models.OneToOneField(
        "self", null=True, on_delete=models.SET_NULL, related_name="next", editable=False
    )
    status = models.CharField(
        _("Status"), max_length=10, choices=TaskStatus, default=TaskStatus.OPEN, editable=False
    )
    done_at = models.DateTimeField(_("Done at"), null=True, editable=False)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Done by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        editable=False,
    )
    participants = models.ManyToManyField(
        settings.AUTH_USER_MODEL, verbose_name=_("Participants"), blank=True, related_name="+"
    )
    is_demo = models.BooleanField(default=False, editable=False)

    objects = TaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("Task")
        verbose_name_plural = _("Tasks")
        ordering = ["due_at", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="activities_task_title"),
            models.CheckConstraint(
                condition=Q(status__in=TaskStatus.values), name="activities_task_status"
            ),
            models.CheckConstraint(
                condition=Q(priority__in=Priority.values), name="activities_task_priority"
            ),
            models.CheckConstraint(
                condition=Q(repeat__in=Repeat.values), name="activities_task_repeat"
            ),
            models.CheckConstraint(
                condition=Q(repeat=Repeat.NONE) | Q(due_at__isnull=False, anchor_on__isnull=False),
                name="activities_task_repeat_needs_due",
            ),
            models.CheckConstraint(
                condition=Q(status=TaskStatus.DONE, done_at__isnull=False)
                | (~Q(status=TaskStatus.DONE) & Q(done_at__isnull=True)),
                name="activities_task_done_has_time",
            ),
            models.CheckConstraint(
                condition=Q(subject_type__isnull=True, subject_id__isnull=True)
                | Q(subject_type__isnull=False, subject_id__isnull=False),
                name="activities_task_subject_whole",
            ),
        ]
        indexes = [
            models.Index(
                fields=["owner", "status", "due_at", "id"], condition=KEPT, name="task_owner"
            ),
            models.Index(fields=["status", "due_at", "id"], condition=KEPT, name="task_due"),
            models.Index(fields=["created_by", "id"], condition=KEPT, name="task_creator"),
            models.Index(fields=["updated_at", "id"], condition=KEPT, name="task_updated"),
            models.Index(fields=["created_at", "id"], condition=KEPT, name="task_created"),
            models.Index(
                fields=["parent_type", "parent_id", "due_at"], condition=KEPT, name="task_parent"
            ),
            models.Index(
                fields=["subject_type", "subject_id", "due_at"], condition=KEPT, name="task_subject"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return address("planning:task_detail", self.pk)

    @property
    def is_open(self) -> bool:
        """Still to be done."""
        return self.status == TaskStatus.OPEN

    @property
    def is_late(self) -> bool:
        """Still to be done although its time is over."""
        return self.is_open and self.due_at is not None and self.due_at < clock.now()

    @property
    def due_on(self) -> date | None:
        """The day it is due: by the company's clock where it has no time of day."""
        if self.due_at is None:
            return None
        return localdate(self.due_at, None if self.due_has_time else clock.COMPANY_ZONE)


class TaskItem(models.Model):
    """One line of a task's checklist."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="items", db_index=False)
    position = models.PositiveSmallIntegerField()
    text = models.CharField(_("Step"), max_length=TITLE_LIMIT)
    is_done = models.BooleanField(pgettext_lazy("task", "Done"), default=False)

    class Meta:
        verbose_name = _("Checklist item")
        verbose_name_plural = _("Checklist items")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["task", "position"], name="activities_task_item_place"),
            models.CheckConstraint(condition=~Q(text=""), name="activities_task_item_text"),
        ]

    def __str__(self) -> str:
        return self.text


class Appointment(TimeStamped, Versioned, Owned, SoftDeleted, Linked):
    """A visit, a meeting: who meets whom, when, where and why (D09-6, D09-7, S09-06).

    A whole-day one lasts from the first midnight to the midnight behind its last day, by the
    company's clock. What repeats is written out as one row for each time; `series` holds them
    together, and each has a result of its own.
    """

    title = models.CharField(_("Title"), max_length=TITLE_LIMIT)
    kind = models.CharField(
        pgettext_lazy("appointment", "Kind"), max_length=8, choices=Kind, default=Kind.VISIT
    )
    starts_at = models.DateTimeField(_("Starts at"))
    ends_at = models.DateTimeField(_("Ends at"))
    is_all_day = models.BooleanField(_("All day"), default=False)
    place = models.CharField(_("Place"), max_length=TITLE_LIMIT, blank=True)
    purpose = models.TextField(_("Purpose"), max_length=TEXT_LIMIT, blank=True)
    outcome = models.TextField(
        pgettext_lazy("appointment", "Outcome"), max_length=TEXT_LIMIT, blank=True, editable=False
    )
    status = models.CharField(
        _("Status"),
        max_length=10,
        choices=AppointmentStatus,
        default=AppointmentStatus.PLANNED,
        editable=False,
    )
    follow_up = models.ForeignKey(
        "activities.FollowUp",
        verbose_name=_("Follow-up"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        editable=False,
    )
    series = models.CharField(max_length=32, blank=True, editable=False)
    participants = models.ManyToManyField(
        settings.AUTH_USER_MODEL, verbose_name=_("Participants"), blank=True, related_name="+"
    )
    is_demo = models.BooleanField(default=False, editable=False)

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("Appointment")
        verbose_name_plural = _("Appointments")
        ordering = ["-starts_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="activities_appointment_title"),
            models.CheckConstraint(
                condition=Q(status__in=AppointmentStatus.values),
                name="activities_appointment_status",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=Kind.values), name="activities_appointment_kind"
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="activities_appointment_ends_later"
            ),
            models.CheckConstraint(
                condition=Q(subject_type__isnull=True, subject_id__isnull=True)
                | Q(subject_type__isnull=False, subject_id__isnull=False),
                name="activities_appointment_subject_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["owner", "starts_at", "id"], condition=KEPT, name="appt_owner"),
            models.Index(fields=["starts_at", "id"], condition=KEPT, name="appt_starts"),
            models.Index(fields=["created_by", "id"], condition=KEPT, name="appt_creator"),
            models.Index(fields=["updated_at", "id"], condition=KEPT, name="appt_updated"),
            models.Index(fields=["created_at", "id"], condition=KEPT, name="appt_created"),
            models.Index(
                fields=["parent_type", "parent_id", "starts_at"], condition=KEPT, name="appt_parent"
            ),
            models.Index(
                fields=["subject_type", "subject_id", "starts_at"],
                condition=KEPT,
                name="appt_subject",
            ),
            models.Index(fields=["series"], condition=~Q(series=""), name="appt_series"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return address("planning:appointment_detail", self.pk)

    @property
    def is_planned(self) -> bool:
        """Neither done nor cancelled."""
        return self.status == AppointmentStatus.PLANNED


class Guest(models.Model):
    """Somebody of a customer who takes part in an appointment."""

    appointment = models.ForeignKey(
        Appointment, on_delete=models.CASCADE, related_name="guests", db_index=False
    )
    person_type = models.ForeignKey(
        ContentType, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    person_id = models.BigIntegerField()

    class Meta:
        verbose_name = _("Guest")
        verbose_name_plural = _("Guests")
        constraints = [
            models.UniqueConstraint(
                fields=["appointment", "person_type", "person_id"], name="activities_guest_once"
            )
        ]
        indexes = [models.Index(fields=["person_type", "person_id"], name="guest_person")]

    def __str__(self) -> str:
        return f"{self.person_type_id}:{self.person_id}"
