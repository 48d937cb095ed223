"""The table of follow-ups (S11-18, S11-20, S11-59, D09-1)."""

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from crm.activities.choices import Attitude, Result
from crm.activities.querysets import FollowUpQuerySet
from crm.core.models import SoftDeleted, TimeStamped, Versioned
from crm.dictionaries.models import Item
from crm.web.navigation import address

TEXT_LIMIT = 4000
KEPT = Q(deleted_at__isnull=True)


class FollowUp(TimeStamped, Versioned, SoftDeleted):
    """One contact with a customer or a person there.

    `subject` is the record it was written on, `parent` the record above it (the customer of a
    contact), which is the subject itself where there is none above. `author` spoke with the
    customer, `created_by` typed it in.
    """

    subject_type = models.ForeignKey(
        ContentType, on_delete=models.PROTECT, related_name="+", db_index=False, editable=False
    )
    subject_id = models.BigIntegerField(editable=False)
    parent_type = models.ForeignKey(
        ContentType, on_delete=models.PROTECT, related_name="+", db_index=False, editable=False
    )
    parent_id = models.BigIntegerField(editable=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Follow-up person"),
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    happened_at = models.DateTimeField(_("Follow-up time"))
    method = models.ForeignKey(
        Item,
        verbose_name=_("Follow-up method"),
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    attitude = models.CharField(_("Customer attitude"), max_length=8, choices=Attitude, blank=True)
    result = models.CharField(_("Follow-up result"), max_length=8, choices=Result, blank=True)
    text = models.TextField(_("Follow-up content"), max_length=TEXT_LIMIT)
    next_contact_at = models.DateTimeField(_("Next contact"), null=True, blank=True)
    #: One-use number of the form, so that a double click makes one follow-up.
    token = models.CharField(max_length=32, blank=True, editable=False)
    is_demo = models.BooleanField(default=False, editable=False)

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        verbose_name = _("Follow-up")
        verbose_name_plural = _("Follow-ups")
        ordering = ["-happened_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="activities_follow_up_text"),
            models.CheckConstraint(
                condition=Q(attitude__in=["", *Attitude.values]),
                name="activities_follow_up_attitude",
            ),
            models.CheckConstraint(
                condition=Q(result__in=["", *Result.values]), name="activities_follow_up_result"
            ),
            models.CheckConstraint(
                condition=Q(next_contact_at__isnull=True) | Q(next_contact_at__gt=F("happened_at")),
                name="activities_follow_up_next_later",
            ),
            models.UniqueConstraint(
                fields=["created_by", "token"],
                condition=~Q(token=""),
                name="activities_follow_up_once_per_form",
            ),
        ]
        indexes = [
            models.Index(
                fields=["parent_type", "parent_id", "-happened_at"],
                condition=KEPT,
                name="follow_parent",
            ),
            models.Index(
                fields=["subject_type", "subject_id", "-happened_at"],
                condition=KEPT,
                name="follow_subject",
            ),
            models.Index(
                fields=["author", "happened_at", "id"], condition=KEPT, name="follow_author"
            ),
            models.Index(fields=["happened_at", "id"], condition=KEPT, name="follow_happened"),
        ]

    def __str__(self) -> str:
        return self.text[:40]

    def get_absolute_url(self) -> str:
        return address("activities:follow_up_detail", self.pk)
