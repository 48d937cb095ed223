"""Tables of documents: folders as a tree, and what lies in them (D13-3, D13-4)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from crm.access.querysets import ScopedQuerySet
from crm.core.models import Owned, TimeStamped, Versioned
from crm.web.navigation import address

NAME_LIMIT = 200


class Folder(TimeStamped, Versioned):
    """A folder of the company's documents."""

    name = models.CharField(_("Folder name"), max_length=60)
    parent = models.ForeignKey(
        "self",
        verbose_name=_("Folder above"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
    )
    description = models.CharField(_("Description"), max_length=200, blank=True)
    is_demo = models.BooleanField(default=False, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("Folder")
        verbose_name_plural = _("Folders")
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="knowledge_folder_name"),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")),
                name="knowledge_folder_not_in_itself",
            ),
            models.UniqueConstraint(fields=["parent", "name"], name="knowledge_folder_once"),
            models.UniqueConstraint(
                fields=["name"],
                condition=Q(parent__isnull=True),
                name="knowledge_folder_top_once",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return address("knowledge:folder_detail", self.pk)


class Document(TimeStamped, Versioned, Owned):
    """A file in a folder; its name is that of the file until somebody changes it."""

    folder = models.ForeignKey(
        Folder,
        verbose_name=_("Folder"),
        on_delete=models.PROTECT,
        related_name="documents",
        db_index=False,
    )
    name = models.CharField(_("Document name"), max_length=NAME_LIMIT)
    description = models.CharField(_("Description"), max_length=500, blank=True)
    is_demo = models.BooleanField(default=False, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("Document")
        verbose_name_plural = _("Documents")
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="knowledge_document_name"),
        ]
        indexes = [models.Index(fields=["folder", "name", "id"], name="know_document")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return address("knowledge:document_detail", self.pk)
