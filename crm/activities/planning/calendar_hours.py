"""A day as hours: which quarter an entry begins in, how long it is, and what stands beside it.

Pure arithmetic on the days of `calendar_page`; the look is a template's and a style sheet's.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils.timezone import localtime

from crm.activities.planning.calendar_page import DAY, WEEK, DayCell
from crm.activities.planning.layers import Entry
from crm.core import clock
from crm.dictionaries import calendar as work_calendar

QUARTER = 15
QUARTERS = 24 * 60 // QUARTER
#: Quarters that an entry takes at least, so that its title can be read.
LEAST = 2
#: Entries side by side, of a week and of one day; what does not fit is counted with the day's
#: further ones.
LANES = {WEEK: 3, DAY: 8}


@dataclass
class Slot:
    """An entry with a time: its first quarter (from 1), its quarters, its lane and lanes taken."""

    entry: Entry
    start: int
    length: int
    lane: int = 1
    width: int = 1

    @property
    def end(self) -> int:
        """The quarter behind the last one."""
        return self.start + self.length

    def overlaps(self, other: "Slot") -> bool:
        """Whether both need the same quarter."""
        return self.start < other.end and other.start < self.end


@dataclass
class DayHours:
    """A day: what stands above the hours, what in them, when the company works, where now is.

    Above stand whole days, and what only has to be done from a time on, such as the next contacts
    that are all due at nine.
    """

    cell: DayCell
    whole: list[Entry]
    slots: list[Slot]
    lanes: int = 1
    office: list[tuple[int, int]] = field(default_factory=list)
    now: int = 0

    @property
    def more(self) -> int:
        """Entries of the day that are not shown."""
        shown = len(self.whole) + len(self.slots)
        return self.cell.more + len(self.cell.entries) - shown


def hours_of(cells: Iterable[DayCell], view: str) -> list[DayHours]:
    """The days of a week, or one day, by hours."""
    return [_day(cell, LANES[view]) for cell in cells]


def _day(cell: DayCell, most: int) -> DayHours:
    timed = [slot_of(entry) for entry in cell.entries if _has_hours(entry)]
    slots = [slot for slot in side_by_side(timed, most) if slot.lane <= most]
    return DayHours(
        cell=cell,
        whole=[entry for entry in cell.entries if not _has_hours(entry)],
        slots=slots,
        lanes=max((slot.lane for slot in slots), default=1),
        office=[_quarters(cell.day, *span) for span in work_calendar.open_spans(cell.day)],
        now=_quarter(localtime(clock.now())) if cell.is_today else 0,
    )


def _has_hours(entry: Entry) -> bool:
    return entry.at is not None and entry.has_place


def slot_of(entry: Entry) -> Slot:
    """Where an entry stands; what has no end takes half an hour."""
    start, length = _quarters(entry.day, entry.at, entry.until or entry.at)
    length = max(LEAST, length)
    return Slot(entry, min(start, QUARTERS + 1 - length), length)


def _quarters(day: date, start: datetime, end: datetime) -> tuple[int, int]:
    """First quarter and number of quarters of the part of a span that falls on a day."""
    begun, ended = localtime(start), localtime(end)
    first = _quarter(begun) if begun.date() == day else 1
    last = QUARTERS
    if ended.date() == day:
        last = -(-(ended.hour * 60 + ended.minute) // QUARTER)
    return first, max(1, last - first + 1)


def _quarter(moment: datetime) -> int:
    return (moment.hour * 60 + moment.minute) // QUARTER + 1


def side_by_side(slots: list[Slot], most: int) -> list[Slot]:
    """Give each a lane that is free at its time; then let it take the free lanes to its right."""
    slots = sorted(slots, key=lambda slot: (slot.start, -slot.length, slot.entry.pk))
    placed: list[Slot] = []
    for slot in slots:
        taken = {other.lane for other in placed if other.overlaps(slot)}
        slot.lane = next(lane for lane in range(1, len(placed) + 2) if lane not in taken)
        placed.append(slot)
    lanes = min(most, max((slot.lane for slot in placed), default=1))
    for slot in placed:
        right = [each.lane for each in placed if each.overlaps(slot) and each.lane > slot.lane]
        slot.width = max(1, min([*right, lanes + 1]) - slot.lane)
    return placed
