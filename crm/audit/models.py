"""Append-only tables: events, what else they are about, and who looked at what."""

from typing import Any, NoReturn

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _

from crm.access.querysets import ScopedQuerySet


class AppendOnlyQuerySet(ScopedQuerySet):
    """Rows are inserted and read, nothing else."""

    def update(self, **kwargs: Any) -> NoReturn:
        raise TypeError("the audit log is append-only")

    def delete(self) -> NoReturn:
        raise TypeError("the audit log is append-only")


class Event(models.Model):
    """One business fact: who did what to which record, when, from where, and what changed.

    `changes` is `{field: [old, new]}`; `label` keeps the record's name beyond its deletion.
    """

    code = models.CharField(_("Event"), max_length=80)
    at = models.DateTimeField(_("Time"))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("User"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    source = models.CharField(_("Source"), max_length=10)
    request_id = models.CharField(_("Request number"), max_length=32, blank=True)
    ip = models.GenericIPAddressField(_("IP address"), null=True)
    subject_type = models.ForeignKey(
        ContentType, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    subject_id = models.BigIntegerField(null=True)
    label = models.CharField(_("Object"), max_length=255, blank=True)
    changes = models.JSONField(_("Changes"), default=dict, blank=True)
    note = models.TextField(_("Note"), blank=True)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("Operation log entry")
        verbose_name_plural = _("Operation log")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "-id"], name="audit_event_subject"),
            models.Index(fields=["actor", "-id"], name="audit_event_actor"),
            models.Index(fields=["at"], name="audit_event_at"),
            models.Index(fields=["code", "-id"], name="audit_event_code"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.label}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError("the audit log is append-only")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("the audit log is append-only")


class EventLink(models.Model):
    """Another record the event is about, so that a contact's event shows on its customer too."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="links")
    about_type = models.ForeignKey(
        ContentType, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    about_id = models.BigIntegerField()

    class Meta:
        indexes = [
            models.Index(fields=["about_type", "about_id", "-event"], name="audit_link_about"),
        ]

    def __str__(self) -> str:
        return f"{self.about_type_id}:{self.about_id}"


class View(models.Model):
    """The last time a user opened a record (`contracts.md` 1.3): for 最近查看 and for auditors."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, db_index=False)
    content_type = models.ForeignKey(
        ContentType, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    object_id = models.BigIntegerField()
    viewed_at = models.DateTimeField()
    times = models.PositiveIntegerField(default=1)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("View history")
        verbose_name_plural = _("View history")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "content_type", "object_id"], name="audit_view_once"
            )
        ]
        indexes = [
            models.Index(fields=["user", "content_type", "-viewed_at"], name="audit_view_recent"),
            models.Index(fields=["content_type", "object_id"], name="audit_view_object"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.content_type_id}:{self.object_id}"
