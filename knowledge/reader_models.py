"""Tables of what readers and writers leave: drafts, answers, uses, searches (`service` 8.7)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from knowledge.choices import Lack
from knowledge.model_fields import person


class Autosave(models.Model):
    """What somebody has typed into the form of an article and not saved yet."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    article = models.ForeignKey(
        "knowledge.Article", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    #: The version of the article that the form was opened with.
    base_version = models.PositiveIntegerField()
    values = models.JSONField(default=dict)
    saved_at = models.DateTimeField()

    class Meta:
        verbose_name = _("Automatic draft")
        verbose_name_plural = _("Automatic drafts")
        constraints = [
            models.UniqueConstraint(fields=["article", "user"], name="knowledge_autosave_once")
        ]
        indexes = [models.Index(fields=["saved_at"], name="know_autosave_age")]

    def __str__(self) -> str:
        return f"{self.article_id}-{self.user_id}"


class Feedback(models.Model):
    """Whether a version helped a reader; one answer a session and version."""

    article = models.ForeignKey(
        "knowledge.Article", on_delete=models.CASCADE, related_name="feedback", db_index=False
    )
    version = models.ForeignKey(
        "knowledge.ArticleVersion", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    is_helpful = models.BooleanField(_("Helpful"))
    lack = models.CharField(_("What is missing"), max_length=10, choices=Lack, blank=True)
    text = models.CharField(_("Remarks"), max_length=500, blank=True)
    user = person(_("Reader"))
    #: Hash of the session, or of a visitor's network and browser.
    session = models.CharField(max_length=64, editable=False)
    created_at = models.DateTimeField(_("Created at"))

    class Meta:
        verbose_name = _("Feedback")
        verbose_name_plural = _("Feedback")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["version", "session"], name="knowledge_feedback_once"),
            models.CheckConstraint(
                condition=Q(lack__in=["", *Lack.values]), name="knowledge_feedback_lack"
            ),
        ]
        indexes = [models.Index(fields=["article", "-id"], name="know_feedback")]

    def __str__(self) -> str:
        return f"{self.version_id}: {self.is_helpful}"


class ArticleUse(models.Model):
    """A version that went into a reply, and the record it was written on."""

    version = models.ForeignKey(
        "knowledge.ArticleVersion", on_delete=models.CASCADE, related_name="uses", db_index=False
    )
    subject_type = models.ForeignKey(
        "contenttypes.ContentType", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    subject_id = models.BigIntegerField()
    user = person(_("Used by"))
    used_at = models.DateTimeField(_("Used at"))

    class Meta:
        verbose_name = _("Use in a reply")
        verbose_name_plural = _("Uses in replies")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["version", "-id"], name="know_use_version"),
            models.Index(fields=["subject_type", "subject_id"], name="know_use_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.version_id} in {self.subject_type_id}-{self.subject_id}"


class SearchGap(models.Model):
    """Words that were searched for and found nothing: what the knowledge base lacks."""

    text = models.CharField(_("Searched for"), max_length=60, unique=True)
    count = models.PositiveIntegerField(_("Searches"), default=0)
    public_count = models.PositiveIntegerField(_("By visitors"), default=0)
    first_at = models.DateTimeField(_("First search"))
    last_at = models.DateTimeField(_("Last search"))

    class Meta:
        verbose_name = _("Search without result")
        verbose_name_plural = _("Searches without result")
        ordering = ["-count", "-last_at"]
        indexes = [models.Index(fields=["-count", "-last_at"], name="know_gap_count")]

    def __str__(self) -> str:
        return self.text
