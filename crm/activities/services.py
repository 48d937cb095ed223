"""Write, change and delete follow-ups; their record learns its last and next contact."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.access import policies, verbs
from crm.activities import norm, people, searching
from crm.activities.models import TEXT_LIMIT, FollowUp
from crm.activities.querysets import FollowUpQuerySet
from crm.activities.subjects import Touch, model_of, subject_for
from crm.audit.services import record
from crm.core import clock
from crm.core.changes import write_changes
from crm.core.errors import InvalidValue, NotAllowed
from crm.dictionaries.models import Item
from crm.search import index

SUMMARY_LIMIT = 200
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


def create_follow_up(subject: models.Model, said: Said, *, actor: Any, token: str = "") -> FollowUp:
    """Write a follow-up on a record the actor may view (D09-1, S11-18).

    The same `token` of the same actor makes one follow-up and returns it again (F26). Raises
    NotAllowed, InvalidValue, ValidationError; KeyError for a model that takes no follow-ups.
    """
    policies.require(actor, verbs.ADD, FollowUp)
    _require_visible(subject, actor)
    follow_up = _build(subject, said, actor, token)
    try:
        with transaction.atomic():
            follow_up.save(force_insert=True)
            index.index_new(searching.LABEL, [searching.document_of(follow_up)])
            touch(follow_up, next_at=follow_up.next_contact_at)
            record("activities.follow_up.created", follow_up, actor=actor, label=str(subject))
    except IntegrityError:
        known = FollowUp.objects.filter(created_by=actor, token=token).exclude(token="").first()
        if known is None:
            raise
        return known
    return follow_up


def _require_visible(subject: models.Model, actor: Any) -> None:
    rows = type(subject).objects.visible_to(actor, verbs.VIEW).filter(pk=subject.pk)
    if not subject_for(subject).kept(rows).exists():
        raise NotAllowed(_("Saving failed: the record is deleted or outside your scope."))


def _build(subject: models.Model, said: Said, actor: Any, token: str) -> FollowUp:
    now = clock.now()
    parent = subject_for(subject).parent(subject)
    follow_up = FollowUp(
        subject_type=_type_of(subject),
        subject_id=subject.pk,
        parent_type=_type_of(parent),
        parent_id=parent.pk,
        author=said.author or actor,
        happened_at=said.happened_at or now,
        method=said.method,
        attitude=said.attitude,
        result=said.result,
        text=norm.checked_text(said.text, limit=TEXT_LIMIT),
        next_contact_at=said.next_contact_at,
        token=token,
        created_at=now,
        updated_at=now,
        created_by=actor,
    )
    _check_author(follow_up.author, actor)
    _check_times(follow_up.happened_at, follow_up.next_contact_at)
    follow_up.clean_fields(exclude=["created_by"])
    return follow_up


def _type_of(obj: models.Model) -> ContentType:
    return ContentType.objects.get_for_model(type(obj))


def _check_author(author: Any, actor: Any) -> None:
    if author.pk != actor.pk and not people.may_write_for(actor, author):
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
    follow_up: FollowUp, *, changes: dict[str, Any], actor: Any, version: int | None = None
) -> FollowUp:
    """Correct a follow-up: its author, or somebody above him. Raises Stale, InvalidValue."""
    policies.require(actor, verbs.CHANGE, follow_up)
    changes = dict(changes)
    if "text" in changes:
        changes["text"] = norm.checked_text(changes["text"], limit=TEXT_LIMIT)
    if "author" in changes and changes["author"].pk != follow_up.author_id:
        _check_author(changes["author"], actor)
    happened = changes.get("happened_at", follow_up.happened_at)
    _check_times(happened, changes.get("next_contact_at", follow_up.next_contact_at))
    diff = write_changes(follow_up, changes, version=version)
    if {"text", "author"} & diff.keys():
        index.index(searching.LABEL, [follow_up.pk])
    if diff:
        planned = follow_up.next_contact_at if "next_contact_at" in diff else None
        touch(follow_up, next_at=planned, is_correction=True)
        _record(follow_up, "updated", actor, diff)
    return follow_up


@transaction.atomic
def delete_follow_up(follow_up: FollowUp, *, actor: Any) -> None:
    """Take a follow-up away: its author within a day, a manager at any time."""
    policies.require(actor, verbs.DELETE, follow_up)
    if not may_delete(follow_up, actor):
        raise NotAllowed(
            _("Deleting failed: after 24 hours only your manager can delete a follow-up.")
        )
    write_changes(follow_up, {"deleted_at": clock.now(), "deleted_by": actor})
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


# --- what the records learn ---------------------------------------------------------------------
def anchors_of(follow_up: FollowUp) -> tuple[models.Model, models.Model]:
    """The record a follow-up was written on, and the one above it (the same where none is)."""
    model = model_of(follow_up.subject_type_id)
    subject = model._base_manager.get(pk=follow_up.subject_id)
    return subject, subject_for(model).parent(subject)


def touch(
    follow_up: FollowUp, *, next_at: datetime | None = None, is_correction: bool = False
) -> None:
    """Tell the record and the one above it about their newest contact."""
    subject, parent = anchors_of(follow_up)
    anchors = [(parent, FollowUp.objects.under(parent))]
    if subject != parent:
        anchors.append((subject, FollowUp.objects.on(subject)))
    for obj, rows in anchors:
        news = _news(rows, follow_up, next_at)
        subject_for(obj).touch(obj, replace(news, is_correction=is_correction))


def _news(rows: FollowUpQuerySet, follow_up: FollowUp, next_at: datetime | None) -> Touch:
    """What a record should know; an agreement of long ago is no news where it has passed."""
    newest = rows.kept().newest_first().only("happened_at", "text").first()
    is_newest = newest is not None and newest.pk == follow_up.pk
    if next_at is not None and not is_newest and next_at <= clock.now():
        next_at = None
    day = timezone.localdate(follow_up.happened_at)
    return Touch(
        at=newest.happened_at if newest else None,
        summary=" ".join(newest.text.split())[:SUMMARY_LIMIT] if newest else "",
        next_at=next_at,
        done_until=clock.day_bounds(day)[1],
    )


def forget_follow_ups(*subjects: models.Model) -> None:
    """Remove what was written on records that are removed for good; the log keeps its events."""
    for subject in subjects:
        _remove(FollowUp.objects.on(subject))


def forget_demo() -> None:
    """Remove the follow-ups of the demo data."""
    _remove(FollowUp.objects.filter(is_demo=True))


@transaction.atomic
def _remove(rows: FollowUpQuerySet) -> None:
    index.remove(searching.LABEL, rows.values_list("pk", flat=True))
    rows.delete()
