"""Files on records: attach, delete, forget. What lies in the storage is in `files`.

Other apps call `attach_files(subject, files, actor=…)` on any model registered with
`crm.activities.subjects` and register `FilesPanel` (`panels`) on its page.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.core.files import File
from django.db import models, transaction
from django.db.models import F, Q

from crm.access import policies, verbs
from crm.activities import files
from crm.activities.anchors import (
    anchors_of,
    hold_visible,
    require_attaching,
    require_visible,
    type_of,
)
from crm.activities.models import Attachment, FollowUp
from crm.activities.subjects import subject_for
from crm.audit.services import Fact, record, record_many
from crm.core import clock

__all__ = ["Attachment", "attach_files", "delete_attachment", "forget_files"]


def attach_files(
    subject: models.Model, uploads: Iterable[File], *, actor: Any, is_demo: bool = False
) -> list[Attachment]:
    """Put files on a record the actor may view (S13-06): all of them, or none.

    Raises NotAllowed, InvalidValue with the field `files`; KeyError for a model that takes none.
    """
    policies.require(actor, verbs.ADD, Attachment)
    require_visible(subject, actor)
    require_attaching(subject, actor)
    with files.stored(uploads) as kept, transaction.atomic():
        hold_visible(subject, actor)
        rows = write_rows(subject, kept, actor=actor, is_demo=is_demo)
        about = list(dict.fromkeys([subject, subject_for(subject).parent(subject)]))
        record_many(
            [Fact("activities.attachment.added", row, about=about, label=row.name) for row in rows],
            actor=actor,
        )
    return rows


def write_rows(
    subject: models.Model,
    kept: Sequence[files.Kept],
    *,
    actor: Any,
    follow_up: FollowUp | None = None,
    is_demo: bool = False,
) -> list[Attachment]:
    """The rows of stored files, in the caller's transaction and without an event."""
    parent, now = subject_for(subject).parent(subject), clock.now()
    rows = [
        Attachment(
            subject_type=type_of(subject), subject_id=subject.pk,
            parent_type=type_of(parent), parent_id=parent.pk, follow_up=follow_up,
            name=item.name, ending=item.ending, size=item.size, sha256=item.sha256,
            path=item.path, preview=item.preview, is_demo=is_demo,
            created_at=now, updated_at=now, created_by=actor,
        )
        for item in kept
    ]  # fmt: skip
    return Attachment.objects.bulk_create(rows)


@transaction.atomic
def delete_attachment(attachment: Attachment, *, actor: Any) -> None:
    """Remove a file for good: who uploaded it, or a manager. The log keeps name and checksum."""
    policies.require(actor, verbs.DELETE, attachment)
    subject, parent = anchors_of(attachment)
    if attachment.follow_up_id:
        rows = FollowUp.objects.filter(pk=attachment.follow_up_id, file_count__gt=0)
        rows.update(file_count=F("file_count") - 1)
    record(
        "activities.attachment.deleted",
        attachment,
        actor=actor,
        about=list(dict.fromkeys([subject, parent])),
        label=attachment.name,
        note=f"sha256 {attachment.sha256}",
    )
    _remove(Attachment.objects.filter(pk=attachment.pk))


def forget_files(*subjects: models.Model) -> None:
    """Remove the files of records that are removed for good, those of their follow-ups too."""
    _remove(Attachment.objects.on_any(subjects))


def forget_demo_files() -> None:
    """Remove the files of the demo data and of its follow-ups."""
    _remove(Attachment.objects.filter(Q(is_demo=True) | Q(follow_up__is_demo=True)))


def _remove(rows: models.QuerySet) -> None:
    """Rows now, bytes once the transaction holds."""
    paths = [path for pair in rows.values_list("path", "preview") for path in pair]
    rows.delete()
    transaction.on_commit(lambda: files.discard(paths), robust=True)
