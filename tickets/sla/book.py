"""The rules in force and all that were, from memory: read once a process and change."""

from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from crm.core import clock
from crm.dictionaries import stamps
from crm.dictionaries.calendar_versions import STAMP as CALENDAR_STAMP
from crm.dictionaries.models import BusinessCalendar, CalendarVersion, DayKind, Source
from crm.dictionaries.stamps import Cached
from crm.dictionaries.worktime import SpecialDay, WorkCalendar
from tickets.sla.calendar import History, Hours, OpenHours, seconds
from tickets.sla.models import SlaPolicy, SlaTarget, SlaVersion
from tickets.sla.rules import ROUND_THE_CLOCK, Book, Policy, Rules, Target

STAMP = "sla"
#: Conditions: the attribute of a ticket, and the list of the policy.
CONDITIONS = {"type": "types", "level": "levels", "category": "categories", "group": "groups"}


# --- calendars -----------------------------------------------------------------------------------
def calendar_from(content: dict[str, Any], version: int) -> WorkCalendar:
    """What a stored version of a calendar says; manual days count over statutory ones."""
    week: list[list[tuple[int, int]]] = [[] for _day in range(7)]
    for weekday, begin, end in content["week"]:
        week[weekday].append((begin, end))
    usual = tuple(tuple(spans) for spans in week)
    makeup = usual[content["makeup_weekday"]]
    special: dict[date, SpecialDay] = {}
    for day, kind, spans, name, source in content["days"]:
        found = {
            DayKind.HOLIDAY: (),
            DayKind.WORKDAY: makeup,
            DayKind.CUSTOM: tuple((begin, end) for begin, end in spans),
        }[kind]
        when = date.fromisoformat(day)
        if source == Source.MANUAL or when not in special:
            special[when] = SpecialDay(found, name)
    return WorkCalendar(
        ZoneInfo(content["time_zone"]), usual, special, frozenset(content["published"]), version,
        content.get("follows", True),  # older versions are of calendars that all did
    )  # fmt: skip


def _load_names() -> dict[str, str]:
    return dict(BusinessCalendar.objects.values_list("code", "name"))


def _load_calendars() -> dict[str, History]:
    versions: dict[str, list[tuple[int, OpenHours]]] = defaultdict(list)
    rows = CalendarVersion.objects.order_by("calendar_id", "number")
    for code, number, content, since in rows.values_list(
        "calendar__code", "number", "content", "valid_from"
    ):
        hours = OpenHours(calendar_from(content, number))
        versions[code].append((seconds(since), hours))
    return {code: History(found) for code, found in versions.items()}


# --- policies ------------------------------------------------------------------------------------
def content_of(policies: list[SlaPolicy]) -> list[dict[str, Any]]:
    """What a version stores of the active policies, in their order."""
    targets: dict[int, list[SlaTarget]] = defaultdict(list)
    for row in SlaTarget.objects.select_related("calendar").order_by("kind", "priority"):
        targets[row.policy_id].append(row)
    return [
        as_content(
            policy,
            {name: list_keys(policy, each) for name, each in CONDITIONS.items()},
            targets[policy.pk],
        )
        for policy in policies
        if policy.is_active
    ]


def list_content() -> list[dict[str, Any]]:
    """What a version would store now."""
    return content_of(list(SlaPolicy.objects.select_related("calendar").order_by("position", "pk")))


def list_keys(policy: SlaPolicy, name: str) -> list[int]:
    """The keys of a list of a stored policy."""
    return sorted(getattr(policy, name).values_list("pk", flat=True))


def as_content(
    policy: SlaPolicy, condition: dict[str, list[int]], targets: list[SlaTarget]
) -> dict[str, Any]:
    """One policy as a version stores it."""
    return {
        "pk": policy.pk,
        "condition": {name: keys for name, keys in condition.items() if keys},
        "calendar": policy.calendar.code if policy.calendar_id else ROUND_THE_CLOCK,
        "from": policy.effective_from.isoformat() if policy.effective_from else None,
        "to": policy.effective_to.isoformat() if policy.effective_to else None,
        "warn": sorted(policy.warn),
        "escalate": policy.escalate_minutes,
        "targets": list(map(_stored, targets)),
    }


def _stored(row: SlaTarget) -> list[Any]:
    hours = row.calendar.code if row.calendar_id else None
    what = [row.priority, row.kind, row.seconds, row.reopen_seconds, row.is_natural]
    return [*what, hours, sorted(row.warn)]


def book_from(number: int, content: list[dict[str, Any]], since: int, *, running: bool) -> Book:
    """A stored version as the engine reads it."""
    return Book(number, since, tuple(map(_policy, content)), running)


def _policy(content: dict[str, Any]) -> Policy:
    condition = {name: frozenset(map(str, keys)) for name, keys in content["condition"].items()}
    targets = dict(_target(row, content["warn"]) for row in content["targets"])
    minutes = content["escalate"]
    return Policy(
        content["pk"],
        targets,
        condition,
        content["calendar"],
        _midnight(content["from"], 0),
        _midnight(content["to"], 1),
        None if minutes is None else minutes * 60,
    )


def _target(row: list[Any], usual: list[int]) -> tuple[tuple[str, str], Target]:
    """A stored promise; those of older versions have no hours and percentages of their own."""
    priority, kind, length, reopened, natural, *own = row
    hours, warn = own or (None, ())
    code = ROUND_THE_CLOCK if natural else hours
    return (priority, kind), Target(length, tuple(warn or usual), code, reopened)


def _midnight(day: str | None, later: int) -> int | None:
    if day is None:
        return None
    start: datetime = clock.company_day_start(date.fromisoformat(day) + timedelta(days=later))
    return seconds(start)


def _load_books() -> list[Book]:
    rows = SlaVersion.objects.order_by("number")
    return [
        book_from(row.number, row.content, seconds(row.valid_from), running=row.also_running)
        for row in rows
    ]


_calendars: Cached[dict[str, History]] = Cached(CALENDAR_STAMP, _load_calendars)
_names: Cached[dict[str, str]] = Cached(CALENDAR_STAMP, _load_names)
_books: Cached[list[Book]] = Cached(STAMP, _load_books)


def in_force() -> Rules:
    """All versions of all rules."""
    return Rules(_books.get(), _calendars.get())


def hours_at(code: str, instant: int) -> Hours:
    """Working time as the calendar in force at an instant says; no code: day and night."""
    return Rules((), _calendars.get() if code else {}).history(code).at(instant)


def calendar_name(code: str) -> str:
    """What people call a calendar; no code: day and night."""
    return _("Day and night") if code == ROUND_THE_CLOCK else _names.get().get(code, code)


def digest() -> str:
    """Changes whenever a clock in work may move without its ticket."""
    calendars = {code: len(found.versions) for code, found in _calendars.get().items()}
    running = [book.number for book in _books.get() if book.also_running]
    return f"{stamps.current(CALENDAR_STAMP)}:{sum(calendars.values())}:{running[-1:]}"
