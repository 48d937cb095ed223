"""Working time as numbers: how much of a span is worked, and when so much has been worked.

Days, holidays, 调休 and zones come from the company's calendars (`crm.dictionaries.worktime`);
here their spans are laid out once in sorted lists, so that a clock asks by bisection. Pure.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Protocol

from crm.dictionaries.worktime import ONE_DAY, WorkCalendar

#: Laid out at once when a date beyond the known ones is asked for.
CHUNK = timedelta(days=64)
#: Without any work in so many days nothing ever ends.
LONGEST = timedelta(days=3660)


class Hours(Protocol):
    """What a clock needs to know about working time. Instants and lengths are whole seconds."""

    number: int

    def worked(self, begin: int, end: int) -> int:
        """Working seconds in `[begin, end)`."""

    def reach(self, begin: int, need: int) -> int | None:
        """The first instant by which `need` seconds were worked; None: never."""

    def beyond(self, begin: int, need: int) -> int | None:
        """The last instant before more than `need` seconds are worked; None: never."""

    def spans(self, begin: int, end: int) -> list[tuple[int, int]]:
        """The working spans within `[begin, end)`."""

    def is_complete(self, begin: int, end: int) -> bool:
        """Whether the statutory holidays of all the days touched are published."""


class RoundTheClock:
    """Every second counts: promises in hours that pass, and in calendar days."""

    number = 0

    def worked(self, begin: int, end: int) -> int:
        return max(0, end - begin)

    def reach(self, begin: int, need: int) -> int | None:
        return begin + max(0, need)

    def beyond(self, begin: int, need: int) -> int | None:
        return begin + max(0, need)

    def spans(self, begin: int, end: int) -> list[tuple[int, int]]:
        return [(begin, end)] if begin < end else []

    def is_complete(self, begin: int, end: int) -> bool:
        return True


class OpenHours:
    """One version of a work calendar, laid out as far as anybody has asked."""

    def __init__(self, calendar: WorkCalendar) -> None:
        self.calendar = calendar
        self.number = calendar.version
        self._starts: list[int] = []
        self._ends: list[int] = []
        #: Working seconds before each span.
        self._before: list[int] = []
        self._total = 0
        self._known: tuple[date, date] | None = None

    # --- questions ------------------------------------------------------------------------------
    def worked(self, begin: int, end: int) -> int:
        """Working seconds in `[begin, end)`; 0 where `end` is not later."""
        if end <= begin:
            return 0
        self._cover(begin, end)
        return self._until(end) - self._until(begin)

    def reach(self, begin: int, need: int) -> int | None:
        """The first instant by which `need` seconds were worked since `begin`."""
        if need <= 0:
            return begin
        wanted = self._extend_to(begin, need)
        if wanted is None:
            return None
        place = bisect_left(self._before, wanted) - 1
        return self._starts[place] + wanted - self._before[place]

    def beyond(self, begin: int, need: int) -> int | None:
        """The last instant by which no more than `need` seconds were worked since `begin`."""
        wanted = self._extend_to(begin, max(0, need) + 1)
        if wanted is None:
            return None
        wanted -= 1
        place = bisect_right(self._before, wanted) - 1
        return max(begin, self._starts[place] + wanted - self._before[place])

    def spans(self, begin: int, end: int) -> list[tuple[int, int]]:
        """The working spans within `[begin, end)`."""
        if end <= begin:
            return []
        self._cover(begin, end)
        first, last = bisect_right(self._ends, begin), bisect_left(self._starts, end)
        return [
            (max(begin, self._starts[place]), min(end, self._ends[place]))
            for place in range(first, last)
        ]

    def is_complete(self, begin: int, end: int) -> bool:
        """Whether every year between the two instants is known, with its holidays."""
        years = range(self.day_of(begin).year, self.day_of(max(begin, end)).year + 1)
        return all(map(self.calendar.knows, years))

    def day_of(self, instant: int) -> date:
        """The day by the clock on the calendar's wall."""
        return datetime.fromtimestamp(instant, tz=self.calendar.zone).date()

    # --- the layout -----------------------------------------------------------------------------
    def _until(self, instant: int) -> int:
        """Working seconds from the first known day up to an instant within the known ones."""
        place = bisect_right(self._starts, instant) - 1
        if place < 0:
            return 0
        return self._before[place] + min(instant, self._ends[place]) - self._starts[place]

    def _extend_to(self, begin: int, need: int) -> int | None:
        """What `_until` says when `need` more seconds were worked; None: no work is left."""
        self._cover(begin, begin + need)
        wanted = self._until(begin) + need
        limit = self.day_of(begin) + LONGEST
        while self._total < wanted:
            known = self._known
            if known is None or known[1] > limit:
                return None
            self._append(known[1], known[1] + CHUNK)
        return wanted

    def _cover(self, begin: int, end: int) -> None:
        # a day more on both sides: an offset of a zone never moves an instant further
        first, last = self.day_of(begin) - ONE_DAY, self.day_of(end) + 2 * ONE_DAY
        if self._known is None or first < self._known[0]:
            until = self._known[1] if self._known else last
            self._starts, self._ends, self._before, self._total = [], [], [], 0
            self._known = (first - CHUNK, first - CHUNK)
            self._append(first - CHUNK, max(until, last))
        if last > self._known[1]:
            self._append(self._known[1], max(last, self._known[1] + CHUNK))

    def _append(self, first: date, last: date) -> None:
        day = first
        while day < last:
            for opened, closed in self.calendar.open_spans(day):
                self._add(int(opened.timestamp()), int(closed.timestamp()))
            day += ONE_DAY
        assert self._known is not None
        self._known = (self._known[0], last)

    def _add(self, begin: int, end: int) -> None:
        self._total += end - begin
        if self._ends and self._ends[-1] == begin:  # midnight of a day worked round the clock
            self._ends[-1] = end
            return
        self._starts.append(begin)
        self._ends.append(end)
        self._before.append(self._total - (end - begin))


@dataclass(frozen=True)
class History:
    """The versions of one calendar, each with the instant from which it was in force."""

    versions: Sequence[tuple[int, Hours]]

    def at(self, instant: int) -> Hours:
        """What was in force; before the first version that one."""
        place = bisect_right(self.versions, instant, key=lambda each: each[0]) - 1
        return self.versions[max(0, place)][1]

    def changes(self) -> list[int]:
        """The instants at which a version took over from another."""
        return [since for since, _hours in self.versions[1:]]


def always(hours: Hours) -> History:
    """One version that was always in force."""
    return History(((0, hours),))


#: The calendar of promises that run at night too.
NATURAL = always(RoundTheClock())


def seconds(moment: datetime) -> int:
    """An aware instant as whole seconds; fractions are cut, as the stored precision is seconds."""
    return int(moment.timestamp() // 1)


def moment(instant: int) -> datetime:
    """The aware instant (UTC) of whole seconds."""
    return datetime.fromtimestamp(instant, tz=UTC)
