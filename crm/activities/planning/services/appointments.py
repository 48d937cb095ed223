"""Plan, change, move and end appointments; the outcome becomes a follow-up (D09-6, D09-7)."""

import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext as _

from crm.access import policies, verbs
from crm.activities.choices import METHOD
from crm.activities.models import FollowUp
from crm.activities.planning import links, reminding, repeating, states, times
from crm.activities.planning.calendar_days import next_working_day
from crm.activities.planning.choices import Kind, Repeat
from crm.activities.planning.models import Appointment, Guest
from crm.activities.planning.services.people import (
    replace_participants,
    require_active,
    tell_involved,
)
from crm.activities.services import Said, create_follow_up
from crm.audit.services import record
from crm.audit.transitions import run_transition
from crm.core import clock
from crm.core.changes import touch, write_changes
from crm.core.errors import InvalidValue, NotAllowed
from crm.dictionaries.models import Item
from crm.reminders import services as reminders

#: Times of one series, and how far ahead they are written out.
MOST_TIMES = 60
FARTHEST = timedelta(days=366)
#: Appointments read of each person whose collisions are looked for.
MOST_READ = 50
#: Guests of one appointment.
MOST_GUESTS = 20


@dataclass(frozen=True)
class Series:
    """How an appointment comes back; `until` is the last day it may fall on."""

    repeat: str = Repeat.NONE
    until: date | None = None


@transaction.atomic
def create_appointment(
    appointment: Appointment,
    *,
    actor: Any,
    subject: models.Model | None = None,
    participants: Iterable[Any] = (),
    guests: Sequence[models.Model] = (),
    series: Series = Series(),  # noqa: B008 - frozen, so one for all calls
) -> Appointment:
    """Plan an appointment, the actor's own where it names no owner (S09-06); returns the first.

    A series is written out, at most 60 times within a year. Raises NotAllowed, InvalidValue,
    ValidationError.
    """
    policies.require(actor, verbs.ADD, Appointment)
    _complete_new(appointment, actor, subject)
    people = list(participants)
    _check_guests(guests, actor)
    spans = list(_spans(appointment, series))
    if len(spans) > 1:
        appointment.series = secrets.token_hex(16)
    rows = [_at(appointment, start, end) for start, end in spans]
    for row in rows:
        row.save(force_insert=True)
        replace_participants(row, people)
        _write_guests(row, guests)
    _record_created(rows, actor)
    tell_involved("appointment_invited", rows[0], [rows[0].owner, *people], actor=actor)
    reminding.plan_appointments(rows, fresh=True)
    return rows[0]


def _complete_new(appointment: Appointment, actor: Any, subject: models.Model | None) -> None:
    now = clock.now()
    if subject is not None:
        links.require_visible(subject, actor)
    appointment.created_at = appointment.updated_at = now
    appointment.created_by = actor
    if appointment.owner_id is None:
        appointment.owner = actor
    require_active(appointment.owner, "owner")
    appointment.owner_since = now
    appointment.title = " ".join(appointment.title.split())
    for name, value in links.columns_of(subject).items():
        setattr(appointment, name, value)
    appointment.starts_at = times.whole_minute(appointment.starts_at)
    appointment.ends_at = times.whole_minute(appointment.ends_at)
    check_span(appointment.starts_at, appointment.ends_at)
    appointment.full_clean(exclude=["created_by", "owner"], validate_constraints=False)


def check_span(start: datetime, end: datetime) -> None:
    """Raise InvalidValue unless the end is later than the start, and not more than 31 days."""
    if end <= start:
        raise InvalidValue(
            _("Saving failed: the end must be later than the start."), field="ends_at"
        )
    if end - start > timedelta(days=31):
        raise InvalidValue(
            _("Saving failed: an appointment lasts at most 31 days."), field="ends_at"
        )


def _spans(appointment: Appointment, series: Series) -> Iterator[tuple[datetime, datetime]]:
    start, length = appointment.starts_at, appointment.ends_at - appointment.starts_at
    yield start, start + length
    if series.repeat == Repeat.NONE:
        return
    zone = clock.COMPANY_ZONE if appointment.is_all_day else None
    first = localdate(start, zone)
    last = min(series.until or first + FARTHEST, first + FARTHEST)
    if last < first:
        raise InvalidValue(
            _("Saving failed: the series would end before it begins."), field="repeat_until"
        )
    later = repeating.days_after(first, series.repeat, first, next_working_day)
    for _place, day in zip(range(MOST_TIMES - 1), later, strict=False):
        if day > last:
            return
        begin = _shifted(start, day, is_all_day=appointment.is_all_day)
        yield begin, begin + length


def _shifted(start: datetime, day: date, *, is_all_day: bool) -> datetime:
    return times.whole_days(day, day)[0] if is_all_day else times.on_day(start, day)


def _at(pattern: Appointment, start: datetime, end: datetime) -> Appointment:
    names = [
        field.attname
        for field in Appointment._meta.concrete_fields
        if field.attname not in ("id", "starts_at", "ends_at")
    ]
    values = {name: getattr(pattern, name) for name in names}
    return Appointment(**values, starts_at=start, ends_at=end)


def _record_created(rows: Sequence[Appointment], actor: Any) -> None:
    """One event for the first time of a series, which says how many there are."""
    first = rows[0]
    note = when_text(first)
    if len(rows) > 1:
        note += " · " + _("%(count)s times") % {"count": len(rows)}
    if first.place:
        note += f" · {first.place}"
    if first.purpose:
        note += f"\n{first.purpose}"
    about = links.anchors_of(first)
    record("activities.appointment.created", first, actor=actor, note=note, about=about)


def when_text(row: Appointment) -> str:
    """When it takes place: 2026-11-22 09:00–10:30, or the days."""
    if row.is_all_day:
        first = localdate(row.starts_at, clock.COMPANY_ZONE)
        last = localdate(row.ends_at - timedelta(minutes=1), clock.COMPANY_ZONE)
        return f"{first:%Y-%m-%d}" if first == last else f"{first:%Y-%m-%d} ~ {last:%Y-%m-%d}"
    start, end = localtime(row.starts_at), localtime(row.ends_at)
    if start.date() == end.date():
        return f"{start:%Y-%m-%d %H:%M}–{end:%H:%M}"
    return f"{start:%Y-%m-%d %H:%M} ~ {end:%Y-%m-%d %H:%M}"


# --- guests -------------------------------------------------------------------------------------
def _check_guests(guests: Sequence[models.Model], actor: Any) -> None:
    if len(guests) > MOST_GUESTS:
        raise InvalidValue(
            _("Saving failed: at most %(most)s guests can take part.") % {"most": MOST_GUESTS},
            field="guests",
        )
    for person in guests:
        kind = links.LINKABLE.get(person._meta.label_lower)
        seen = kind and kind.is_person and links.find_one(links.key_of(person), actor)
        if not seen:
            raise InvalidValue(
                _("Saving failed: a guest is deleted or outside your scope."), field="guests"
            )


def _write_guests(row: Appointment, guests: Sequence[models.Model]) -> None:
    people = {links.key_of(person): person for person in guests}
    Guest.objects.bulk_create(
        Guest(
            appointment=row,
            person_type=ContentType.objects.get_for_model(type(person)),
            person_id=person.pk,
        )
        for person in people.values()
    )


def guests_of(row: Appointment) -> list[models.Model]:
    """The people of customers who take part: one query a kind."""
    found: list[models.Model] = []
    keys: dict[int, list[int]] = {}
    for kind, pk in row.guests.values_list("person_type_id", "person_id"):
        keys.setdefault(kind, []).append(pk)
    for kind, ids in keys.items():
        model = ContentType.objects.get_for_id(kind).model_class()
        found += list(model._base_manager.filter(pk__in=ids).order_by("pk")) if model else []
    return found


def _replace_guests(
    row: Appointment, guests: Sequence[models.Model] | None, actor: Any
) -> dict[str, list[str]]:
    if guests is None:
        return {}
    old = guests_of(row)
    if {links.key_of(each) for each in old} == {links.key_of(each) for each in guests}:
        return {}
    known = {links.key_of(each) for each in old}
    _check_guests([each for each in guests if links.key_of(each) not in known], actor)
    row.guests.all().delete()
    _write_guests(row, guests)
    return {"guests": ["、".join(map(str, old)), "、".join(map(str, guests))]}


# --- changes ------------------------------------------------------------------------------------
@transaction.atomic
def update_appointment(
    row: Appointment,
    *,
    changes: dict[str, Any],
    actor: Any,
    version: int | None = None,
    participants: Iterable[Any] | None = None,
    guests: Sequence[models.Model] | None = None,
) -> Appointment:
    """Change one appointment, of a series only this time. Raises Stale, NotAllowed, InvalidValue.

    Guests that a reader does not see any more may stay; new ones must be within reach.
    """
    policies.require(actor, verbs.CHANGE, row)
    if {"owner", "status", "outcome"} & changes.keys():
        raise ValueError("update_appointment() sets neither owner nor status nor outcome")
    start = changes.get("starts_at", row.starts_at)
    check_span(start, changes.get("ends_at", row.ends_at))
    diff = write_changes(row, changes, version=version)
    listed = _replace_guests(row, guests, actor)
    joined = replace_participants(row, participants)
    listed |= joined.change
    if listed and not diff:
        touch(row)
    diff |= listed
    if diff:
        about = links.present_anchors_of(row)
        record("activities.appointment.updated", row, actor=actor, changes=diff, about=about)
        reminding.plan_appointments([row])
    tell_involved("appointment_invited", row, joined.added, actor=actor)
    return row


@transaction.atomic
def move_appointment(row: Appointment, day: date, *, actor: Any) -> Appointment:
    """Let an appointment begin on another day, at the same time and for as long."""
    policies.require(actor, verbs.CHANGE, row)
    if not row.is_planned:
        raise NotAllowed(_("Moving failed: the appointment is done or cancelled."))
    start = _shifted(row.starts_at, day, is_all_day=row.is_all_day)
    if start == row.starts_at:
        return row
    length = row.ends_at - row.starts_at
    diff = write_changes(row, {"starts_at": start, "ends_at": start + length})
    about = links.present_anchors_of(row)
    record("activities.appointment.moved", row, actor=actor, changes=diff, about=about)
    reminding.plan_appointments([row])
    return row


@transaction.atomic
def place_appointment(
    row: Appointment, start: datetime, end: datetime, *, actor: Any
) -> Appointment:
    """Let an appointment begin and end at these times. Raises NotAllowed, InvalidValue."""
    policies.require(actor, verbs.CHANGE, row)
    if not row.is_planned or row.is_all_day:
        raise NotAllowed(_("Moving failed: the appointment is done or cancelled."))
    start, end = times.whole_minute(start), times.whole_minute(end)
    check_span(start, end)
    diff = write_changes(row, {"starts_at": start, "ends_at": end})
    if diff:
        about = links.present_anchors_of(row)
        record("activities.appointment.moved", row, actor=actor, changes=diff, about=about)
        reminding.plan_appointments([row])
    return row


@transaction.atomic
def complete_appointment(
    row: Appointment,
    *,
    outcome: str,
    actor: Any,
    next_contact_at: datetime | None = None,
    attitude: str = "",
) -> Appointment:
    """Record what came of it; on a linked record it becomes a follow-up in the same step (S09-06).

    Whoever takes part without seeing that record leaves the outcome with the appointment, and the
    record's timeline names it. The follow-up's method is that of the kind of appointment (拜访 for
    a visit). Raises InvalidValue where the text says nothing, NotAllowed, InvalidTransition.
    """
    policies.require(actor, verbs.CHANGE, row)
    outcome = outcome.strip()
    if not outcome:
        raise InvalidValue(_("Saving failed: the outcome is missing."), field="outcome")
    links.hold_subject(row)
    about = links.present_anchors_of(row)
    subject = to_follow_up(row, actor)
    follow_up = None
    if subject is not None and row.is_planned:
        said = Said(
            text=outcome,
            method=_method_of(row.kind),
            happened_at=min(row.starts_at, clock.now()),
            attitude=attitude,
            next_contact_at=next_contact_at,
        )
        follow_up = create_follow_up(subject, said, actor=actor)
    data = {"outcome": outcome, "follow_up": follow_up}
    if follow_up:  # it stands on the timeline itself
        about = []
    run_transition(states.APPOINTMENT, row, "complete", actor=actor, about=about, **data)
    reminding.plan_appointments([row])
    return row


def to_follow_up(row: Appointment, actor: Any) -> models.Model | None:
    """The record on which this person's outcome becomes a follow-up."""
    writes = policies.can(actor, verbs.ADD, FollowUp)
    return links.visible_subject(row, actor) if writes else None


def _method_of(kind: str) -> Item:
    """The way of the follow-up: that of the same code, a visit where there is none."""
    rows = Item.objects.filter(dictionary__code=METHOD, code__in=(kind, Kind.VISIT))
    return sorted(rows, key=lambda item: item.code != kind)[0]


@transaction.atomic
def cancel_appointment(row: Appointment, *, actor: Any) -> Appointment:
    """It does not take place."""
    about = links.present_anchors_of(row)
    run_transition(states.APPOINTMENT, row, "cancel", actor=actor, about=about)
    reminding.plan_appointments([row])
    return row


@transaction.atomic
def reopen_appointment(row: Appointment, *, actor: Any) -> Appointment:
    """It takes place after all."""
    about = links.present_anchors_of(row)
    run_transition(states.APPOINTMENT, row, "reopen", actor=actor, about=about)
    reminding.plan_appointments([row])
    return row


@transaction.atomic
def delete_appointment(row: Appointment, *, actor: Any) -> None:
    """Put an appointment into the recycle bin."""
    policies.require(actor, verbs.DELETE, row)
    write_changes(row, {"deleted_at": clock.now(), "deleted_by": actor})
    about = links.present_anchors_of(row)
    record("activities.appointment.deleted", row, actor=actor, about=about)
    reminding.plan_appointments([row])


@transaction.atomic
def restore_appointment(row: Appointment, *, actor: Any) -> Appointment:
    """Bring an appointment back."""
    policies.require(actor, verbs.DELETE, row)
    write_changes(row, {"deleted_at": None, "deleted_by": None})
    about = links.present_anchors_of(row)
    record("activities.appointment.restored", row, actor=actor, about=about)
    reminding.plan_appointments([row])
    return row


@transaction.atomic
def purge_appointment(row: Appointment, *, actor: Any) -> None:
    """Remove an appointment from the bin for good; the log keeps its title."""
    record("activities.appointment.purged", row, actor=actor)
    reminders.cancel(row)
    row.delete()


# --- collisions ---------------------------------------------------------------------------------
def collisions(
    people: Iterable[Any], start: datetime, end: datetime, *, but: int | None = None
) -> dict[int, list[Appointment]]:
    """What each of these people has planned in a span, the first five each: two queries.

    Read are so many rows that one full calendar does not hide what the others have. A hint for
    whoever plans, not a refusal; `but` is the appointment that is being changed.
    """
    keys = {person.pk for person in people}
    rows = Appointment.objects.kept().planned().during(start, end).of(*keys).exclude(pk=but)
    rows = rows.prefetch_related("participants").order_by("starts_at", "pk")
    found: dict[int, list[Appointment]] = {}
    for row in rows[: MOST_READ * max(1, len(keys))]:
        busy = {row.owner_id, *(person.pk for person in row.participants.all())}
        for pk in busy & keys:
            found.setdefault(pk, []).append(row)
    return {pk: rows[:5] for pk, rows in found.items()}
