"""Closed lists of tasks and appointments."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Priority(models.TextChoices):
    """How much a task presses."""

    URGENT = "urgent", _("Urgent")
    HIGH = "high", pgettext_lazy("priority", "High")
    NORMAL = "normal", pgettext_lazy("priority", "Normal")
    LOW = "low", pgettext_lazy("priority", "Low")

    @classmethod
    def colors(cls) -> dict[str, str]:
        """Badge colours."""
        return {cls.URGENT: "red", cls.HIGH: "orange", cls.NORMAL: "gray", cls.LOW: "gray"}


class TaskStatus(models.TextChoices):
    """Where a task stands."""

    OPEN = "open", pgettext_lazy("task", "Open")
    DONE = "done", pgettext_lazy("task", "Done")
    CANCELLED = "cancelled", pgettext_lazy("task", "Cancelled")

    @classmethod
    def colors(cls) -> dict[str, str]:
        """Badge colours."""
        return {cls.OPEN: "blue", cls.DONE: "green", cls.CANCELLED: "gray"}


class AppointmentStatus(models.TextChoices):
    """Where an appointment stands."""

    PLANNED = "planned", pgettext_lazy("appointment", "Planned")
    DONE = "done", pgettext_lazy("appointment", "Done")
    CANCELLED = "cancelled", pgettext_lazy("appointment", "Cancelled")

    @classmethod
    def colors(cls) -> dict[str, str]:
        """Badge colours."""
        return {cls.PLANNED: "blue", cls.DONE: "green", cls.CANCELLED: "gray"}


class Kind(models.TextChoices):
    """What an appointment is; the name of a kind is also the way of its follow-up (S09-06)."""

    VISIT = "visit", _("Visit")
    MEETING = "meeting", pgettext_lazy("appointment", "Meeting")
    PHONE = "phone", _("Phone call")
    EVENT = "event", pgettext_lazy("appointment", "Event")
    OTHER = "other", _("Other")

    @classmethod
    def colors(cls) -> dict[str, str]:
        """Badge colours."""
        return {
            cls.VISIT: "green",
            cls.MEETING: "indigo",
            cls.PHONE: "blue",
            cls.EVENT: "orange",
            cls.OTHER: "gray",
        }


class Repeat(models.TextChoices):
    """How something comes back."""

    NONE = "none", _("Does not repeat")
    DAILY = "daily", _("Every day")
    WORKDAYS = "workdays", _("Every working day")
    WEEKLY = "weekly", _("Every week")
    MONTHLY = "monthly", _("Every month")
    YEARLY = "yearly", _("Every year")


class ReportKind(models.TextChoices):
    """The span of a work report (`market` 2.11)."""

    DAILY = "daily", _("Daily report")
    WEEKLY = "weekly", _("Weekly report")
    MONTHLY = "monthly", _("Monthly report")

    @classmethod
    def colors(cls) -> dict[str, str]:
        """Badge colours."""
        return {cls.DAILY: "blue", cls.WEEKLY: "teal", cls.MONTHLY: "purple"}


class ReportStatus(models.TextChoices):
    """Whether a work report has been sent."""

    DRAFT = "draft", pgettext_lazy("report", "Draft")
    SUBMITTED = "submitted", pgettext_lazy("report", "Submitted")

    @classmethod
    def colors(cls) -> dict[str, str]:
        """Badge colours."""
        return {cls.DRAFT: "gray", cls.SUBMITTED: "green"}
