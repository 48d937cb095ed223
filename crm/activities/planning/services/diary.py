"""Write and remove diary entries; the log knows that and when, never what (S10-26)."""

from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from crm.access import policies, verbs
from crm.activities.planning.models_personal import DIARY_LIMIT, DiaryEntry
from crm.audit.services import record
from crm.core import clock
from crm.core.changes import write_changes
from crm.core.errors import InvalidValue, Stale
from crm.core.messages import STALE


@transaction.atomic
def write_entry(
    day: date, *, title: str, content: str, actor: Any, version: int | None = None
) -> DiaryEntry:
    """Write the actor's entry of a day, or change it; `version` is what he saw of one.

    Raises InvalidValue without a title, Stale where another window was faster.
    """
    policies.require(actor, verbs.ADD, DiaryEntry)
    title, content = " ".join(title.split()), content.strip()
    if not title:
        raise InvalidValue(_("Saving failed: the title is missing."), field="title")
    if len(content) > DIARY_LIMIT:
        raise InvalidValue(_("Saving failed: the text is too long."), field="content")
    values = {"title": title, "content": content}
    entry = DiaryEntry.objects.of(actor).filter(day=day).first()
    if entry is None:
        return _create(day, values, actor, version)
    if version is None:
        raise Stale(str(STALE))
    if write_changes(entry, values, version=version):
        _record("changed", entry, actor)
    return entry


def _create(day: date, values: dict[str, str], actor: Any, version: int | None) -> DiaryEntry:
    if version is not None:  # it was deleted in another window
        raise Stale(str(STALE))
    now = clock.now()
    entry = DiaryEntry(
        author=actor, day=day, created_at=now, updated_at=now, created_by=actor, **values
    )
    entry.clean_fields(exclude=["author", "created_by"])
    try:
        with transaction.atomic():
            entry.save(force_insert=True)
    except IntegrityError:
        raise Stale(str(STALE)) from None
    _record("written", entry, actor)
    return entry


@transaction.atomic
def delete_entry(entry: DiaryEntry, *, actor: Any) -> None:
    """Remove an entry for good: nobody else could bring it back."""
    policies.require(actor, verbs.DELETE, entry)
    _record("deleted", entry, actor)
    entry.delete()


def _record(what: str, entry: DiaryEntry, actor: Any) -> None:
    record(f"activities.diary.{what}", entry, actor=actor, label=f"{entry.day:%Y-%m-%d}")
