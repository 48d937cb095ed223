"""A list of days off and worked weekends from a file or typed: understood and compared.

CSV, Excel and typed lines have one day (or days in a row) a line; JSON has a list of objects with
the same names, also as the State Council's order is often published: `{"days": [{"date": …,
"name": …, "isOffDay": true}]}`. Not here: writing (`calendar_services.import_days`), pages.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.core import dates
from crm.core.errors import DomainError
from crm.core.text import clean_text
from crm.dictionaries.calendar import company_row
from crm.dictionaries.calendar_services import Days, check_days, today_in
from crm.dictionaries.models import BusinessCalendar, CalendarException, DayKind, Source
from crm.dictionaries.worktime import ONE_DAY, parse_spans, show_spans

LIMIT = 500
#: Column -> label and the headings people write.
COLUMNS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "date": (gettext_lazy("First day"), ("日期", "开始日期", "起始日期", "day", "from")),
    "until": (gettext_lazy("Last day"), ("结束日期", "截止日期", "to")),
    "kind": (gettext_lazy("Kind of day"), ("类型", "性质", "type", "isoffday")),
    "name": (gettext_lazy("Name"), ("名称", "节日", "节日名称", "说明", "holiday")),
    "hours": (gettext_lazy("Hours"), ("时段", "工作时间", "上班时间")),
}
KINDS = {
    DayKind.HOLIDAY: ("holiday", "off", "true", "休", "放假", "节假日", "休息", "休息日"),
    DayKind.WORKDAY: ("workday", "work", "false", "班", "上班", "补班", "调休上班", "工作日"),
    DayKind.CUSTOM: ("custom", "自定义", "半天"),
}  # fmt: skip
Row = dict[str, str]


@dataclass(frozen=True)
class Problem:
    """Why a line cannot be entered: its number, column, value, reason."""

    row: int
    column: str
    value: str
    reason: str


@dataclass(frozen=True)
class Entry:
    """One line with what stands in the calendar for its days; `manual` was entered by hand."""

    days: Days
    before: str
    manual: int
    is_same: bool
    #: It says something of days that are over.
    is_over: bool

    @property
    def after(self) -> str:
        """What it says."""
        return shown(self.days.kind, self.days.spans, self.days.name)


@dataclass
class Plan:
    """The whole list, checked."""

    entries: list[Entry] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def can_run(self) -> bool:
        """Whether every line can be entered, and one of them changes something."""
        return not self.problems and any(not entry.is_same for entry in self.entries)

    @property
    def needs_reason(self) -> bool:
        """Whether days that are over would change."""
        return any(entry.is_over and not entry.is_same for entry in self.entries)

    @property
    def replaces(self) -> int:
        """Days entered by hand before that would be replaced."""
        return sum(entry.manual for entry in self.entries if not entry.is_same)


def shown(kind: str, spans: Iterable[Any], name: str) -> str:
    """A day in words: 休息 元旦."""
    hours = show_spans(tuple(span) for span in spans)
    return " ".join(part for part in (str(DayKind(kind).label), hours, name) if part)


# --- reading -------------------------------------------------------------------------------------
def from_cells(rows: Iterable[Sequence[Any]]) -> list[Row]:
    """Lines of a table whose first row may be headings; blank rows are left out."""
    found: list[Row] = []
    order: list[str | None] = list(COLUMNS)
    for place, cells in enumerate(rows):
        texts = [clean_text(cell).value or "" for cell in cells]
        named = [_column_of(text) for text in texts]
        if place == 0 and "date" in named:
            order = named
            continue
        row = {name: text for name, text in zip(order, texts, strict=False) if name}
        if any(row.values()):
            found.append({name: row.get(name, "") for name in COLUMNS})
    return found


def from_text(text: str) -> list[Row]:
    """Typed lines, columns separated by tabs or commas; or JSON. Raises ValueError for broken JSON.

    Hours hold commas themselves, so several of them need tabs.
    """
    if text.lstrip("\ufeff \t\r\n")[:1] in ("[", "{"):
        return from_json(text)
    return from_cells(_cells(line) for line in text.splitlines() if line.strip())


def from_json(text: str) -> list[Row]:
    """The objects of a list, or of the list `days` of one object. Raises ValueError."""
    try:
        content = json.loads(text.lstrip("\ufeff"))
    except RecursionError:
        raise ValueError(text[:20]) from None
    found = content.get("days") if isinstance(content, dict) else content
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise ValueError(text[:20])
    return [_from_object(each) for each in found]


def _from_object(values: dict[str, Any]) -> Row:
    row = dict.fromkeys(COLUMNS, "")
    for key, value in values.items():
        name = _column_of(key)
        if name and not isinstance(value, dict | list):
            text = str(value).lower() if isinstance(value, bool) else str(value or "")
            row[name] = clean_text(text).value or ""
    return row


def to_text(rows: Iterable[Row]) -> str:
    """The list as tab-separated lines below their headings."""
    heading = "\t".join(str(label) for label, _names in COLUMNS.values())
    return "\n".join([heading, *("\t".join(row[name] for name in COLUMNS) for row in rows)])


def _cells(line: str) -> list[str]:
    return line.split("\t" if "\t" in line else ",")


def _column_of(text: str) -> str | None:
    key = text.strip().lower()
    for name, (label, headings) in COLUMNS.items():
        if key == name or key == str(label).lower() or key in headings:
            return name
    return None


# --- checking ------------------------------------------------------------------------------------
def check(calendar: BusinessCalendar, rows: Sequence[Row]) -> Plan:
    """Compare the list with the calendar; nothing is written."""
    return _Checker(CalendarException.objects.filter(calendar=calendar), calendar).plan(rows)


def check_statutory(rows: Sequence[Row]) -> Plan:
    """Compare the list with the statutory days, which all who follow them share with the company.

    Nothing is written.
    """
    company = company_row()
    stored = CalendarException.objects.filter(calendar=company, source=Source.STATUTORY)
    return _Checker(stored, company).plan(rows)


class _Checker:
    """What stands in the calendar, read once."""

    def __init__(self, stored: QuerySet[CalendarException], calendar: BusinessCalendar) -> None:
        self.stored = stored
        self.today = today_in(calendar)
        self.taken: dict[date, int] = {}
        self.problems: list[Problem] = []

    def plan(self, rows: Sequence[Row]) -> Plan:
        if len(rows) > LIMIT:
            reason = _("At most %(limit)d lines at once.") % {"limit": LIMIT}
            return Plan([], [Problem(LIMIT + 1, "", "", reason)])
        found = [days for place, row in enumerate(rows, 1) if (days := self._days(place, row))]
        known = self._known(found)
        return Plan([_entry(days, known, self.today) for days in found], self.problems)

    def _days(self, place: int, row: Row) -> Days | None:
        before = len(self.problems)
        first = self._date(place, row, "date")
        last = self._date(place, row, "until") if row["until"] else first
        kind, spans = self._kind(place, row), self._spans(place, row)
        if len(self.problems) > before or first is None or last is None:
            return None
        days = Days(first, last, kind, row["name"][:60], spans)
        try:
            check_days(days)
        except DomainError as error:
            self._add(place, "until" if error.field == "until" else "hours", row, error.message)
            return None
        return days if self._is_new(place, days) else None

    def _date(self, place: int, row: Row, name: str) -> date | None:
        found = dates.parse_date(row[name])
        if found.value is None or found.dropped:
            self._add(place, name, row, _("Write the day as 2026-10-01."))
            return None
        return found.value

    def _kind(self, place: int, row: Row) -> str:
        text = row["kind"].strip().lower()
        for kind, words in KINDS.items():
            if text in (*words, str(kind.label).lower()):
                return kind
        words = " / ".join(str(kind.label) for kind in DayKind)
        self._add(place, "kind", row, _("Write one of: %(words)s.") % {"words": words})
        return ""

    def _spans(self, place: int, row: Row) -> tuple[tuple[int, int], ...]:
        try:
            return parse_spans(row["hours"])
        except ValueError:
            text = _("Write hours as 09:00-12:00, 13:30-18:00, without overlaps.")
            self._add(place, "hours", row, text)
            return ()

    def _is_new(self, place: int, days: Days) -> bool:
        for day in _each(days):
            if day in self.taken:
                text = _("Line %(line)d names this day, too.") % {"line": self.taken[day]}
                self.problems.append(
                    Problem(place, str(COLUMNS["date"][0]), f"{day:%Y-%m-%d}", text)
                )
                return False
            self.taken[day] = place
        return True

    def _add(self, place: int, name: str, row: Row, reason: str) -> None:
        self.problems.append(Problem(place, str(COLUMNS[name][0]), row[name], reason))

    def _known(self, found: Sequence[Days]) -> dict[date, list[CalendarException]]:
        """What stands in the calendar for these days, what counts last."""
        known: dict[date, list[CalendarException]] = {}
        if found:
            first, last = min(days.first for days in found), max(days.last for days in found)
            rows = self.stored.filter(date__range=(first, last))
            for row in rows.order_by("-source"):
                known.setdefault(row.date, []).append(row)
        return known


def _each(days: Days) -> list[date]:
    return [days.first + n * ONE_DAY for n in range((days.last - days.first).days + 1)]


def _entry(days: Days, known: dict[date, list[CalendarException]], today: date) -> Entry:
    counting = [known[day][-1] if day in known else None for day in _each(days)]
    wanted = (days.kind, [list(span) for span in days.spans], days.name)
    same = all(
        row is not None and (row.kind, [list(span) for span in row.spans], row.name) == wanted
        for row in counting
    )
    texts = dict.fromkeys(shown(row.kind, row.spans, row.name) for row in counting if row)
    manual = sum(row is not None and row.source == Source.MANUAL for row in counting)
    return Entry(days, " / ".join(texts), manual, same, days.first < today)
