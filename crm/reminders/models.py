"""Reminders that wait, the rules they follow, and what people chose for themselves."""

from datetime import time

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.access.querysets import ScopedQuerySet
from crm.core import clock
from crm.core.models import Versioned
from crm.reminders.querysets import ReminderQuerySet
from crm.reminders.rules import ANY_DAY, RULES, WORKING_DAYS

NINE = time(9)


class State(models.TextChoices):
    """Where a reminder stands; moved by `crm.reminders.states` only."""

    PENDING = "pending", _("Waiting")
    CLAIMED = "claimed", _("Being sent")
    SENT = "sent", _("Sent")
    CANCELLED = "cancelled", _("Cancelled")
    FAILED = "failed", _("Failed")


class ReminderRule(Versioned):
    """One rule as the company wants it (系统设置 → 提醒规则, S11-23)."""

    code = models.SlugField(_("Code"), max_length=40, unique=True, editable=False)
    is_on = models.BooleanField(_("On"), default=True)
    at = models.TimeField(_("Time of day"), default=NINE)
    #: Days before the day itself; 0 is the day.
    steps = models.JSONField(_("Days in advance"), default=list, blank=True)
    working_days = models.CharField(
        _("Where the day is not worked"), max_length=8, choices=WORKING_DAYS, default=ANY_DAY
    )
    #: Days after which owner, manager and director are told.
    escalation = models.JSONField(_("Escalation after days"), default=list, blank=True)
    #: Waiting reminders with greater keys have the times of an earlier rule; None: none has.
    replan_after = models.BigIntegerField(null=True, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("Reminder rule")
        verbose_name_plural = _("Reminder rules")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(working_days__in=[code for code, _label in WORKING_DAYS]),
                name="reminders_rule_working_days",
            )
        ]

    def __str__(self) -> str:
        kind = RULES.get(self.code)
        return str(kind.label) if kind else self.code


class PersonalRule(models.Model):
    """What a person chose for one rule; empty means as the company says."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    code = models.SlugField(max_length=40)
    is_on = models.BooleanField(default=True)
    at = models.TimeField(null=True, blank=True)
    #: As in `ReminderRule`.
    replan_after = models.BigIntegerField(null=True, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "code"], name="reminders_personal_once")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.code}"


class Reminder(models.Model):
    """One notice to one person at one moment; `dedupe_key` makes it one.

    `due_on` is the day that `due_at` was made from by the rule's time of day; None where the
    moment itself was given, or where the person put the reminder off. `step` is the number of
    days in advance. A reminder without subject is a summary of a source.
    """

    rule = models.CharField(_("Reminder rule"), max_length=40)
    subject_type = models.ForeignKey(
        ContentType, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    subject_id = models.BigIntegerField(null=True)
    label = models.CharField(_("Record"), max_length=255, blank=True)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Recipient"),
        on_delete=models.CASCADE,
        related_name="+",
        db_index=False,
    )
    due_at = models.DateTimeField(_("Due at"))
    due_on = models.DateField(null=True)
    step = models.PositiveSmallIntegerField(_("Days in advance"), default=0)
    params = models.JSONField(default=dict)
    dedupe_key = models.CharField(max_length=160, unique=True)
    state = models.CharField(_("State"), max_length=9, choices=State.choices, default=State.PENDING)
    claim = models.CharField(max_length=32, blank=True)
    claimed_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(_("Attempts"), default=0)
    sent_at = models.DateTimeField(_("Sent at"), null=True)
    is_late = models.BooleanField(_("Late"), default=False)
    reason = models.CharField(_("Reason"), max_length=255, blank=True)
    notice = models.OneToOneField(
        "notifications.Notification",
        null=True,
        on_delete=models.SET_NULL,
        related_name="reminder",
    )
    #: The one this was put off from.
    snoozed_from = models.ForeignKey(
        "self", null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    done_at = models.DateTimeField(_("Done at"), null=True)
    created_at = models.DateTimeField(_("Created at"), default=clock.now)

    objects = ReminderQuerySet.as_manager()

    class Meta:
        verbose_name = _("Reminder")
        verbose_name_plural = _("Reminders")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=State.values), name="reminders_reminder_state"
            ),
            models.CheckConstraint(
                condition=~Q(state="sent") | Q(sent_at__isnull=False),
                name="reminders_reminder_sent_has_time",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state="pending"), name="reminders_due"),
            models.Index(
                fields=["claimed_at"], condition=Q(state="claimed"), name="reminders_claimed"
            ),
            # Of all states: SQLite uses no partial index for a list of states that is bound.
            models.Index(fields=["subject_type", "subject_id", "rule"], name="reminders_subject"),
            models.Index(
                fields=["snoozed_from"],
                condition=Q(snoozed_from__isnull=False),
                name="reminders_snoozed_from",
            ),
            models.Index(
                fields=["recipient", "rule", "id"],
                condition=Q(state="pending"),
                name="reminders_open_of_person",
            ),
            models.Index(
                fields=["rule", "id"], condition=Q(state="pending"), name="reminders_open_of_rule"
            ),
            models.Index(fields=["id"], condition=Q(state="failed"), name="reminders_failed"),
            models.Index(
                fields=["created_at"],
                condition=~Q(state__in=["pending", "claimed"]),
                name="reminders_age",
            ),
        ]

    def __str__(self) -> str:
        return self.label or self.rule


class SourceRun(models.Model):
    """One run of a source for one day: whoever inserts the row does the work, others skip it.

    `level` is the next level to be worked through, `is_done` closes the run.
    """

    source = models.CharField(max_length=40)
    day = models.DateField()
    level = models.PositiveSmallIntegerField(default=0)
    is_done = models.BooleanField(default=False)
    started_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "day"], name="reminders_source_run_once")
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.day}"
