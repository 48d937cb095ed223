"""追溯: broken promises that days entered afterwards would have kept (`service.md` 8.2).

A clock is judged by the calendar as it was, so entering a day that is over changes no verdict.
Here the promises are found that would have been kept had the day been known in time; supervisors
waive them. Nothing is written here.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from crm.core import clock as time
from crm.dictionaries.worktime import ONE_DAY, SpecialDay
from tickets.models import Ticket
from tickets.sla.book import in_force
from tickets.sla.calendar import History, OpenHours, moment, seconds
from tickets.sla.clocks import Clock, State
from tickets.sla.models import ClockState, SlaClock
from tickets.sla.rules import Rules
from tickets.sla.services import judged

#: Broken promises that are looked at for one page.
EXAMINED = 200
_PLACE = re.compile(r"(\d{1,11})-(\d{1,18})")
#: What was entered for a day that was over; None: it is like its weekday again.
Edits = dict[date, SpecialDay | None]


@dataclass(frozen=True)
class Verdict:
    """A promise that was broken, and how long it took by the days as they are known now."""

    clock: SlaClock
    used: int
    due_at: datetime | None


@dataclass(frozen=True)
class Found:
    """One page of them: `looked` promises were looked at.

    `after` says where the next page begins, "" where there is none; `calendars` has the codes of
    those that the days were entered in.
    """

    days: list[tuple[date, date]]
    verdicts: list[Verdict]
    after: str = ""
    looked: int = 0
    calendars: tuple[str, ...] = ()


def find(user: Any, *, after: str = "", most: int = EXAMINED, by: datetime | None = None) -> Found:
    """The broken promises within the user's sight that would have been kept, the last begun first.

    At most `most` are looked at, of those broken `by` then.
    """
    rules = in_force()
    edits = {code: edited_days(each) for code, each in rules.calendars.items()}
    spans = _spans(edits)
    if not spans:
        return Found([], [])
    rows = _behind(_candidates(spans, user), after)
    order = ("-started_at", "-pk")
    looked = list(rows.select_related("ticket__owner").order_by(*order)[: most + 1])
    place = _place(looked[most - 1]) if len(looked) > most else ""
    # not a condition of the query, which would leave the index that keeps the order
    looked = [row for row in looked[:most] if by is None or row.breach_at <= by]
    named = tuple(code for code, days in edits.items() if days)
    verdicts = _kept(looked, _as_if_known(rules, edits))
    return Found(spans, verdicts, place, len(looked), named)


def _place(row: SlaClock) -> str:
    """Where a page ended, for an address."""
    return f"{seconds(row.started_at)}-{row.pk}"


def _behind(rows: QuerySet[SlaClock], place: str) -> QuerySet[SlaClock]:
    """The rows after a place; all of them where it is none."""
    found = _PLACE.fullmatch(place)
    if found is None:
        return rows
    begun, key = moment(int(found[1])), int(found[2])
    same = Q(started_at__lt=begun) | Q(pk__lt=key)
    return rows.filter(same, started_at__lte=begun)


def candidates(user: Any) -> QuerySet[SlaClock]:
    """All that are looked at, whatever becomes of them."""
    spans = _spans({code: edited_days(each) for code, each in in_force().calendars.items()})
    return _candidates(spans, user) if spans else SlaClock.objects.none()


def _spans(edits: Mapping[str, Edits]) -> list[tuple[date, date]]:
    return _in_a_row({day for days in edits.values() for day in days})


def edited_days(history: History) -> Edits:
    """The days of a calendar that were entered when they were over, as they are now."""
    found: Edits = {}
    for (_since, old), (since, new) in pairwise(history.versions):
        if not isinstance(old, OpenHours) or not isinstance(new, OpenHours):
            continue
        before, after = old.calendar, new.calendar
        # other weekly hours move what worked weekends stand for, and holidays come and go with
        # following them: that is no entry of a day
        if (before.week, before.follows) != (after.week, after.follows):
            continue
        over = new.day_of(since)
        for day in before.special.keys() | after.special.keys():
            if day < over and before.spans(day) != after.spans(day):
                found[day] = after.special.get(day)
    return found


def _in_a_row(days: Iterable[date]) -> list[tuple[date, date]]:
    """First and last of days in a row, the latest first."""
    found: list[tuple[date, date]] = []
    for day in sorted(days):
        if found and day - found[-1][1] == ONE_DAY:
            found[-1] = (found[-1][0], day)
        else:
            found.append((day, day))
    return found[::-1]


def _candidates(spans: list[tuple[date, date]], user: Any) -> QuerySet[SlaClock]:
    """Broken promises that ran on one of the days, and were not broken before it."""
    condition = Q()
    # a day more on both sides: no zone is further from the company's
    bounds = [
        (time.company_day_start(first - ONE_DAY), time.company_day_start(last + 2 * ONE_DAY))
        for first, last in spans
    ]
    for begin, end in bounds:
        condition |= Q(breach_at__gte=begin, started_at__lt=end)
    latest = max(end for _begin, end in bounds)  # where the walk along the index begins
    seen = Ticket.objects.kept().visible_to(user).filter(pk=OuterRef("ticket_id"))
    rows = SlaClock.objects.filter(
        condition, started_at__lt=latest, state=ClockState.BREACHED, calendar_version__gt=0
    )
    return rows.filter(Exists(seen))


def _as_if_known(rules: Rules, edits: Mapping[str, Edits]) -> Rules:
    """The rules with the days in every version of their calendar."""
    calendars = dict(rules.calendars)
    for code, days in edits.items():
        calendars[code] = History(
            [(since, _with(hours, days)) for since, hours in rules.calendars[code].versions]
        )
    return replace(rules, calendars=calendars)


def _with(hours: Any, days: Edits) -> OpenHours:
    special = {day: each for day, each in hours.calendar.special.items() if day not in days}
    special |= {day: each for day, each in days.items() if each is not None}
    return OpenHours(replace(hours.calendar, special=special))


def _kept(rows: list[SlaClock], rules: Rules) -> list[Verdict]:
    now = seconds(time.now())
    tickets = list({row.ticket_id: row.ticket for row in rows}.values())
    computed: dict[tuple[int, str, int], Clock] = {
        (pk, clock.kind, clock.cycle): clock
        for pk, found in judged(tickets, now, rules)
        for _judged, clock in found
    }
    pairs = ((row, computed.get((row.ticket_id, row.kind, row.cycle))) for row in rows)
    return [
        Verdict(row, clock.elapsed, moment(clock.due_at) if clock.due_at else None)
        for row, clock in pairs
        if clock is not None and clock.state != State.BREACHED
    ]
