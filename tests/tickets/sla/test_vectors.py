"""The golden vectors of `service.md` 9: what is due when, with 调休, lunch, rests and seconds."""

import pytest

from tests.tickets.sla.world import MINUTE, at, became, created, only, promise, rest, shown
from tickets.sla.rules import Kind

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
