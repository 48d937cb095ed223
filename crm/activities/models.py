"""Tables: follow-ups (S11-18, S11-20, S11-59, D09-1), what they name, files on records (S13-06)."""

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from crm.activities.choices import Attitude, Result
from crm.activities.planning import models as planning  # noqa: F401 - tables of the same app
from crm.activities.planning import models_personal as personal  # noqa: F401 - the same
from crm.activities.querysets import AttachmentQuerySet, FollowUpQuerySet, PhraseQuerySet
from crm.core.models import SoftDeleted, TimeStamped, Versioned
from crm.dictionaries.models import Item
from crm.web.navigation import address

TEXT_LIMIT = 4000
NAME_LIMIT = 200
ENDING_LIMIT = 12
ADDRESS_LIMIT = 120
PHRASE_LIMIT = 200
#: A call of a whole day is a slip of the keyboard.
MOST_MINUTES = 24 * 60
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
    #: The number dialled or the address written to (S09-07, S09-08).
    address = models.CharField(_("Number or address"), max_length=ADDRESS_LIMIT, blank=True)
    topic = models.CharField(_("Subject of the mail"), max_length=200, blank=True)
    minutes = models.PositiveSmallIntegerField(_("Duration in minutes"), null=True, blank=True)
    #: Files and further records: timelines ask for them only where there are some.
    file_count = models.PositiveSmallIntegerField(default=0, editable=False)
    link_count = models.PositiveSmallIntegerField(default=0, editable=False)
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
            models.CheckConstraint(
                condition=Q(minutes__isnull=True) | Q(minutes__range=(1, MOST_MINUTES)),
                name="activities_follow_up_minutes",
            ),
            models.UniqueConstraint(
                fields=["created_by", "token"],
                condition=~Q(token=""),
                name="activities_follow_up_once_per_form",
            ),
        ]
        indexes = [
            # With the deleted ones: what goes for good takes all its follow-ups along.
            models.Index(fields=["parent_type", "parent_id", "-happened_at"], name="follow_parent"),
            models.Index(
                fields=["subject_type", "subject_id", "-happened_at"], name="follow_subject"
            ),
            # With the subject, so that counting what somebody did touches no row.
            models.Index(
                fields=["author", "happened_at", "id", "subject_type", "subject_id"],
                condition=KEPT,
                name="follow_author",
            ),
            models.Index(fields=["happened_at", "id"], condition=KEPT, name="follow_happened"),
        ]

    def __str__(self) -> str:
        return self.text[:40]

    def get_absolute_url(self) -> str:
        return address("activities:follow_up_detail", self.pk)


class FollowUpLink(models.Model):
    """A further record that a follow-up is about: the person spoken with, the opportunity."""

    follow_up = models.ForeignKey(
        FollowUp, on_delete=models.CASCADE, related_name="links", db_index=False
    )
    object_type = models.ForeignKey(
        ContentType, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    object_id = models.BigIntegerField()

    class Meta:
        verbose_name = _("Related record")
        verbose_name_plural = _("Related records")
        constraints = [
            models.UniqueConstraint(
                fields=["follow_up", "object_type", "object_id"], name="activities_link_once"
            )
        ]
        indexes = [
            models.Index(fields=["object_type", "object_id", "follow_up"], name="follow_link")
        ]

    def __str__(self) -> str:
        return f"{self.object_type_id}-{self.object_id}"


class Mention(models.Model):
    """A colleague named with @ in a follow-up; `typed` is what stands behind the sign."""

    follow_up = models.ForeignKey(
        FollowUp, on_delete=models.CASCADE, related_name="mentions", db_index=False
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    typed = models.CharField(max_length=60)

    class Meta:
        verbose_name = _("Mention")
        verbose_name_plural = _("Mentions")
        constraints = [
            models.UniqueConstraint(fields=["follow_up", "user"], name="activities_mention_once")
        ]
        indexes = [models.Index(fields=["user", "-follow_up"], name="follow_mention")]

    def __str__(self) -> str:
        return f"@{self.typed}"


class Phrase(models.Model):
    """A phrase of one person's own, beside the common ones of the dictionary (`market` 2.8)."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    text = models.CharField(_("Phrase"), max_length=PHRASE_LIMIT)

    objects = PhraseQuerySet.as_manager()

    class Meta:
        verbose_name = _("Phrase")
        verbose_name_plural = _("Phrases")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["user", "text"], name="activities_phrase_once"),
            models.CheckConstraint(condition=~Q(text=""), name="activities_phrase_text"),
        ]

    def __str__(self) -> str:
        return self.text


class Attachment(TimeStamped):
    """A file on a record, or on a follow-up there.

    It lies in the storage under a random name; `name` is what the user called it and only ever
    stands in texts and in the download header (T10, T25). `subject` and `parent` are those of a
    follow-up.
    """

    subject_type = models.ForeignKey(
        ContentType, on_delete=models.PROTECT, related_name="+", db_index=False, editable=False
    )
    subject_id = models.BigIntegerField(editable=False)
    parent_type = models.ForeignKey(
        ContentType, on_delete=models.PROTECT, related_name="+", db_index=False, editable=False
    )
    parent_id = models.BigIntegerField(editable=False)
    follow_up = models.ForeignKey(
        FollowUp,
        verbose_name=_("Follow-up"),
        null=True,
        on_delete=models.PROTECT,
        related_name="attachments",
        db_index=False,
    )
    name = models.CharField(_("File name"), max_length=NAME_LIMIT)
    ending = models.CharField(_("File type"), max_length=ENDING_LIMIT)
    size = models.BigIntegerField(_("Size"))
    sha256 = models.CharField(max_length=64, editable=False)
    path = models.CharField(max_length=100, unique=True, editable=False)
    #: The small picture drawn anew from an image, else empty.
    preview = models.CharField(max_length=100, blank=True, editable=False)
    is_demo = models.BooleanField(default=False, editable=False)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("Attachment")
        verbose_name_plural = _("Attachments")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(ending="") & ~Q(path="") & Q(size__gt=0),
                name="activities_attachment_complete",
            ),
        ]
        indexes = [
            models.Index(fields=["parent_type", "parent_id", "-id"], name="attach_parent"),
            models.Index(fields=["subject_type", "subject_id", "-id"], name="attach_subject"),
            models.Index(
                fields=["follow_up"], condition=Q(follow_up__isnull=False), name="attach_follow_up"
            ),
            models.Index(fields=["created_at", "id"], name="attach_created"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return address("activities:attachment_file", self.pk)
