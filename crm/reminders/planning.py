"""Planning reminders for many records at once, with a constant number of statements.

Called by services inside their own transaction, after the record itself was written, so that two
writers of one record plan one after the other.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction

from crm.core import clock
from crm.core.bulk import insert_many
from crm.dictionaries import calendar
from crm.reminders import states
from crm.reminders.choices import rule_for
from crm.reminders.models import Reminder, State
from crm.reminders.timing import due_moment


@dataclass(frozen=True)
class Plan:
    """What one person is to be reminded of.

    `due_on` is a day, reminded of at the rule's time of day; `due_at` an exact moment, of which
    `on_day` takes the day as the person's zone has it. Where the time of day has passed, the
    moment counts; what has passed altogether is not planned. Without recipient or time nothing is
    wanted, and what was planned is cancelled.
    """

    subject: models.Model
    recipient_id: int | None
    due_at: datetime | None = None
    due_on: date | None = None
    on_day: bool = False
    params: dict[str, Any] = field(default_factory=dict)

    def day(self, zone: ZoneInfo) -> date | None:
        """The day to remind of; None where a moment alone is given."""
        if self.on_day and self.due_at is not None:
            return self.due_at.astimezone(zone).date()
        return self.due_on


def zones_of(user_ids: Iterable[int]) -> dict[int, ZoneInfo]:
    """The time zones of some people: one query."""
    people = get_user_model().objects.filter(pk__in=set(user_ids))
    return {pk: ZoneInfo(name) for pk, name in people.values_list("pk", "time_zone")}


@transaction.atomic(savepoint=False)
def plan_many(
    rule: str,
    model: type[models.Model],
    plans: Sequence[Plan],
    *,
    fresh: bool = False,
    scope: Iterable[int] | None = None,
) -> int:
    """Make `plans` what is open for this rule on the records they name; returns how many are new.

    Other open reminders of the rule on these records are cancelled, within `scope` (people) where
    given. `fresh` says that the records are new and nothing is stored about them. Raises KeyError
    for a rule that is not registered.
    """
    if not plans:
        return 0
    kind = ContentType.objects.get_for_model(model)
    wanted = _wanted(rule, kind, plans)
    if fresh:
        insert_many(list(wanted.values()))
        return len(wanted)
    keys = {plan.subject.pk for plan in plans}
    stored = Reminder.objects.filter(subject_type=kind, subject_id__in=keys, rule=rule)
    if scope is not None:
        stored = stored.filter(recipient__in=scope)
    _cancel_others(stored.open(), wanted)
    return add_missing(wanted)


def _cancel_others(rows: Any, wanted: dict[str, Reminder]) -> None:
    """Cancel what is open and not wanted any more; snoozed ones belong to the old plan, too."""
    known = rows.values_list("pk", "dedupe_key")
    gone = [pk for pk, key in known if key not in wanted]
    if gone:
        states.cancel(Reminder.objects.filter(pk__in=gone), "changed")


def add_missing(wanted: dict[str, Reminder]) -> int:
    """Insert what is new, revive what was cancelled, leave what waits or was sent."""
    known = {row.dedupe_key: row for row in Reminder.objects.filter(dedupe_key__in=wanted)}
    back = []
    for key, row in known.items():
        if row.state == State.CANCELLED:
            row.due_at, row.label = wanted[key].due_at, wanted[key].label
            row.params = wanted[key].params
            back.append(row)
    if back:
        states.revive(back)
    new = [row for key, row in wanted.items() if key not in known]
    Reminder.objects.bulk_create(new, ignore_conflicts=True)
    return len(new) + len(back)


def _wanted(rule: str, kind: ContentType, plans: Sequence[Plan]) -> dict[str, Reminder]:
    plans = [plan for plan in plans if plan.recipient_id and (plan.due_at or plan.due_on)]
    zones = zones_of(plan.recipient_id for plan in plans) if plans else {}
    found: dict[str, Reminder] = {}
    for plan in plans:
        for row in _rows(rule, kind, plan, zones):
            found[row.dedupe_key] = row
    return found


def _rows(rule: str, kind: ContentType, plan: Plan, zones: dict[int, ZoneInfo]) -> list[Reminder]:
    """The reminders of one plan: one a step, or one at the given moment."""
    zone = zones.get(plan.recipient_id or 0)
    if zone is None:
        return []
    now, day = clock.now(), plan.day(zone)
    moments: list[tuple[int, datetime, date | None]] = []
    if day is not None:
        steps = steps_of(rule, plan.recipient_id or 0, day, zone)
        moments = [(step, due, day) for step, due in steps if due > now]
    if plan.due_at and plan.due_at > now and not any(step == 0 for step, _due, _day in moments):
        moments.append((0, plan.due_at, None))
    return [_row(rule, kind, plan, *found) for found in moments]


def steps_of(rule: str, user_id: int, day: date, zone: ZoneInfo) -> list[tuple[int, datetime]]:
    """For each step of the rule as the person wants it: the moment it is due."""
    chosen = rule_for(rule, user_id)
    work = calendar.work_calendar()
    return [
        (
            step,
            due_moment(
                day,
                step,
                at=chosen.at,
                working_days=chosen.working_days,
                zone=zone,
                calendar=work,
            ),
        )
        for step in chosen.steps
    ]


def _row(
    rule: str, kind: ContentType, plan: Plan, step: int, due: datetime, day: date | None
) -> Reminder:
    anchor = day.isoformat() if day else due.isoformat()
    return Reminder(
        rule=rule,
        subject_type=kind,
        subject_id=plan.subject.pk,
        label=str(plan.subject)[:255],
        recipient_id=plan.recipient_id,
        due_at=due,
        due_on=day,
        step=step,
        params=plan.params,
        dedupe_key=key_of(rule, kind.pk, plan.subject.pk, plan.recipient_id, step, anchor),
    )


def key_of(
    rule: str, type_id: int, subject_id: Any, recipient_id: int | None, step: int, anchor: str
) -> str:
    """What may exist only once: rule, record, person, step, and the day or moment."""
    return f"{rule}:{type_id}:{subject_id}:{recipient_id}:{step}:{anchor}"
