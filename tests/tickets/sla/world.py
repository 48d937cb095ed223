"""The calendar of the golden vectors, and short ways to write rules and histories."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from crm.dictionaries.worktime import SpecialDay, WorkCalendar
from tickets.sla.calendar import History, OpenHours, always, seconds
from tickets.sla.clocks import Clock, compute
from tickets.sla.folding import Fact, What
from tickets.sla.rules import ANY, Book, Kind, Policy, Rules, Target

SHANGHAI = ZoneInfo("Asia/Shanghai")
OFFICE = ((540, 720), (810, 1080))  # 09:00-12:00, 13:30-18:00
MINUTE, HOUR = 60, 3600
OFF = (
    ("01-01", "01-03"), ("02-15", "02-23"), ("04-04", "04-06"), ("05-01", "05-05"),
    ("06-19", "06-21"), ("09-25", "09-27"), ("10-01", "10-07"),
)  # fmt: skip
WORKED = ("01-04", "02-14", "02-28", "05-09", "09-20", "10-10")


def _days(first: str, last: str) -> Iterable[date]:
    day, end = date.fromisoformat(f"2026-{first}"), date.fromisoformat(f"2026-{last}")
    while day <= end:
        yield day
        day += timedelta(days=1)


SPECIAL: Mapping[date, SpecialDay] = {
    **{day: SpecialDay((), "假") for first, last in OFF for day in _days(first, last)},
    **{day: SpecialDay(OFFICE, "调休上班") for each in WORKED for day in _days(each, each)},
}


def china(**others: Any) -> WorkCalendar:
    """Monday to Friday, 09:00-12:00 and 13:30-18:00, with the holidays of 2026."""
    values = {
        "zone": SHANGHAI,
        "week": (OFFICE,) * 5 + ((), ()),
        "special": SPECIAL,
        "published": frozenset({2025, 2026}),
        **others,
    }
    return WorkCalendar(**values)


CHINA = OpenHours(china())


def at(text: str, year: int = 2026) -> int:
    """`03-04 10:00` or `03-04 10:00:30` of 2026 in Shanghai, in seconds since 1970."""
    return seconds(datetime.fromisoformat(f"{year}-{text}").replace(tzinfo=SHANGHAI))


def shown(instant: int | None) -> str | None:
    """As `at` reads it, with seconds only where there are any."""
    if instant is None:
        return None
    moment = datetime.fromtimestamp(instant, tz=SHANGHAI)
    return f"{moment:%m-%d %H:%M:%S}".removesuffix(":00")


def rules(
    *books: tuple[int, Mapping[str, Target]] | Book,
    history: History | None = None,
    **others: History,
) -> Rules:
    """Rules with one policy a book; a book is `(since, {kind: target})`. `others` by code."""
    made = [
        book if isinstance(book, Book) else Book(number, book[0], (policy(book[1]),))
        for number, book in enumerate(books, 1)
    ]
    return Rules(made, {"company": history or always(CHINA), **others})


def policy(targets: Mapping[str, Target], **others: Any) -> Policy:
    """A policy for every ticket, by the company's calendar."""
    by_kind = {(ANY, kind): target for kind, target in targets.items()}
    return Policy(1, by_kind, calendar="company", **others)


def promise(kind: Kind, length: int, **others: Any) -> Rules:
    """One promise, always in force."""
    return rules((0, {kind: Target(length, **others)}))


def created(when: int, **others: Any) -> Fact:
    return Fact(when, What.CREATED, **{"type": "new", **others})


def became(when: int, kind: str, *pauses: str, **others: Any) -> Fact:
    return Fact(when, What.STATUS, type=kind, pauses=frozenset(pauses), **others)


def rest(begin: int, end: int | None) -> list[Fact]:
    """The customer owes an answer, and gives it."""
    facts = [became(begin, "waiting_customer", Kind.RESOLUTION)]
    return facts if end is None else [*facts, became(end, "open")]


def clocks(facts: Iterable[Fact], given: Rules, now: int, kind: Kind) -> list[Clock]:
    """The clocks of one kind, by cycle."""
    return [clock for clock in compute(facts, given, now) if clock.kind == kind]


def only(facts: Iterable[Fact], given: Rules, now: int, kind: Kind = Kind.RESOLUTION) -> Clock:
    """The single clock of a kind."""
    (clock,) = clocks(facts, given, now, kind)
    return clock
