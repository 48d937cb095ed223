"""After a rule has changed: what waits gets its new moments, a bounded number of rows a tick.

The same holds where the work calendar has changed; where somebody's time zone has, at once.
"""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q

from crm.audit.models import Event
from crm.audit.services import events_recorded
from crm.core import clock
from crm.dictionaries.calendar import COMPANY
from crm.dictionaries.models import BusinessCalendar
from crm.reminders import states
from crm.reminders.models import PersonalRule, Reminder, ReminderRule
from crm.reminders.planning import add_missing, key_of, steps_of
from crm.reminders.rules import ANY_DAY

CHUNK = 500
CHUNKS_A_TICK = 10
#: Events after which the company works on other days, and after which a person may live elsewhere.
CALENDAR = {
    "dictionaries.calendar.updated",
    "dictionaries.days.set",
    "dictionaries.days.imported",
    "dictionaries.days.deleted",
}
PERSON = {"accounts.user.profile_changed", "accounts.user.updated"}


def run() -> int:
    """Go on where the last tick stopped; returns how many rows were looked at."""
    looked = 0
    for _number in range(CHUNKS_A_TICK):
        change = _next_change()
        if change is None:
            break
        looked += _chunk(*change)
    return looked


def _next_change() -> tuple[Any, Q] | None:
    """A changed rule and the reminders it is about."""
    rule = ReminderRule.objects.filter(replan_after__isnull=False).first()
    if rule is not None:
        return rule, Q(rule=rule.code)
    own = PersonalRule.objects.filter(replan_after__isnull=False).first()
    if own is not None:
        return own, Q(rule=own.code, recipient_id=own.user_id)
    return None


def follow(events: list[Event]) -> None:
    """What waits for a working day, or for nine o'clock where somebody lives, follows both."""
    changed = {event.subject_id for event in events if event.code in CALENDAR}
    if changed and BusinessCalendar.objects.filter(pk__in=changed, code=COMPANY).exists():
        ReminderRule.objects.exclude(working_days=ANY_DAY).update(replan_after=0)
    for event in events:
        if event.code in PERSON and "time_zone" in event.changes:
            _move_all(event.subject_id)


def _move_all(user_id: int) -> None:
    waiting = Reminder.objects.pending().filter(recipient=user_id, due_on__isnull=False)
    rows = list(waiting.select_related("recipient").order_by("pk"))
    for start in range(0, len(rows), CHUNK):
        _move(rows[start : start + CHUNK])


@transaction.atomic
def _chunk(change: Any, condition: Q) -> int:
    """The next rows by key; the place is kept on the rule, by compare and set."""
    after = change.replan_after
    waiting = Reminder.objects.pending().filter(condition, pk__gt=after, due_on__isnull=False)
    rows = list(waiting.select_related("recipient").order_by("pk")[:CHUNK])
    place = rows[-1].pk if len(rows) == CHUNK else None
    mine = type(change).objects.filter(pk=change.pk, replan_after=after)
    if not mine.update(replan_after=place):
        return 0
    _move(rows)
    return len(rows)


def _move(rows: list[Reminder]) -> None:
    """Give rows their new moments, cancel steps no longer wanted, add new ones."""
    now, moved, gone = clock.now(), [], []
    beside: dict[str, Reminder] = {}
    for row in rows:
        zone = ZoneInfo(row.recipient.time_zone)
        wanted = dict(steps_of(row.rule, row.recipient_id, row.due_on, zone))
        due = wanted.pop(row.step, None)
        if due is None:
            gone.append(row.pk)
        elif row.due_at > now:
            row.due_at = max(due, now)  # what is earlier now comes at once
            moved.append(row)
        for step, moment in wanted.items():
            if moment > now:
                other = _beside(row, step, moment)
                beside[other.dedupe_key] = other
    if moved:
        Reminder.objects.pending().bulk_update(moved, ["due_at"])
    states.cancel(Reminder.objects.filter(pk__in=gone), "rule changed")
    add_missing(beside)


def _beside(row: Reminder, step: int, due: datetime) -> Reminder:
    """Another step of the same day."""
    anchor = row.due_on.isoformat()
    return Reminder(
        rule=row.rule,
        subject_type_id=row.subject_type_id,
        subject_id=row.subject_id,
        label=row.label,
        recipient_id=row.recipient_id,
        due_at=due,
        due_on=row.due_on,
        step=step,
        params=row.params,
        dedupe_key=key_of(
            row.rule, row.subject_type_id, row.subject_id, row.recipient_id, step, anchor
        ),
    )


events_recorded.register(follow)
