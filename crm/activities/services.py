"""Follow-ups: write, change, delete, carry over; their record learns its last and next contact."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.files import File
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from crm.access import policies, verbs
from crm.activities import (
    attachments,
    carrying,
    files,
    links,
    mentions,
    norm,
    people,
    searching,
)
from crm.activities.anchors import anchors_of, hold_visible, require_visible, type_of
from crm.activities.models import TEXT_LIMIT, Attachment, FollowUp
from crm.activities.querysets import FollowUpQuerySet
from crm.activities.subjects import subject_for
from crm.activities.touching import touch
from crm.audit.services import record
from crm.core import clock
from crm.core.changes import write_changes
from crm.core.errors import InvalidValue, NotAllowed
from crm.core.messages import NOT_ALLOWED
from crm.dictionaries.models import Item
from crm.search import index

#: So long authors may delete their own follow-ups; afterwards their manager.
DELETE_HOURS = 24


@dataclass
class Said:
    """What is written about one contact; without `author` the actor spoke, without a time now."""

    text: str
    method: Item
    happened_at: datetime | None = None
    author: Any = None
    attitude: str = ""
    result: str = ""
    next_contact_at: datetime | None = None
    address: str = ""
    topic: str = ""
    minutes: int | None = None
    files: Sequence[File] = ()
    #: Further records it is about, as the pickers offer them (`related`).
    related: Sequence[models.Model] = ()


def create_follow_up(
    subject: models.Model, said: Said, *, actor: Any, token: str = "", is_history: bool = False
) -> FollowUp:
    """Write a follow-up on a record the actor may view (D09-1, S11-18).

    The same `token` of the same actor makes one follow-up and returns it again (F26). History
    (`is_history`) may name people who have left, and nobody it mentions is told. Raises
    NotAllowed, InvalidValue, ValidationError, what the record above refuses (`Subject.check`);
    KeyError for a model that takes no follow-ups.
    """
    policies.require(actor, verbs.IMPORT if is_history else verbs.ADD, FollowUp)
    require_visible(subject, actor)
    parent = subject_for(subject).parent(subject)
    subject_for(parent).check(parent)
    links.check_choice(subject, said.related, actor)
    follow_up = _build(subject, said, actor, token, is_history)
    others = links.further(said.related, subject, parent)
    try:
        with files.stored(said.files) as kept, transaction.atomic():
            hold_visible(subject, actor)
            follow_up.file_count, follow_up.link_count = len(kept), len(others)
            follow_up.save(force_insert=True)
            links.write(follow_up, others)
            attachments.write_rows(subject, kept, actor=actor, follow_up=follow_up)
            index.index_new(searching.LABEL, [searching.document_of(follow_up)])
            touch(follow_up, next_at=_planned(follow_up, is_history))
            record("activities.follow_up.created", follow_up, actor=actor, label=str(subject))
            if not is_history:
                mentions.write(follow_up, subject, actor=actor, is_new=True)
    except IntegrityError:
        known = FollowUp.objects.filter(created_by=actor, token=token).exclude(token="").first()
        if known is None:
            raise
        return known
    return follow_up


def _planned(follow_up: FollowUp, is_history: bool) -> datetime | None:
    """The next contact as its record learns it: a plan of the past that has passed is no plan."""
    planned = follow_up.next_contact_at
    return None if is_history and planned and planned <= clock.now() else planned


def _build(subject: models.Model, said: Said, actor: Any, token: str, is_history: bool) -> FollowUp:
    now = clock.now()
    parent = subject_for(subject).parent(subject)
    follow_up = FollowUp(
        subject_type=type_of(subject),
        subject_id=subject.pk,
        parent_type=type_of(parent),
        parent_id=parent.pk,
        author=said.author or actor,
        happened_at=said.happened_at or now,
        method=said.method,
        attitude=said.attitude,
        result=said.result,
        text=norm.checked_text(said.text, limit=TEXT_LIMIT),
        next_contact_at=said.next_contact_at,
        address=said.address,
        topic=said.topic,
        minutes=said.minutes,
        token=token,
        created_at=now,
        updated_at=now,
        created_by=actor,
    )
    _check_author(follow_up.author, actor, is_history)
    _check_times(follow_up.happened_at, follow_up.next_contact_at)
    follow_up.clean_fields(exclude=["created_by"])
    return follow_up


def _check_author(author: Any, actor: Any, is_history: bool = False) -> None:
    if author.pk != actor.pk and not people.may_write_for(actor, author, is_history=is_history):
        raise NotAllowed(
            _("Saving failed: you may not write a follow-up for this person."), field="author"
        )


def _check_times(happened_at: datetime, next_at: datetime | None) -> None:
    if happened_at > clock.now() + timedelta(minutes=1):
        raise InvalidValue(
            _("Saving failed: the time of a follow-up cannot be in the future."),
            field="happened_at",
        )
    if next_at is not None and next_at <= happened_at:
        raise InvalidValue(
            _("Saving failed: the next contact must be later than the follow-up."),
            field="next_contact_at",
        )


@transaction.atomic
def update_follow_up(
    follow_up: FollowUp,
    *,
    changes: dict[str, Any],
    actor: Any,
    version: int | None = None,
    related: Sequence[models.Model] | None = None,
) -> FollowUp:
    """Correct a follow-up: its author, or somebody above him. Raises Stale, InvalidValue.

    `related` replaces the further records it is about; None leaves them.
    """
    policies.require(actor, verbs.CHANGE, follow_up)
    changes = dict(changes)
    if "text" in changes:
        changes["text"] = norm.checked_text(changes["text"], limit=TEXT_LIMIT)
    if "author" in changes and changes["author"].pk != follow_up.author_id:
        _check_author(changes["author"], actor)
    happened = changes.get("happened_at", follow_up.happened_at)
    _check_times(happened, changes.get("next_contact_at", follow_up.next_contact_at))
    diff = write_changes(follow_up, changes, version=version)
    _find_again(follow_up)
    diff |= _relate(follow_up, related, actor)
    if {"text", "author"} & diff.keys():
        index.index(searching.LABEL, [follow_up.pk])
    if "text" in diff:
        mentions.write(follow_up, anchors_of(follow_up)[0], actor=actor)
    if diff:
        planned = follow_up.next_contact_at if "next_contact_at" in diff else None
        touch(follow_up, next_at=planned, is_correction=True, is_news="attitude" in diff)
        _record(follow_up, "updated", actor, diff)
    return follow_up


def _find_again(follow_up: FollowUp) -> None:
    """Where it stands by now: it may have been carried over since it was read."""
    follow_up.refresh_from_db(fields=["subject_type", "subject_id", "parent_type", "parent_id"])


def _relate(
    follow_up: FollowUp, related: Sequence[models.Model] | None, actor: Any
) -> dict[str, list[str]]:
    """Replace the further records; returns the difference for the log."""
    if related is None:
        return {}
    subject, parent = anchors_of(follow_up)
    old = links.objects_of(follow_up)
    links.check_choice(subject, [obj for obj in related if obj not in old], actor)
    new = links.further(related, subject, parent)
    if not links.replace(follow_up, new):
        return {}
    follow_up.link_count = len(new)
    return {"related": ["、".join(map(str, old)), "、".join(map(str, new))]}


@transaction.atomic
def delete_follow_up(follow_up: FollowUp, *, actor: Any) -> None:
    """Take a follow-up away: its author within a day, a manager at any time."""
    policies.require(actor, verbs.DELETE, follow_up)
    if not may_delete(follow_up, actor):
        raise NotAllowed(
            _("Deleting failed: after 24 hours only your manager can delete a follow-up.")
        )
    _take_away(follow_up, actor)


@transaction.atomic
def withdraw_follow_up(follow_up: FollowUp, *, actor: Any) -> None:
    """Take a follow-up back that the actor has imported, whoever its author is."""
    policies.require(actor, verbs.IMPORT, FollowUp)
    if follow_up.created_by_id != actor.pk:
        raise NotAllowed(str(NOT_ALLOWED))
    _take_away(follow_up, actor)


def _take_away(follow_up: FollowUp, actor: Any) -> None:
    write_changes(follow_up, {"deleted_at": clock.now(), "deleted_by": actor})
    _find_again(follow_up)
    index.remove(searching.LABEL, [follow_up.pk])
    touch(follow_up, is_correction=True)
    _record(follow_up, "deleted", actor, {})


def may_change(follow_up: Any, user: Any, verb: str = verbs.CHANGE) -> bool:
    """Whether the author is within reach; asks nothing of a record that is on the screen anyway."""
    return changing(user, verb)(follow_up)


def changing(user: Any, verb: str = verbs.CHANGE) -> Callable[[Any], bool]:
    """`may_change` for many follow-ups."""
    reach = policies.policy_for(FollowUp).reach(user, verb)
    return lambda follow_up: reach.covers(follow_up.author_id)


def may_delete(follow_up: Any, user: Any) -> bool:
    """Within 24 hours the author, always somebody whose reach goes beyond himself."""
    return deleting(user)(follow_up)


def deleting(user: Any) -> Callable[[Any], bool]:
    """`may_delete` for many follow-ups."""
    reach = policies.policy_for(FollowUp).reach(user, verbs.DELETE)
    leads = reach.everything or bool(reach.owners - {user.pk})
    oldest = clock.now() - timedelta(hours=DELETE_HOURS)
    return lambda row: reach.covers(row.author_id) and (leads or row.created_at >= oldest)


def _record(follow_up: FollowUp, what: str, actor: Any, diff: dict[str, Any]) -> None:
    subject, parent = anchors_of(follow_up)
    about = [subject] if subject == parent else [subject, parent]
    record(
        f"activities.follow_up.{what}",
        follow_up,
        actor=actor,
        changes=diff,
        about=about,
        label=str(subject),
    )


# --- from one record to another -----------------------------------------------------------------
@transaction.atomic
def carry_over(old: models.Model, new: models.Model, *, actor: Any) -> dict[str, int]:
    """Move follow-ups, files and what is registered (`carrying`) from one record to another (E6).

    For a lead that becomes a customer: the caller has checked that the actor may do that. Authors
    and times stay. Safe to repeat: only what still stands on `old` moves, and an event is written
    on each side only where something did. Returns the numbers by name.
    """
    parent = subject_for(new).parent(new)
    anchors = {
        "subject_type": type_of(new), "subject_id": new.pk,
        "parent_type": type_of(parent), "parent_id": parent.pk,
    }  # fmt: skip
    newest = FollowUp.objects.on(old).kept().newest_first().first()
    moved = {
        "follow_ups": FollowUp.objects.on(old).update(**anchors),
        "files": Attachment.objects.on(old).update(**anchors),
        **dict(carrying.carry(old, new, actor)),
    }
    links.carry(old, new)
    moved = {name: number for name, number in moved.items() if number}
    if newest is not None:
        newest.refresh_from_db()
        planned = newest.next_contact_at
        touch(newest, next_at=planned if planned and planned > clock.now() else None)
    if moved:
        counts = {name: [None, number] for name, number in moved.items()}
        record("activities.record.carried_to", old, actor=actor, changes=counts, label=str(new))
        record("activities.record.carried_from", new, actor=actor, changes=counts, label=str(old))
    return moved


# --- removal for good ---------------------------------------------------------------------------
def forget_follow_ups(*subjects: models.Model) -> None:
    """Remove what was written on records that are removed for good, with its files.

    The log keeps its events.
    """
    attachments.forget_files(*subjects)
    links.forget(*subjects)
    _remove(FollowUp.objects.on_any(subjects))


def forget_demo() -> None:
    """Remove the follow-ups and files of the demo data."""
    attachments.forget_demo_files()
    _remove(FollowUp.objects.filter(is_demo=True))


@transaction.atomic
def _remove(rows: FollowUpQuerySet) -> None:
    index.remove(searching.LABEL, rows.values_list("pk", flat=True))
    rows.delete()
