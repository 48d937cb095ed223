"""What a page of the calendar shows: its days, their marks, the entries that find room in a day.

Here: month, week, day, agenda as days; no requests, no templates. Entries come from `layers`.
"""

from calendar import monthrange
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache

from django.utils.translation import gettext as _

from crm.activities.planning.layers import Ask, Entry, Layer
from crm.core import clock, lunar
from crm.dictionaries import calendar as work_calendar

MONTH, WEEK, DAY, AGENDA = "month", "week", "day", "agenda"
VIEWS = (MONTH, WEEK, DAY, AGENDA)
#: Entries shown of one day.
ROOM = {MONTH: 4, WEEK: 20, DAY: 200, AGENDA: 30}
AGENDA_DAYS = 14
FIRST_DAY, LAST_DAY = date(1950, 1, 1), date(2099, 12, 31)
SATURDAY = 5


@dataclass
class DayCell:
    """One day: its marks, the entries shown, and how many more there are."""

    day: date
    in_month: bool = True
    is_today: bool = False
    is_weekend: bool = False
    mark: str = ""
    mark_kind: str = ""
    mark_title: str = ""
    lunar: str = ""
    entries: list[Entry] = field(default_factory=list)
    more: int = 0


@dataclass(frozen=True)
class Span:
    """The days of a view around a day, and the days to go on with."""

    view: str
    day: date
    first: date
    last: date
    before: date
    behind: date

    @property
    def days(self) -> list[date]:
        """All days in order."""
        return [self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1)]


def span_of(view: str, day: date) -> Span:
    """The days of a view; a month has whole weeks from Monday on."""
    monday = day - timedelta(days=day.weekday())
    match view:
        case "week":
            week = timedelta(days=7)
            return Span(view, day, monday, monday + timedelta(days=6), day - week, day + week)
        case "day":
            one = timedelta(days=1)
            return Span(view, day, day, day, day - one, day + one)
        case "agenda":
            step = timedelta(days=AGENDA_DAYS)
            return Span(view, day, day, day + step - timedelta(days=1), day - step, day + step)
    first, last = day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1])
    return Span(
        MONTH,
        day,
        first - timedelta(days=first.weekday()),
        last + timedelta(days=6 - last.weekday()),
        (first - timedelta(days=1)).replace(day=1),
        last + timedelta(days=1),
    )


def cells_of(span: Span, ask: Ask, layers: list[Layer]) -> list[DayCell]:
    """The days with what falls on them; each layer is asked once."""
    entries: dict[date, list[Entry]] = defaultdict(list)
    totals: dict[date, int] = defaultdict(int)
    for layer in layers:
        found = layer.load(ask)
        for entry in found.entries:
            entries[entry.day].append(entry)
        for day, total in found.totals.items():
            totals[day] += total
    today, room = clock.today(), ROOM[span.view]
    return [_cell(day, span, today, entries[day], totals[day], room) for day in span.days]


def _cell(
    day: date, span: Span, today: date, entries: list[Entry], total: int, room: int
) -> DayCell:
    shown = sorted(entries, key=_order)
    if total > room:
        shown = shown[: room - 1]
    kind, name = mark_of(day)
    return DayCell(
        day=day,
        in_month=span.view != MONTH or day.month == span.day.month,
        is_today=day == today,
        is_weekend=day.weekday() >= SATURDAY,
        mark={"off": _("Off"), "work": _("Work")}.get(kind, ""),
        mark_kind=kind,
        mark_title=name,
        lunar=lunar_of(day),
        entries=shown,
        more=max(0, total - len(shown)),
    )


def _order(entry: Entry) -> tuple[bool, str, int]:
    """Whole days first, then by the time of day."""
    return entry.at is not None, f"{entry.at:%H:%M}" if entry.at else "", entry.pk


def mark_of(day: date) -> tuple[str, str]:
    """班 or 休 where the work calendar differs from the usual week, and the holiday's name."""
    company = work_calendar.work_calendar()
    special = company.special.get(day)
    if special is None:
        return "", ""
    worked = bool(special.spans)
    usual = bool(company.week[day.weekday()])
    if not worked:
        return "off", special.name
    return ("work" if not usual else ""), special.name


@lru_cache(maxsize=4000)
def lunar_of(day: date) -> str:
    """The lunar day in small print; the month on its first day."""
    found = lunar.from_solar(day)
    if found is None:
        return ""
    month, _sign, rest = str(found).partition("月")
    return f"{month}月" if found.day == 1 else rest
