"""The arithmetic of working days and opening hours (`service.md` 8.2). Pure: no database.

A weekly pattern, single days that differ from it, and a zone give the spans in which the company
works. Who keeps these values is in `calendar`; a cached `WorkCalendar` answers without a query.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

DAY_MINUTES = 24 * 60
ONE_DAY = timedelta(days=1)
#: So many days without any work end a search: a calendar of which nothing is left.
LONGEST_BREAK = 3660
#: Minutes of a day, from and until, half open; 1440 is the midnight after it.
Span = tuple[int, int]


@dataclass(frozen=True)
class SpecialDay:
    """A day that differs from its weekday; without spans nobody works."""

    spans: tuple[Span, ...] = ()
    name: str = ""


@dataclass(frozen=True)
class WorkCalendar:
    """When the company works. `week` has the spans of Monday to Sunday.

    `published` are the years whose statutory holidays are known; of others only the weekly
    pattern is known, so `is_complete(day)` is False where the calendar `follows` those holidays.
    """

    zone: ZoneInfo
    week: tuple[tuple[Span, ...], ...]
    special: Mapping[date, SpecialDay] = field(default_factory=dict)
    published: frozenset[int] = frozenset()
    version: int = 1
    follows: bool = True

    def spans(self, day: date) -> tuple[Span, ...]:
        """The working spans of a day by the clock on the wall."""
        special = self.special.get(day)
        return special.spans if special is not None else self.week[day.weekday()]

    def name_of(self, day: date) -> str:
        """Why a day differs from its weekday; empty where it does not."""
        special = self.special.get(day)
        return special.name if special is not None else ""

    def is_complete(self, day: date) -> bool:
        """Whether all is known of the day: the statutory holidays of its year, if they count."""
        return self.knows(day.year)

    def knows(self, year: int) -> bool:
        """Whether the holidays of a year are published, or do not count here."""
        return not self.follows or year in self.published

    def is_working_day(self, day: date) -> bool:
        """Whether anybody works on this day at all."""
        return bool(self.spans(day))

    def next_working_day(self, day: date) -> date:
        """The day itself where it is a working day, else the first one after it."""
        return self._seek(day, ONE_DAY)

    def previous_working_day(self, day: date) -> date:
        """The day itself where it is a working day, else the last one before it."""
        return self._seek(day, -ONE_DAY)

    def _seek(self, day: date, step: timedelta) -> date:
        for _number in range(LONGEST_BREAK):
            if self.is_working_day(day):
                return day
            day += step
        raise ValueError("this calendar has no working day")

    def add_working_days(self, day: date, count: int) -> date:
        """The `count`-th working day after `day` (before it where negative); 0: the next one."""
        if count == 0:
            return self.next_working_day(day)
        step = ONE_DAY if count > 0 else -ONE_DAY
        for _number in range(abs(count)):
            day = self._seek(day + step, step)
        return day

    def working_days_between(self, start: date, end: date) -> int:
        """Working days after `start` up to and with `end`; negative where `end` is earlier."""
        if end < start:
            return -self.working_days_between(end, start)
        weeks, rest = divmod((end - start).days, 7)
        count = weeks * sum(1 for spans in self.week if spans)
        tail = (end - timedelta(days=number) for number in range(rest))
        count += sum(1 for day in tail if self.week[day.weekday()])
        return count + sum(change for day, change in self._changes if start < day <= end)

    @cached_property
    def _changes(self) -> list[tuple[date, int]]:
        """Special days that add (1) or take away (-1) a working day."""
        found = (
            (day, bool(special.spans) - bool(self.week[day.weekday()]))
            for day, special in self.special.items()
        )
        return [(day, change) for day, change in found if change]

    def open_spans(self, day: date) -> list[tuple[datetime, datetime]]:
        """The real time worked on a day: instants in UTC, half open.

        Times of the wall clock that do not exist are left out; those that come twice count twice.
        """
        found = []
        for begin, end, offset in self._pieces(day):
            for first, last in self.spans(day):
                opened = max(_instant(day, first, offset), begin)
                closed = min(_instant(day, last, offset), end)
                if opened < closed:
                    found.append((opened, closed))
        return found

    def _pieces(self, day: date) -> list[tuple[datetime, datetime, timedelta]]:
        """The day cut where the zone changes its offset from UTC."""
        begin, end = self._midnight(day, 0), self._midnight(day + ONE_DAY, 1)
        before, after = self._offset(begin), self._offset(end - timedelta(seconds=1))
        if before == after:
            return [(begin, end, before)]
        low, high = begin, end
        while high - low > timedelta(seconds=1):
            middle = low + timedelta(seconds=int((high - low).total_seconds()) // 2)
            low, high = (middle, high) if self._offset(middle) == before else (low, middle)
        return [(begin, high, before), (high, end, after)]

    def _midnight(self, day: date, fold: int) -> datetime:
        return datetime.combine(day, time.min, tzinfo=self.zone).replace(fold=fold).astimezone(UTC)

    def _offset(self, moment: datetime) -> timedelta:
        return moment.astimezone(self.zone).utcoffset() or timedelta(0)


def _instant(day: date, minute: int, offset: timedelta) -> datetime:
    start = datetime.combine(day, time.min, tzinfo=UTC)
    return start + timedelta(minutes=minute) - offset


# --- spans as people type them ------------------------------------------------------------------
def parse_spans(text: str) -> tuple[Span, ...]:
    """Spans from a text such as `09:00-12:00, 13:30-18:00`; empty text is no work.

    Raises ValueError for what is no time, ends before it begins, or overlaps.
    """
    parts = (
        text.replace("，", ",").replace("；", ",").replace(";", ",").replace("、", ",").split(",")
    )
    spans = sorted(_parse_span(part) for part in parts if part.strip())
    for (_first, end), (begin, _last) in zip(spans, spans[1:], strict=False):
        if begin < end:
            raise ValueError(text)
    return tuple(spans)


def _parse_span(text: str) -> Span:
    for dash in "–—－~～至到":
        text = text.replace(dash, "-")
    begin, found, end = text.replace("：", ":").partition("-")
    span = (_minute(begin), _minute(end)) if found else (0, 0)
    if not 0 <= span[0] < span[1] <= DAY_MINUTES:
        raise ValueError(text)
    return span


def _minute(text: str) -> int:
    hour, _colon, minute = text.strip().partition(":")
    value = int(minute or 0)
    if not 0 <= value < 60:
        raise ValueError(text)
    return int(hour) * 60 + value


def show_spans(spans: Iterable[Span]) -> str:
    """Spans as `parse_spans` reads them."""
    return ", ".join(f"{_clock(begin)}-{_clock(end)}" for begin, end in spans)


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
