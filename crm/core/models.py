"""Abstract bases of the product's tables. No logic in save(): services write."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

import crm.core.lookups  # noqa: F401 - registers how rows are looked up


class TimeStamped(models.Model):
    """When and by whom a row came to be, and when it last changed."""

    created_at = models.DateTimeField(_("Created at"), editable=False)
    updated_at = models.DateTimeField(_("Updated at"), editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Created by"),
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )

    class Meta:
        abstract = True


class Versioned(models.Model):
    """The conflict token (`contracts.md` 1.9), raised by `crm.core.changes.write_changes`."""

    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True


class Owned(models.Model):
    """A row with one owner; its department is the owner's main department (`contracts.md` 1.10)."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Owner"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    owner_since = models.DateTimeField(_("Owner since"), null=True, editable=False)

    class Meta:
        abstract = True


class SoftDeleted(models.Model):
    """A row that went to the bin and can be brought back."""

    deleted_at = models.DateTimeField(_("Deleted at"), null=True, editable=False)
    deleted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Deleted by"),
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )

    class Meta:
        abstract = True
