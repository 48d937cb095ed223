"""The golden vectors of `service.md` 9: what is due when, with 调休, lunch, rests and seconds."""

import pytest

from tests.tickets.sla.world import (
    MINUTE,
    at,
    became,
    china,
    created,
    only,
    promise,
    rest,
    rules,
    shown,
)
from tickets.sla.book import book_from
from tickets.sla.calendar import OpenHours, always
from tickets.sla.clocks import judge
from tickets.sla.explaining import Line, explain
from tickets.sla.folding import Fact, What
from tickets.sla.rules import ANY, Book, Kind, Policy, Target

VECTORS = [
    ("03-04 10:00", 30, [], "03-04 10:30", "="),
    ("03-04 11:45", 60, [], "03-04 14:15", "="),
    ("03-04 12:40", 30, [], "03-04 14:00", "="),
    ("03-04 11:00", 60, [], "03-04 12:00", "03-04 13:30"),
    ("03-04 17:00", 60, [], "03-04 18:00", "03-05 09:00"),
    ("03-04 17:30", 60, [], "03-05 09:30", "="),
    ("03-06 18:00", 60, [], "03-09 10:00", "="),
    ("02-13 17:00", 240, [], "02-14 12:00", "02-14 13:30"),
    ("02-14 17:00", 240, [], "02-24 12:00", "02-24 13:30"),
    ("02-15 10:00", 30, [], "02-24 09:30", "="),
    ("09-30 16:00", 480, [], "10-08 16:30", "="),
    ("10-09 17:30", 480, [], "10-10 18:00", "10-12 09:00"),
    ("09-19 10:00", 60, [], "09-20 10:00", "="),
    ("03-04 10:00", 240, [("03-04 11:00", "03-04 14:30")], "03-04 17:30", "="),
    ("02-13 16:00", 480, [("02-13 17:00", "02-24 10:00")], "02-25 09:30", "="),
    (
        "03-06 16:00",
        240,
        [("03-06 17:00", "03-06 17:30"), ("03-07 09:00", "03-08 09:00")],
        "03-09 11:30",
        "=",
    ),
    ("03-04 10:00:00", 30, [("03-04 10:05:10", "03-04 10:05:40")], "03-04 10:30:30", "="),
]


@pytest.mark.parametrize(("start", "minutes", "rests", "due", "breach"), VECTORS)
def test_golden_vector(
    start: str, minutes: int, rests: list[tuple[str, str]], due: str, breach: str
) -> None:
    facts = [created(at(start)), *(fact for pair in rests for fact in rest(*map(at, pair)))]
    given = promise(Kind.RESOLUTION, minutes * MINUTE)
    clock = only(facts, given, at("03-04 10:00") if not rests else facts[-1].at)
    assert shown(clock.due_at) == due
    assert shown(clock.breach_at) == (due if breach == "=" else breach)


#: A hotline: every day of the year from 08:00 to 22:00.
HOTLINE = always(OpenHours(china(week=(((480, 1320),),) * 7, special={})))
OWN_HOURS = [
    ("03-04 17:30", 60, "hotline", "03-04 18:30"),
    ("03-06 21:30", 60, "hotline", "03-07 08:30"),  # a Saturday
    ("02-15 10:00", 30, "hotline", "02-15 10:30"),  # a holiday of the company
    ("02-15 21:00", 900, "hotline", "02-16 22:00"),
    ("03-04 17:30", 60, "", "03-04 18:30"),
    ("02-15 23:30", 60, "", "02-16 00:30"),
    ("03-04 17:30", 60, None, "03-05 09:30"),  # the policy's
]


@pytest.mark.parametrize(("start", "minutes", "code", "due"), OWN_HOURS)
def test_a_promise_by_hours_of_its_own(
    start: str, minutes: int, code: str | None, due: str
) -> None:
    """`service.md` 8.2: SlaTarget(…, calendar override); what has none follows the policy."""
    targets = {
        Kind.FIRST_RESPONSE: Target(minutes * MINUTE, calendar=code),
        Kind.RESOLUTION: Target(60 * MINUTE),
    }
    given = rules((0, targets), hotline=HOTLINE)
    own = only([created(at(start))], given, at(start), Kind.FIRST_RESPONSE)
    assert (shown(own.due_at), own.hours) == (due, "company" if code is None else code)
    usual = only([created(at(start))], given, at(start))
    plain = only([created(at(start))], promise(Kind.RESOLUTION, 60 * MINUTE), at(start))
    assert usual == plain


def test_a_priority_steps_into_other_hours_and_warnings() -> None:
    """Half an hour of the office, then by the hotline: 90 minutes are left at 18:00, not tomorrow.

    Warnings follow the promise of their instant: 50 % of the first, 60 and 90 of the second.
    """
    targets = {
        (ANY, Kind.RESOLUTION): Target(240 * MINUTE),
        ("urgent", Kind.RESOLUTION): Target(120 * MINUTE, (60, 90), "hotline"),
    }
    book = Book(1, 0, (Policy(1, targets, calendar="company"),))
    given = rules(book, hotline=HOTLINE)
    facts = [
        created(at("03-04 17:30"), attributes={"priority": ["normal"]}),
        Fact(at("03-04 20:00"), What.ATTRIBUTES, attributes={"priority": ["urgent"]}),
    ]
    ((judged, clock),) = judge(facts, given, at("03-04 20:00"))
    assert (clock.elapsed, clock.target, clock.hours) == (30 * MINUTE, 120 * MINUTE, "hotline")
    assert (shown(clock.due_at), shown(clock.breach_at)) == ("03-04 21:30", "03-04 21:30")
    assert [(mark, shown(instant)) for mark, instant in clock.marks] == [
        (60, "03-04 20:42"), (90, "03-04 21:18"), (100, "03-04 21:30:01"),
    ]  # fmt: skip
    lines = [
        (line.what, shown(line.at), line.name or line.seconds)
        for line in explain(judged, clock, at("03-04 20:00"))
        if line.what in (Line.PROMISE, Line.HOURS)
    ]
    assert lines == [
        ("promise", "03-04 20:00", 120 * MINUTE), ("hours", "03-04 20:00", "hotline"),
    ]  # fmt: skip


def test_a_version_from_before_keeps_its_meaning() -> None:
    """Promises were stored without hours and percentages of their own: by the policy's."""
    content = {
        "pk": 1, "condition": {}, "calendar": "company", "from": None, "to": None, "warn": [50],
        "escalate": None, "targets": [
            ["", "resolution", 3600, None, False], ["", "legal", 3600, None, True],
            ["high", "resolution", 60, None, False, "hotline", []],
            ["low", "resolution", 60, None, False, None, [90]],
        ],
    }  # fmt: skip
    (found,) = book_from(1, [content], 0, running=False).policies
    assert {
        key: (target.warn, target.calendar) for key, target in found.targets.items()
    } == {
        ("", "resolution"): ((50,), None), ("", "legal"): ((50,), ""),
        ("high", "resolution"): ((50,), "hotline"), ("low", "resolution"): ((90,), None),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("answered", "state"),
    [
        ("03-04 18:00", "met"),
        ("03-04 20:00", "met"),  # nobody works at night: one hour was used, as promised
        ("03-05 09:00", "met"),
        ("03-05 09:00:01", "breached"),
    ],
)
def test_the_contradiction_of_closing_time(answered: str, state: str) -> None:
    facts = [created(at("03-04 17:00")), became(at(answered), "resolved")]
    clock = only(facts, promise(Kind.RESOLUTION, 60 * MINUTE), at("03-06 09:00"))
    assert (clock.state, shown(clock.breach_at)) == (state, "03-05 09:00")
    assert clock.elapsed == 60 * MINUTE + (1 if state == "breached" else 0)
