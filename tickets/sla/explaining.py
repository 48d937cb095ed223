"""Why a clock stands where it stands: every span that counted, every rest, every day off.

The lines are facts; the words for them are in `tickets.sla.words`. Pure.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from enum import StrEnum

from crm.dictionaries.worktime import ONE_DAY, WorkCalendar
from tickets.sla.calendar import OpenHours, seconds
from tickets.sla.clocks import Clock, Judged, State
from tickets.sla.intervals import clip
from tickets.sla.rules import Step

#: More spans than anybody reads are summed up in one line.
MOST_SPANS = 40


class Line(StrEnum):
    """What a line of an explanation says."""

    START = "start"
    WORKED = "worked"
    MORE = "more"
    REST = "rest"
    DAY_OFF = "day_off"
    MAKEUP = "makeup"
    PROMISE = "promise"
    HOURS = "hours"
    UNKNOWN_YEAR = "unknown_year"
    DUE = "due"
    LATE = "late"
    STOP = "stop"
    OVER = "over"


@dataclass(frozen=True)
class Said:
    """One line: from when until when, how many working seconds, and a name or a number."""

    what: Line
    at: int
    until: int | None = None
    seconds: int = 0
    name: str = ""
    #: Not yet: how it goes on when nothing else happens.
    is_ahead: bool = False


def explain(judged: Judged, clock: Clock, now: int) -> list[Said]:
    """The lines of one clock in the order of time."""
    horizon = _horizon(judged, clock, now)
    begun = judged.segments(None)[0][2]
    lines = [Said(Line.START, clock.started_at, seconds=begun.target or 0, name=begun.code)]
    lines += _worked(judged, horizon, now)
    lines += _rests(judged, horizon)
    lines += _promises(judged)
    lines += _days(judged, horizon)
    lines += _ends(judged, clock, now)
    order = {what: place for place, what in enumerate(Line)}
    return sorted(lines, key=lambda line: (line.at, order[line.what]))


def _horizon(judged: Judged, clock: Clock, now: int) -> int:
    if judged.period.end is not None:
        return judged.period.end
    if clock.state == State.RUNNING and clock.due_at is not None:
        return max(now, clock.due_at)
    return max(now, clock.started_at)


def _worked(judged: Judged, horizon: int, now: int) -> list[Said]:
    found = [
        Said(Line.WORKED, first, last, last - first, is_ahead=first >= now)
        for begin, end, step in judged.segments(horizon)
        for piece in judged.pieces(begin, end)
        for span in step.hours.spans(piece[0], piece[1] if piece[1] is not None else horizon)
        for first, last in _cut(span, now)
    ]
    if len(found) <= MOST_SPANS:
        return found
    rest = found[MOST_SPANS - 1 :]
    total = sum(line.seconds for line in rest)
    summary = replace(rest[0], what=Line.MORE, until=rest[-1].until, seconds=total)
    return [*found[: MOST_SPANS - 1], replace(summary, name=str(len(rest)))]


def _cut(span: tuple[int, int], now: int) -> list[tuple[int, int]]:
    """What has passed of a span and what is still to come."""
    begin, end = span
    return [(begin, now), (now, end)] if begin < now < end else [span]


def _rests(judged: Judged, horizon: int) -> Iterator[Said]:
    for hole in judged.holes:
        span = clip(hole, judged.period.start, None)
        if span is not None and span[0] <= horizon:
            yield Said(Line.REST, span[0], span[1])


def _promises(judged: Judged) -> Iterator[Said]:
    segments = judged.segments(judged.period.end)
    for (_begin, _end, before), (at, _until, step) in zip(segments, segments[1:], strict=False):
        if before.target != step.target:
            yield Said(Line.PROMISE, at, seconds=step.target or 0)
        if step.target is not None and (before.target is None or before.code != step.code):
            yield Said(Line.HOURS, at, name=step.code)


def _days(judged: Judged, horizon: int) -> Iterator[Said]:
    """Holidays and worked weekends between the start and the horizon, and unknown years."""
    for begin, end, step in judged.segments(horizon):
        if isinstance(step.hours, OpenHours):
            yield from _named_days(step, begin, horizon if end is None else end)


def _named_days(step: Step, begin: int, end: int) -> Iterator[Said]:
    assert isinstance(step.hours, OpenHours)
    calendar = step.hours.calendar
    first, last = step.hours.day_of(begin), step.hours.day_of(max(begin, end - 1))
    if not step.hours.is_complete(begin, end):
        yield Said(Line.UNKNOWN_YEAR, begin, name=str(last.year))
    run: list[date] = []
    for day in [*sorted(each for each in calendar.special if first <= each <= last), date.max]:
        if run and (day != run[-1] + ONE_DAY or _kind(calendar, day) != _kind(calendar, run[-1])):
            yield _day_line(calendar, run)
            run = []
        run.append(day)


def _kind(calendar: WorkCalendar, day: date) -> tuple[str, bool]:
    return (calendar.name_of(day), bool(calendar.spans(day))) if day != date.max else ("", False)


def _day_line(calendar: WorkCalendar, run: list[date]) -> Said:
    what = Line.MAKEUP if calendar.spans(run[0]) else Line.DAY_OFF
    return Said(
        what,
        seconds(_midnight(calendar, run[0])),
        seconds(_midnight(calendar, run[-1] + ONE_DAY)),
        name=calendar.name_of(run[0]),
    )


def _midnight(calendar: WorkCalendar, day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=calendar.zone)


def _ends(judged: Judged, clock: Clock, now: int) -> Iterator[Said]:
    period = judged.period
    if clock.due_at is not None and (period.end is None or clock.due_at <= period.end):
        yield Said(Line.DUE, clock.due_at, seconds=clock.target, is_ahead=clock.due_at > now)
    if clock.state == State.BREACHED and clock.breach_at is not None:
        yield Said(Line.LATE, clock.breach_at, name="retarget" if clock.by_retarget else "")
    if period.stop is not None:
        yield Said(Line.STOP, period.stop, seconds=clock.elapsed, name=clock.state)
    elif period.ended is not None:
        yield Said(Line.OVER, period.ended, seconds=clock.elapsed, name=period.reason)
