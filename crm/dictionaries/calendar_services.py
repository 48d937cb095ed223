"""Writes of a work calendar: weekly hours, single days, published years. One event each.

Making and removing further calendars is in `further_calendars`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from crm.access import policies, verbs
from crm.audit.services import record
from crm.core import clock, zones
from crm.core.changes import as_log, difference, touch, write_changes
from crm.core.errors import InvalidValue
from crm.dictionaries import statutory
from crm.dictionaries.calendar import COMPANY, week_of
from crm.dictionaries.calendar_versions import keep_version
from crm.dictionaries.models import (
    BusinessCalendar,
    CalendarException,
    DayKind,
    Source,
    StatutoryYear,
    WeeklySpan,
)
from crm.dictionaries.worktime import Span, show_spans

#: A holiday with its bridges is never longer.
LONGEST_RANGE = 60
#: Days of one list.
LONGEST_LIST = 1000


@dataclass(frozen=True)
class Days:
    """Some days in a row that differ from their weekdays; `spans` only for hours of their own.

    `reason` says why days are entered that are over.
    """

    first: date
    last: date
    kind: str
    name: str = ""
    spans: tuple[Span, ...] = ()
    reason: str = ""

    @property
    def count(self) -> int:
        """How many days they are."""
        return (self.last - self.first).days + 1


@transaction.atomic
def update_calendar(
    calendar: BusinessCalendar,
    *,
    changes: dict[str, Any],
    actor: Any,
    week: Mapping[int, tuple[Span, ...]] | None = None,
    version: int | None = None,
) -> BusinessCalendar:
    """Change name, zone, weekly hours, or whether the statutory holidays count.

    The company's calendar keeps its zone and the holidays. Raises Stale, NotAllowed, InvalidValue.
    """
    policies.require(actor, verbs.CHANGE, calendar)
    if week is not None:
        check_week(week)
    check_values(calendar, changes)
    if "follows_statutory" in changes:
        statutory.hold()
    diff = write_changes(calendar, changes, version=version)
    if "follows_statutory" in diff:
        statutory.follow(calendar)
    hours = _replace_week(calendar, week) if week is not None else {}
    if hours and not diff:
        touch(calendar)
    if diff or hours:
        keep_version(calendar)
        record("dictionaries.calendar.updated", calendar, actor=actor, changes={**diff, **hours})
    return calendar


def check_values(calendar: BusinessCalendar, values: Mapping[str, Any]) -> None:
    """Raise InvalidValue for columns that a stored or new calendar cannot have."""
    same = BusinessCalendar.objects.filter(name__iexact=values.get("name", ""))
    if "name" in values and same.exclude(pk=calendar.pk).exists():
        raise InvalidValue(
            _("Saving failed: another work calendar has this name already."), field="name"
        )
    if values.get("time_zone", calendar.time_zone) not in zones.names():
        raise InvalidValue(_("Saving failed: this time zone is unknown."), field="time_zone")
    if calendar.code != COMPANY:
        return
    for name in ("time_zone", "follows_statutory"):
        if values.get(name, getattr(calendar, name)) != getattr(calendar, name):
            raise InvalidValue(
                _(
                    "Saving failed: the company's calendar keeps its time zone and the statutory "
                    "holidays. Make a further calendar."
                ),
                field=name,
            )


def check_week(week: Mapping[int, tuple[Span, ...]]) -> None:
    """Raise InvalidValue for weekly hours in which nobody ever works."""
    if not any(week.values()):
        raise InvalidValue(_("Saving failed: at least one weekday must be worked."))


def _replace_week(
    calendar: BusinessCalendar, week: Mapping[int, tuple[Span, ...]]
) -> dict[str, list[str]]:
    stored = week_of(calendar)
    moved = {day: spans for day, spans in week.items() if stored[day] != tuple(spans)}
    WeeklySpan.objects.filter(calendar=calendar, weekday__in=moved).delete()
    WeeklySpan.objects.bulk_create(
        WeeklySpan(calendar=calendar, weekday=day, start=start, end=end)
        for day, spans in moved.items()
        for start, end in spans
    )
    return {
        str(WeeklySpan(weekday=day).get_weekday_display()): [
            show_spans(stored[day]),
            show_spans(spans),
        ]
        for day, spans in moved.items()
    }


@transaction.atomic
def set_days(calendar: BusinessCalendar, days: Days, *, actor: Any) -> list[CalendarException]:
    """Enter days off, worked weekends or days with hours of their own.

    What was entered by hand for the same days is replaced; statutory entries stay below it. What
    was judged by days that are over stays as it was judged (`service.md` 8.2). Raises NotAllowed,
    InvalidValue.
    """
    policies.require(actor, verbs.ADD, CalendarException)
    check_days(days)
    _check_reason([days], days.reason, today_in(calendar))
    made = _enter(calendar, [days], Source.MANUAL)
    record(
        "dictionaries.days.set", calendar, actor=actor, label=_named(calendar, _shown(days)),
        changes=_as_change(days), note=days.reason.strip(),
    )  # fmt: skip
    return made


@transaction.atomic
def import_days(
    calendar: BusinessCalendar, wanted: Sequence[Days], *, reason: str, actor: Any,
    replace_manual: bool = False,
) -> list[CalendarException]:  # fmt: skip
    """Enter a whole list of days: all of them or none, one version, one event.

    What was entered by hand before stays unless `replace_manual`. Raises NotAllowed, InvalidValue.
    """
    policies.require(actor, verbs.ADD, CalendarException)
    dates = _check_list(wanted, reason, today_in(calendar))
    if not replace_manual and _manual(calendar).filter(date__in=dates).exists():
        raise InvalidValue(
            _("Importing failed: some days were entered by hand. Say that they are replaced."),
            field="replace",
        )
    made = _enter(calendar, wanted, Source.MANUAL)
    _record_list(calendar, wanted, dates, reason, actor)
    return made


@transaction.atomic
def import_statutory(wanted: Sequence[Days], *, reason: str, actor: Any) -> int:
    """Enter a list of statutory days in all calendars that follow them; returns how many do.

    Other statutory days stay, and so does all that was entered by hand, which counts over them.
    Each of the calendars gets a version and an event. Raises NotAllowed, InvalidValue.
    """
    policies.require(actor, verbs.ADD, CalendarException)
    held = statutory.followers()
    dates = _check_list(wanted, reason, max(map(today_in, held)))
    for calendar in held:
        _enter(calendar, wanted, Source.STATUTORY)
        _record_list(calendar, wanted, dates, reason, actor)
    return len(held)


def _check_list(wanted: Sequence[Days], reason: str, today: date) -> list[date]:
    """The dates of a list that can be entered. Raises InvalidValue."""
    for days in wanted:
        check_days(days)
    _check_reason(wanted, reason, today)
    dates = [day for days in wanted for day in _dates(days)]
    if len(dates) > LONGEST_LIST:
        raise InvalidValue(
            _("Importing failed: at most %(count)d days at once.") % {"count": LONGEST_LIST}
        )
    if not wanted or len(set(dates)) < len(dates):
        raise InvalidValue(_("Importing failed: each day stands in the list once."))
    return dates


def _record_list(
    calendar: BusinessCalendar, wanted: Sequence[Days], dates: list[date], reason: str, actor: Any
) -> None:
    record(
        "dictionaries.days.imported", calendar, actor=actor,
        label=_named(calendar, f"{min(dates)} – {max(dates)} ({len(dates)})"),
        changes={_shown(days): _as_change(days)["kind"] for days in wanted}, note=reason.strip(),
    )  # fmt: skip


def _dates(days: Days) -> list[date]:
    return [days.first + timedelta(days=n) for n in range(days.count)]


def _enter(
    calendar: BusinessCalendar, wanted: Sequence[Days], source: str
) -> list[CalendarException]:
    """Write days of a source in the place of what it said of them, and keep the version."""
    dates = [day for days in wanted for day in _dates(days)]
    CalendarException.objects.filter(calendar=calendar, source=source, date__in=dates).delete()
    made = CalendarException.objects.bulk_create(
        CalendarException(
            calendar=calendar,
            date=day,
            kind=days.kind,
            spans=[list(span) for span in days.spans],
            name=days.name,
            source=source,
        )
        for days in wanted
        for day in _dates(days)
    )
    touch(calendar)
    keep_version(calendar)
    return made


def today_in(calendar: BusinessCalendar) -> date:
    """Today by the clock on the calendar's wall: days before it are over."""
    today: date = clock.now().astimezone(ZoneInfo(calendar.time_zone)).date()
    return today


def _check_reason(wanted: Iterable[Days], reason: str, today: date) -> None:
    if any(days.first < today for days in wanted) and not reason.strip():
        raise InvalidValue(
            _("Saving failed: days that are over are entered only with a reason."), field="reason"
        )


def check_days(days: Days) -> None:
    """Raise InvalidValue for days that cannot be entered."""
    if days.last < days.first:
        raise InvalidValue(_("Saving failed: the last day stands before the first."), field="until")
    if (days.last - days.first).days >= LONGEST_RANGE:
        raise InvalidValue(
            _("Saving failed: at most %(count)s days at once.") % {"count": LONGEST_RANGE},
            field="until",
        )
    if (days.kind == DayKind.CUSTOM) != bool(days.spans):
        raise InvalidValue(
            _("Saving failed: only a day with hours of its own has hours, and it needs them."),
            field="hours",
        )


def _shown(days: Days) -> str:
    if days.first == days.last:
        return f"{days.first} {days.name}".strip()
    return f"{days.first} – {days.last} {days.name}".strip()


def _named(calendar: BusinessCalendar, text: str) -> str:
    """What stands in the log: with the calendar's name where it is not the company's."""
    return text if calendar.code == COMPANY else f"{calendar}: {text}"


def _as_change(days: Days) -> dict[str, list[str]]:
    kind = str(DayKind(days.kind).label)
    return {"kind": ["", f"{kind} {show_spans(days.spans)}".strip()]}


def _manual(calendar: BusinessCalendar) -> Any:
    return CalendarException.objects.filter(calendar=calendar, source=Source.MANUAL)


@transaction.atomic
def delete_day(day: CalendarException, *, actor: Any) -> None:
    """Take back an entry made by hand; the statutory one below it counts again."""
    policies.require(actor, verbs.DELETE, day)
    if day.source != Source.MANUAL:
        raise InvalidValue(
            _("Deleting failed: statutory days stay. Enter the day by hand to overrule it.")
        )
    if day.date < today_in(day.calendar):
        raise InvalidValue(
            _("Deleting failed: the day is over. Enter it anew instead, with a reason.")
        )
    calendar = day.calendar
    record("dictionaries.days.deleted", calendar, actor=actor, label=_named(calendar, str(day)))
    day.delete()
    touch(calendar)
    keep_version(calendar)


@transaction.atomic
def set_year_state(year: StatutoryYear, state: str, *, actor: Any) -> StatutoryYear:
    """Say that a year has been entered completely, or that it has not.

    What was judged without it in calendars that follow the statutory days is judged anew.
    """
    policies.require(actor, verbs.CHANGE, year)
    diff = difference(year, {"state": state})
    if diff:
        year.state = state
        year.full_clean()
        year.save(update_fields=["state"])
        for calendar in statutory.followers():
            touch(calendar)
            keep_version(calendar)
        record("dictionaries.year.updated", year, actor=actor, changes=as_log(diff))
    return year
