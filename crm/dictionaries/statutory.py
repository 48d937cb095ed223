"""Statutory holidays of China with their 调休, from the pinned package `holidays`.

The State Council publishes a year in November of the year before. Until then the days that the
law itself fixes are off, no weekend is worked, the year stays "missing", and administrators are
told. Every calendar that follows them has the days among its own; the company's always does.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from typing import Any

from django.db import transaction
from holidays.version import __version__ as package_version

from crm.core import clock
from crm.core.changes import touch
from crm.dictionaries import calendar
from crm.dictionaries.calendar_versions import keep_version
from crm.dictionaries.models import (
    BusinessCalendar,
    CalendarException,
    DayKind,
    Source,
    StatutoryYear,
    Weekday,
    WeeklySpan,
)
from crm.dictionaries.worktime import ONE_DAY

COUNTRY = "CN"
#: Service levels and reports look back so far.
FIRST_YEAR = 2024
MAKEUP_NAME = "调休上班"


@dataclass(frozen=True)
class StatutoryDay:
    """A day off, or a weekend that is worked instead."""

    date: date
    kind: str
    name: str


def china(**options: Any) -> Any:
    """The package's days of China. It brings those of all countries along, one part in fourteen of
    what a process does to start: only whoever seeds or renews the calendar waits for them.
    """
    return import_module("holidays.countries").CN(**options)


def is_published(year: int) -> bool:
    """Whether the package knows what the State Council ordered for a year."""
    return year in china().special_public_holidays


def days_of(year: int) -> list[StatutoryDay]:
    """What the package says about a year, once it is published with the weekends that a holiday
    begins or ends with, or holds: the package leaves them out, but some calendars work on them.
    """
    known = china(years=[year], language="zh_CN")
    found = [
        StatutoryDay(day, DayKind.HOLIDAY, name) for day, name in known.items() if day.year == year
    ]
    found += [
        StatutoryDay(day, DayKind.WORKDAY, MAKEUP_NAME)
        for day in known.weekend_workdays
        if day.year == year
    ]
    if is_published(year):
        found += _weekends(found)
    return sorted(found, key=lambda day: day.date)


def _weekends(known: list[StatutoryDay]) -> list[StatutoryDay]:
    """The weekend days of the year that join a holiday and are not worked instead."""
    taken = {day.date: day for day in known}
    found = []
    for step in (ONE_DAY, -ONE_DAY):
        for day in known:
            following = day.date + step
            while day.kind == DayKind.HOLIDAY and _is_free(following, taken):
                taken[following] = StatutoryDay(following, day.kind, day.name)
                found.append(taken[following])
                following += step
    return [day for day in found if day.date.year == known[0].date.year]


def _is_free(day: date, taken: dict[date, StatutoryDay]) -> bool:
    return day not in taken and day.weekday() >= Weekday.SATURDAY


@transaction.atomic
def seed() -> int:
    """The company's calendar and the years of the package; returns how many years changed.

    Safe to repeat. What administrators entered by hand is never touched.
    """
    company, made = BusinessCalendar.objects.get_or_create(
        code=calendar.COMPANY, defaults={"name": "公司工作日历"}
    )
    if made:
        WeeklySpan.objects.bulk_create(
            WeeklySpan(calendar=company, weekday=weekday, start=start, end=end)
            for weekday, spans in enumerate(calendar.USUAL_WEEK)
            for start, end in spans
        )
    held = followers()
    years = range(FIRST_YEAR, clock.company_today().year + 2)
    changed = sum(load_year(year, held) for year in years)
    for row in held if made or changed else ():
        if not made:
            touch(row)
        keep_version(row)
    return changed


def hold() -> BusinessCalendar:
    """The company's calendar, locked before any other by whoever writes statutory days.

    So none is left out that begins to follow them at the same time, and nobody waits in a circle.
    """
    return BusinessCalendar.objects.select_for_update().get(code=calendar.COMPANY)


def followers() -> list[BusinessCalendar]:
    """The calendars in which the statutory days count, locked; the company's is the first."""
    company, held = hold(), BusinessCalendar.objects.select_for_update()
    others = held.filter(follows_statutory=True).exclude(pk=company.pk)
    return [company, *others.order_by("pk")]


def load_year(year: int, held: list[BusinessCalendar] | None = None) -> bool:
    """Store the package's days of one year in `held`, all that follow them unless given.

    False where nothing has changed.
    """
    days = days_of(year)
    known, _made = StatutoryYear.objects.get_or_create(country=COUNTRY, year=year)
    digest = _digest(days)
    if known.sha256 == digest:
        return False
    for row in followers() if held is None else held:
        _stored(row).filter(date__year=year).delete()
        CalendarException.objects.bulk_create(
            CalendarException(
                calendar=row, date=day.date, kind=day.kind, name=day.name[:60],
                source=Source.STATUTORY,
            )
            for day in days
        )  # fmt: skip
    if is_published(year):
        known.state = StatutoryYear.State.LOADED
    known.source = f"holidays {package_version}"
    known.sha256 = digest
    known.save()
    return True


def follow(row: BusinessCalendar) -> None:
    """Give a further calendar the statutory days, or take them, as it says that they count."""
    _stored(row).delete()
    if not row.follows_statutory:
        return
    copy_days(_stored(hold()), row)


def copy_days(rows: Any, target: BusinessCalendar) -> None:
    """Enter the same days in another calendar."""
    names = ("date", "kind", "spans", "name", "source")
    CalendarException.objects.bulk_create(
        CalendarException(calendar=target, **values) for values in rows.values(*names)
    )


def _stored(row: BusinessCalendar) -> Any:
    return CalendarException.objects.filter(calendar=row, source=Source.STATUTORY)


def _digest(days: list[StatutoryDay]) -> str:
    text = json.dumps([[str(day.date), day.kind, day.name] for day in days], ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
