"""Folders and documents: create, upload, change, delete (S10-35 … S10-39)."""

from collections.abc import Iterable
from typing import Any

from django.core.files import File
from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from crm.access import policies, verbs
from crm.activities import files
from crm.activities.attachments import attach_files, forget_files
from crm.audit.services import record
from crm.core import clock
from crm.core.changes import write_changes
from crm.core.errors import InvalidValue
from knowledge.folder_models import NAME_LIMIT, Document, Folder


@transaction.atomic
def create_folder(folder: Folder, *, actor: Any) -> Folder:
    """Add a folder (S10-36)."""
    policies.require(actor, verbs.ADD, Folder)
    folder.created_at = folder.updated_at = clock.now()
    folder.created_by = actor
    folder.full_clean()
    folder.save(force_insert=True)
    record("knowledge.folder.created", folder, actor=actor)
    return folder


@transaction.atomic
def update_folder(
    folder: Folder, *, changes: dict[str, Any], actor: Any, version: int | None = None
) -> Folder:
    """Rename or move a folder. Raises InvalidValue for a place inside itself."""
    policies.require(actor, verbs.CHANGE, folder)
    if "parent" in changes:
        _check_parent(folder, changes["parent"])
    diff = write_changes(folder, changes, version=version)
    if diff:
        folder.validate_unique()
        folder.validate_constraints()
        record("knowledge.folder.updated", folder, actor=actor, changes=diff)
    return folder


def _check_parent(folder: Folder, parent: Folder | None) -> None:
    """No ring. Whoever moves another folder at the same time waits, then sees this move."""
    rows = Folder.objects.select_for_update().order_by("pk")
    places = dict(rows.values_list("pk", "parent_id"))
    above = parent.pk if parent else None
    for _level in range(len(places)):
        if above is None:
            return
        if above == folder.pk:
            break
        above = places.get(above)
    raise InvalidValue(_("Saving failed: a folder cannot lie in itself."), field="parent")


@transaction.atomic
def delete_folder(folder: Folder, *, actor: Any) -> None:
    """Remove an empty folder. Raises InvalidValue where something lies in it."""
    policies.require(actor, verbs.DELETE, folder)
    record("knowledge.folder.deleted", folder, actor=actor)
    try:
        folder.delete()
    except ProtectedError as error:
        raise InvalidValue(
            _("Deleting failed: something lies in the folder. Empty it first.")
        ) from error


@transaction.atomic
def upload_documents(
    folder: Folder, uploads: Iterable[File], *, actor: Any, description: str = ""
) -> list[Document]:
    """One document a file, named after it (S10-37): all of them, or none.

    Raises InvalidValue with the field `files` for types, sizes and numbers (S10-38).
    """
    policies.require(actor, verbs.ADD, Document)
    policies.require(actor, verbs.VIEW, folder)
    uploads, now, made = list(uploads), clock.now(), []
    files.check(uploads)
    for upload in uploads:
        document = Document(
            folder=folder, name=files.cleaned_name(upload.name or "")[:NAME_LIMIT],
            description=description, owner=actor, owner_since=now, created_by=actor,
            created_at=now, updated_at=now,
        )  # fmt: skip
        document.full_clean(exclude=["folder", "owner", "created_by"])
        document.save(force_insert=True)
        attach_files(document, [upload], actor=actor)
        record("knowledge.document.uploaded", document, actor=actor, about=[folder])
        made.append(document)
    return made


@transaction.atomic
def update_document(
    document: Document, *, changes: dict[str, Any], actor: Any, version: int | None = None
) -> Document:
    """Rename, describe or move a document (S10-39)."""
    policies.require(actor, verbs.CHANGE, document)
    diff = write_changes(document, changes, version=version)
    if diff:
        record("knowledge.document.updated", document, actor=actor, changes=diff)
    return document


@transaction.atomic
def delete_document(document: Document, *, actor: Any) -> None:
    """Remove a document with its file for good; the log keeps its name."""
    policies.require(actor, verbs.DELETE, document)
    record("knowledge.document.deleted", document, actor=actor, about=[document.folder])
    forget_files(document)
    document.delete()
