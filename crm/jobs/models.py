"""The ledger of background work (`reliability.md` 4.6): jobs, their rows, their files.

The job row is the truth and the broker only a bell. Here: tables and named reads. Not here: state
changes (`states`), the runner (`runner`), what a kind of job does (kinds of the domain apps).
"""

from typing import Any, Self

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from crm.access.querysets import ScopedQuerySet
from crm.core import clock


class State(models.TextChoices):
    """Where a job stands. Only `crm.jobs.states` moves it."""

    DRAFT = "draft", _("Being prepared")
    CHECKING = "checking", _("Being checked")
    CHECKED = "checked", _("Checked")
    QUEUED = "queued", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


#: A worker has something to do.
ACTIVE = (State.CHECKING, State.QUEUED, State.RUNNING)
#: Nothing happens any more unless the user asks for it.
FINISHED = (State.DONE, State.FAILED, State.CANCELLED)


class JobQuerySet(ScopedQuerySet):
    """Jobs; `visible_to` gives the own ones and, with the right, everybody's."""

    def of(self, user: Any) -> Self:
        """The user's own jobs (后台任务)."""
        return self.filter(actor_id=user.pk)

    def active(self) -> Self:
        """Jobs a worker should have or take."""
        return self.filter(state__in=ACTIVE)


class Job(models.Model):
    """One piece of background work of one user.

    `done` of `total` rows are in the ledger; `counters` sums their outcomes. `attempts` counts
    leases since the last commit, so only work that never commits is poison. `slot` holds the
    place of kinds that run one at a time per user. Times are aware; rates are rows per second.
    """

    kind = models.CharField(_("Kind"), max_length=60)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("User"),
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    state = models.CharField(_("State"), max_length=10, choices=State.choices, default=State.DRAFT)
    params = models.JSONField(default=dict, blank=True)
    total = models.PositiveIntegerField(_("Rows"), null=True)
    done = models.PositiveIntegerField(_("Rows done"), default=0)
    counters = models.JSONField(_("Counts"), default=dict, blank=True)
    message = models.TextField(_("Reason"), blank=True)
    source_file = models.CharField(max_length=255, blank=True)
    source_name = models.CharField(_("File"), max_length=255, blank=True)
    lease_owner = models.CharField(max_length=120, blank=True)
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    cancel_requested = models.BooleanField(default=False)
    slot = models.CharField(max_length=80, blank=True)
    rung_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(_("Created at"), default=clock.now)
    started_at = models.DateTimeField(_("Started at"), null=True)
    finished_at = models.DateTimeField(_("Finished at"), null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("Background job")
        verbose_name_plural = _("Background jobs")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="jobs_job_state"),
            models.UniqueConstraint(
                fields=["slot"], condition=~Q(slot=""), name="jobs_job_one_per_slot"
            ),
        ]
        indexes = [
            models.Index(fields=["actor", "-id"], name="jobs_job_of_user"),
            models.Index(
                fields=["lease_until"],
                condition=Q(state__in=["checking", "queued", "running"]),
                name="jobs_job_active",
            ),
            models.Index(fields=["finished_at"], name="jobs_job_finished"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("jobs:job_detail", args=[self.pk])

    @property
    def is_finished(self) -> bool:
        """Whether the page can stop asking."""
        return self.state in FINISHED

    def count(self, outcome: str, number: int = 1) -> None:
        """Add to a counter of this object; `Lease.step()` stores it with the rows."""
        self.counters[outcome] = self.counters.get(outcome, 0) + number


class JobRow(models.Model):
    """What became of one row: exactly one entry per job and row number (I1)."""

    class Outcome(models.TextChoices):
        CREATED = "created", _("Created")
        UPDATED = "updated", _("Updated")
        SKIPPED = "skipped", _("Skipped")
        REFUSED = "refused", _("Refused")
        FAILED = "failed", _("Failed")
        DONE = "done", _("Done")
        REVERTED = "reverted", _("Reverted")
        KEPT = "kept", _("Kept")

    class Level(models.TextChoices):
        """Whether a stored row is as typed (`contracts.md` 1.7)."""

        CLEAN = "", _("As typed")
        REPAIRED = "repaired", _("Repaired")
        INCOMPLETE = "incomplete", _("Incomplete")

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="rows", db_index=False)
    row_no = models.PositiveIntegerField(_("Row"))
    outcome = models.CharField(_("Result"), max_length=10, choices=Outcome.choices)
    level = models.CharField(max_length=10, choices=Level.choices, blank=True)
    message = models.TextField(_("Reason"), blank=True)
    content_type = models.ForeignKey(
        ContentType, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    object_id = models.BigIntegerField(null=True)
    data = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = _("Row of a job")
        verbose_name_plural = _("Rows of a job")
        ordering = ["job", "row_no"]
        constraints = [
            models.UniqueConstraint(fields=["job", "row_no"], name="jobs_row_once"),
            models.CheckConstraint(
                condition=Q(
                    outcome__in=[
                        "created",
                        "updated",
                        "skipped",
                        "refused",
                        "failed",
                        "done",
                        "reverted",
                        "kept",
                    ]
                ),
                name="jobs_row_outcome",
            ),
            models.CheckConstraint(
                condition=Q(level__in=["", "repaired", "incomplete"]), name="jobs_row_level"
            ),
        ]
        indexes = [
            models.Index(fields=["job", "outcome", "row_no"], name="jobs_row_outcome_order"),
            models.Index(fields=["content_type", "object_id"], name="jobs_row_object"),
        ]

    def __str__(self) -> str:
        return f"{self.job_id}:{self.row_no} {self.outcome}"


class JobFile(models.Model):
    """A result for download, by the job's owner only, until it expires."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="files")
    code = models.SlugField(max_length=40)
    label = models.CharField(_("Label"), max_length=100)
    name = models.CharField(_("File name"), max_length=255)
    path = models.CharField(max_length=255)
    size = models.PositiveBigIntegerField(_("Size"))
    created_at = models.DateTimeField(_("Created at"), default=clock.now)
    expires_at = models.DateTimeField(_("Kept until"), db_index=True)

    class Meta:
        verbose_name = _("File of a job")
        verbose_name_plural = _("Files of a job")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["job", "code"], name="jobs_file_once_per_code")
        ]

    def __str__(self) -> str:
        return self.name
