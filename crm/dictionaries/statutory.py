"""Statutory holidays of China with their 调休, from the pinned package `holidays`.

The State Council publishes a year in November of the year before. Until then the days that the
law itself fixes are off, no weekend is worked, the year stays "missing", and administrators are
told.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from typing import Any

from django.db import transaction
from django.db.models import F
from holidays.version import __version__ as package_version

from crm.core import clock
from crm.dictionaries import calendar
from crm.dictionaries.calendar_versions import keep_version
from crm.dictionaries.models import (
    BusinessCalendar,
    CalendarException,
    DayKind,
    Source,
    StatutoryYear,
    WeeklySpan,
)

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
    """What the package says about a year."""
    known = china(years=[year], language="zh_CN")
    found = [
        StatutoryDay(day, DayKind.HOLIDAY, name) for day, name in known.items() if day.year == year
    ]
    found += [
        StatutoryDay(day, DayKind.WORKDAY, MAKEUP_NAME)
        for day in known.weekend_workdays
        if day.year == year
    ]
    return sorted(found, key=lambda day: day.date)


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
    years = range(FIRST_YEAR, clock.company_today().year + 2)
    changed = sum(load_year(company, year) for year in years)
    if changed and not made:
        BusinessCalendar.objects.filter(pk=company.pk).update(version=F("version") + 1)
        company.refresh_from_db(fields=["version"])
    if made or changed:
        keep_version(company)
    return changed


def load_year(company: BusinessCalendar, year: int) -> bool:
    """Store the package's days of one year; False where nothing has changed."""
    days = days_of(year)
    known, _made = StatutoryYear.objects.get_or_create(country=COUNTRY, year=year)
    digest = _digest(days)
    if known.sha256 == digest:
        return False
    rows = CalendarException.objects.filter(
        calendar=company, source=Source.STATUTORY, date__year=year
    )
    rows.delete()
    CalendarException.objects.bulk_create(
        CalendarException(
            calendar=company,
            date=day.date,
            kind=day.kind,
            name=day.name[:60],
            source=Source.STATUTORY,
        )
        for day in days
    )
    if is_published(year):
        known.state = StatutoryYear.State.LOADED
    known.source = f"holidays {package_version}"
    known.sha256 = digest
    known.save()
    return True


def _digest(days: list[StatutoryDay]) -> str:
    text = json.dumps([[str(day.date), day.kind, day.name] for day in days], ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
