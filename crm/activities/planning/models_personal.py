"""Tables of what belongs to one person: diary, work reports, the calendar feed."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.activities.planning.choices import ReportKind, ReportStatus
from crm.activities.planning.querysets import DiaryQuerySet, ReportQuerySet
from crm.core.models import TimeStamped, Versioned
from crm.web.navigation import address

DIARY_LIMIT = 10_000
REPORT_LIMIT = 4000


class DiaryEntry(TimeStamped, Versioned):
    """What somebody writes down for a day, for himself alone (S10-26, D09-10)."""

    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Author"),
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        editable=False,
    )
    day = models.DateField(_("Day"), editable=False)
    title = models.CharField(_("Title"), max_length=200)
    content = models.TextField(_("Content"), max_length=DIARY_LIMIT, blank=True)
    is_demo = models.BooleanField(default=False, editable=False)

    objects = DiaryQuerySet.as_manager()

    class Meta:
        verbose_name = _("Diary entry")
        verbose_name_plural = _("Diary")
        ordering = ["-day"]
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="activities_diary_title"),
            models.UniqueConstraint(fields=["author", "day"], name="activities_diary_once_a_day"),
        ]

    def __str__(self) -> str:
        return self.title


class WorkReport(TimeStamped, Versioned):
    """What somebody did, plans and struggles with (日报, 周报, 月报; `market` 2.11).

    `facts` is what the records said when it was sent: later changes do not rewrite a report.
    """

    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Author"),
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        editable=False,
    )
    kind = models.CharField(
        pgettext_lazy("report", "Kind"), max_length=8, choices=ReportKind, editable=False
    )
    starts_on = models.DateField(_("First day"), editable=False)
    ends_on = models.DateField(_("Last day"), editable=False)
    status = models.CharField(
        _("Status"),
        max_length=10,
        choices=ReportStatus,
        default=ReportStatus.DRAFT,
        editable=False,
    )
    submitted_at = models.DateTimeField(_("Submitted at"), null=True, editable=False)
    work = models.TextField(_("What was done"), max_length=REPORT_LIMIT, blank=True)
    plan = models.TextField(_("What comes next"), max_length=REPORT_LIMIT, blank=True)
    problems = models.TextField(_("Problems"), max_length=REPORT_LIMIT, blank=True)
    facts = models.JSONField(default=list, editable=False)
    recipients = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Send to"),
        through="activities.ReportRecipient",
        related_name="+",
        blank=True,
    )
    is_demo = models.BooleanField(default=False, editable=False)

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("Work report")
        verbose_name_plural = _("Work reports")
        ordering = ["-starts_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=ReportKind.values), name="activities_report_kind"
            ),
            models.CheckConstraint(
                condition=Q(status=ReportStatus.DRAFT, submitted_at__isnull=True)
                | Q(status=ReportStatus.SUBMITTED, submitted_at__isnull=False),
                name="activities_report_submitted_has_time",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="activities_report_span"
            ),
            models.UniqueConstraint(
                fields=["author", "kind", "starts_on"], name="activities_report_once_a_span"
            ),
        ]
        indexes = [
            models.Index(fields=["starts_on", "id"], name="report_starts"),
            models.Index(fields=["author", "starts_on", "id"], name="report_author"),
            models.Index(fields=["kind", "starts_on", "author"], name="report_kind"),
        ]

    def __str__(self) -> str:
        span = f"{self.starts_on:%Y-%m-%d}"
        if self.ends_on != self.starts_on:
            span += f" ~ {self.ends_on:%Y-%m-%d}"
        return f"{self.get_kind_display()} {span}"

    def get_absolute_url(self) -> str:
        return address("planning:report_detail", self.pk)

    @property
    def is_submitted(self) -> bool:
        """Whether others may read it."""
        return self.status == ReportStatus.SUBMITTED


class ReportRecipient(models.Model):
    """Somebody a report is sent to; whether he has read it says the view history."""

    report = models.ForeignKey(
        WorkReport, on_delete=models.CASCADE, related_name="readers", db_index=False
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    class Meta:
        verbose_name = _("Recipient")
        verbose_name_plural = _("Recipients")
        constraints = [
            models.UniqueConstraint(fields=["report", "user"], name="activities_recipient_once")
        ]
        indexes = [models.Index(fields=["user", "report"], name="recipient_user")]

    def __str__(self) -> str:
        return f"{self.report_id}:{self.user_id}"


class ReportComment(models.Model):
    """A remark on a report, by whoever may read it."""

    report = models.ForeignKey(WorkReport, on_delete=models.CASCADE, related_name="comments")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    text = models.TextField(_("Comment"), max_length=1000)
    created_at = models.DateTimeField(_("Created at"))

    class Meta:
        verbose_name = _("Comment")
        verbose_name_plural = _("Comments")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="activities_report_comment_text")
        ]

    def __str__(self) -> str:
        return self.text[:40]


class CalendarFeed(models.Model):
    """The secret address under which a person's own calendar can be subscribed to.

    Only a hash of the token is kept: whoever reads the table cannot read a calendar.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(_("Created at"))

    class Meta:
        verbose_name = _("Calendar feed")
        verbose_name_plural = _("Calendar feeds")

    def __str__(self) -> str:
        return str(self.user_id)
