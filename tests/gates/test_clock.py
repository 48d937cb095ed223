"""G18: clocks that jump, zones, month ends, year ends, beats twice and not at all (F10, F21-F24).

A simulated machine lives through many days: its clock jumps by an hour and by a day, forwards and
back, while the tick runs every minute. Each reminder is sent exactly once, never before the clock
says so, and at most 120 s after it first does. Small by default; GATE_SCALE=full takes 400 days.
"""

import random
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from itertools import accumulate
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection, transaction

from crm.core import clock
from crm.core.recurrence import add_months, occurrence
from crm.dictionaries import calendar
from crm.dictionaries.models import Sequence
from crm.dictionaries.numbers import take_numbers
from crm.notifications.models import Notification
from crm.reminders import planning, querysets, running, states
from crm.reminders.models import Reminder, State
from crm.reminders.rules import ANY_DAY
from crm.reminders.timing import due_moment
from customers.drafts import CustomerDraft
from customers.models import Contact, Customer
from customers.services.creating import create_customers
from tests.factories.company import Company
from tests.kit.dying import killed_at
from tests.kit.gates import FULL, announce

pytestmark = [pytest.mark.gate, pytest.mark.django_db]
ZONES = ("Asia/Shanghai", "America/New_York", "Australia/Sydney")
DAYS = 400 if FULL else 12
START = datetime(2026, 9, 20, 0, 0, tzinfo=UTC)  # three zones change their clocks after it
MINUTE = timedelta(minutes=1)
JUMPS = (timedelta(hours=1), timedelta(hours=-1), timedelta(days=1), timedelta(days=-1))
#: Half of the jumps are put right after some time, as an NTP step does.
LASTS = (17, 90, 600)
MOST_LATE = 120


@dataclass
class Machine:
    """A clock with its jumps: how far it is from the true time, minute by minute."""

    days: int
    seed: int = 18
    offsets: list[timedelta] = field(default_factory=list)

    def __post_init__(self) -> None:
        dice, offset, until = random.Random(self.seed), timedelta(), 0
        for minute in range(self.days * 1440):
            if offset and minute >= until:
                offset = timedelta()
            if not offset and dice.random() < 1 / 900:
                offset, until = dice.choice(JUMPS), minute + dice.choice(LASTS)
            self.offsets.append(offset)

    def at(self, minute: int) -> datetime:
        """What the clock shows in a minute of true time."""
        return START + minute * MINUTE + self.offsets[minute]

    @cached_property
    def highest(self) -> list[datetime]:
        """The latest time the clock has shown up to each minute."""
        return list(accumulate((self.at(m) for m in range(len(self.offsets))), max))

    def first(self, due: datetime) -> int | None:
        """The first minute in which the clock shows `due` or later; None: not in these days."""
        place = bisect_left(self.highest, due)
        return place if place < len(self.highest) else None


@pytest.fixture
def _machine_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """The database stands on the machine whose clock jumps; sources have tests of their own."""
    monkeypatch.setattr(states, "moment", lambda offset=timedelta(0): datetime.now(UTC) + offset)
    monkeypatch.setattr(running, "_run_sources", lambda now: None)


def plan(company: Company, days: int) -> list[Reminder]:
    """One customer a day for a person of each zone, as one import of 200 rows makes them."""
    drafts = []
    for zone in ZONES:
        person = company.person(f"clock-{zone.partition('/')[2]}", time_zone=zone)
        for day in range(1, days - 2):
            local = (START + timedelta(days=day)).astimezone(ZoneInfo(zone)).date()
            when = datetime.combine(local, time(15), tzinfo=ZoneInfo(zone))
            customer = Customer(name=f"{zone}{day}有限公司", owner=person, next_contact_at=when)
            drafts.append(CustomerDraft(customer, [Contact(name="王芳", mobile="13800138000")]))
    with time_machine.travel(START, tick=False):
        for place in range(0, len(drafts), 200):
            create_customers(drafts[place : place + 200], actor=company.admin)
    return list(Reminder.objects.filter(rule="next_contact").select_related("recipient"))


def live(machine: Machine, dues: list[datetime]) -> dict[int, int]:
    """Run the ticks of these days; returns the true minute in which each reminder was sent.

    Ticks that find nothing are left out but for some: those around the moments and the jumps run.
    """
    dice, sent = random.Random(1), {}
    moments = sorted(dues)
    for minute in range(len(machine.offsets)):
        now = machine.at(minute)
        jumped = minute and machine.offsets[minute] != machine.offsets[minute - 1]
        near = bisect_left(moments, now - 3 * MINUTE) != bisect_right(moments, now + 3 * MINUTE)
        if not (near or jumped or dice.random() < 1 / 200):
            continue
        with time_machine.travel(now, tick=False):
            for _beat in range(2):  # two beats ring at once
                running.run_due()
        fresh = Reminder.objects.filter(state=State.SENT).exclude(sent_at__lt=now - MINUTE)
        for pk in fresh.values_list("pk", flat=True):
            sent.setdefault(pk, minute)
    return sent


def problems_of(machine: Machine, reminders: list[Reminder], sent: dict[int, int]) -> list[str]:
    """What is early, late, lost, told twice, or not at nine by the person's clock."""
    found = []
    for row in reminders:
        zone = ZoneInfo(row.recipient.time_zone)
        wanted = datetime.combine(row.due_on, time(9), tzinfo=zone)
        notices = Notification.objects.filter(dedupe_key=f"reminder:{row.pk}").count()
        first = machine.first(wanted)
        if row.due_at != wanted:
            found.append(f"{row.pk} at {row.due_at.astimezone(zone):%H:%M}")
        elif row.pk not in sent or notices == 0:
            found.append(f"{row.pk} lost")
        elif notices > 1:
            found.append(f"{row.pk} told {notices} times")
        elif machine.at(sent[row.pk]) < wanted or first is None or sent[row.pk] < first:
            found.append(f"{row.pk} early")
        elif (sent[row.pk] - first) * 60 > MOST_LATE:
            found.append(f"{row.pk} late by {sent[row.pk] - first} minutes")
    extra = Notification.objects.filter(kind="reminder_next_contact").count() - len(reminders)
    return found + ([f"{extra} notices too many"] if extra > 0 else [])


def simulate(company: Company, days: int) -> tuple[list[str], int, int]:
    """Problems, reminders and jumps of so many days."""
    machine = Machine(days)
    reminders = plan(company, days)
    sent = live(machine, [row.due_at for row in reminders])
    changes = zip(machine.offsets, machine.offsets[1:], strict=False)
    jumps = sum(1 for one, other in changes if one != other)
    return problems_of(machine, reminders, sent), len(reminders), jumps


@pytest.mark.usefixtures("_machine_clock")
def test_a_jumping_clock_loses_doubles_and_hurries_nothing(
    company: Company, request: pytest.FixtureRequest
) -> None:
    problems, count, jumps = simulate(company, DAYS)
    figures = {"days": DAYS, "zones": len(ZONES), "reminders": count, "jumps": jumps}
    announce(request, "G18", passed=not problems, **figures, wrong=len(problems))
    assert count == (DAYS - 3) * len(ZONES) and jumps >= DAYS // 3
    assert problems == []


# --- planted bugs ---------------------------------------------------------------------------------
def hasty(rows: Any, now: Any) -> Any:
    """Due an hour before its time."""
    return rows.pending().filter(due_at__lte=datetime.now(UTC) + timedelta(hours=1))


def forgetful(rows: Any, now: Any) -> Any:
    """Only what came due in the last minutes."""
    moment = datetime.now(UTC)
    return rows.pending().filter(due_at__lte=moment, due_at__gt=moment - timedelta(minutes=2))


def lazy_ticks(rows: Any, now: Any) -> Any:
    """Only at full hours past ten minutes."""
    found = rows.pending().filter(due_at__lte=datetime.now(UTC))
    return found if datetime.now(UTC).minute >= 10 else found.none()


def in_utc(day: date, step: int, **values: Any) -> datetime:
    """Nine o'clock of Greenwich."""
    return due_moment(day, step, **{**values, "zone": ZoneInfo("UTC")})


def anybody(reminder: Reminder, *, is_late: bool) -> bool:
    """Sent without asking whether the claim still holds, and without closing it."""
    Notification.objects.filter(dedupe_key=f"reminder:{reminder.pk}").update(
        dedupe_key=f"told:{reminder.pk}"
    )
    return True


BUGS: tuple[tuple[str, Any, str, Callable[..., Any]], ...] = (
    ("early", querysets.ReminderQuerySet, "due", hasty),
    ("lost", querysets.ReminderQuerySet, "due", forgetful),
    ("late", querysets.ReminderQuerySet, "due", lazy_ticks),
    ("at ", planning, "due_moment", in_utc),
    ("too many", states, "mark_sent", anybody),
)


@pytest.mark.usefixtures("_machine_clock")
@pytest.mark.parametrize(("word", "target", "name", "bug"), BUGS, ids=[b[3].__name__ for b in BUGS])
def test_the_gate_sees_a_planted_bug(
    word: str,
    target: Any,
    name: str,
    bug: Callable[..., Any],
    company: Company,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(target, name, bug)
    if bug is hasty:  # the second look at the moment must be gone, too
        monkeypatch.setattr(running, "_moved", lambda reminder: None)
    problems, _count, _jumps = simulate(company, 7)
    assert any(word in problem for problem in problems), problems


# --- a worker that dies ---------------------------------------------------------------------------
@pytest.mark.usefixtures("_machine_clock")
def test_a_worker_killed_at_any_statement_loses_and_doubles_nothing(company: Company) -> None:
    (row, *_rest) = plan(company, 4)
    Reminder.objects.exclude(pk=row.pk).delete()
    killed, at = True, 0
    while killed:
        at += 1
        with transaction.atomic():
            with time_machine.travel(row.due_at, tick=False):
                killed = killed_at(at, running.run_due)
            with time_machine.travel(row.due_at + timedelta(minutes=11), tick=False):
                running.run_due()
            notices = Notification.objects.filter(dedupe_key=f"reminder:{row.pk}").count()
            assert notices == 1, f"statement {at}: {notices} notices"
            assert Reminder.objects.get(pk=row.pk).state == State.SENT
            transaction.set_rollback(True)
    assert at > 8


# --- F21: clocks of workers -----------------------------------------------------------------------
def test_a_worker_a_day_ahead_sends_nothing_early(company: Company) -> None:
    """On PostgreSQL the server's clock decides; SQLite stands on the worker's own machine. Told is
    at nine, which before nine is later than in a day."""
    customer = Customer(
        name="时钟有限公司",
        owner=company["sales1"],
        next_contact_at=clock.now() + timedelta(hours=20),
    )
    create_customers([CustomerDraft(customer, [])], actor=company.admin)
    with time_machine.travel(clock.now() + timedelta(hours=30), tick=True):
        sent = running.run_due()
    assert sent == (0 if connection.vendor == "postgresql" else 1)


# --- F22, F23: zones and month ends ---------------------------------------------------------------
@pytest.mark.parametrize("zone", ZONES)
def test_nine_o_clock_stays_nine_o_clock(zone: str) -> None:
    here = ZoneInfo(zone)
    for number in range(6 * 366):
        day = date(2024, 1, 1) + timedelta(days=number)
        due = due_moment(
            day, 0, at=time(9), working_days=ANY_DAY, zone=here, calendar=calendar.work_calendar()
        )
        assert due.astimezone(here).strftime("%Y-%m-%d %H:%M") == f"{day} 09:00"


def test_an_hour_that_does_not_exist_moves_behind_the_gap() -> None:
    """Shanghai had summer time from 1986 to 1991: 02:00 to 03:00 of 4 May 1986 never was."""
    shanghai = ZoneInfo("Asia/Shanghai")
    due = due_moment(
        date(1986, 5, 4),
        0,
        at=time(2, 30),
        working_days=ANY_DAY,
        zone=shanghai,
        calendar=calendar.work_calendar(),
    )
    assert due.astimezone(shanghai).strftime("%H:%M") == "03:30"


def month_end_rules() -> Iterator[tuple[date, int, str]]:
    """Twelve rules around the ends of months."""
    for day in (28, 29, 30, 31):
        for every in (1, 2, 3):
            month = 1
            yield date(2024, month, day), every, "month"


def test_month_ends_over_six_years() -> None:
    rules = list(month_end_rules())
    assert len(rules) == 12
    for anchor, every, unit in rules:
        for number in range(72 // every):
            found = occurrence(anchor, number, every=every, unit=unit)
            months = anchor.month - 1 + number * every
            assert (found.year, found.month) == (2024 + months // 12, months % 12 + 1)
            last = (add_months(found.replace(day=1), 1) - timedelta(days=1)).day
            assert found.day == min(anchor.day, last)  # the anchor is kept: 31, 28, 31
    leap = [occurrence(date(2024, 2, 29), n, every=1, unit="year") for n in range(5)]
    assert [day.day for day in leap] == [29, 28, 28, 28, 29]


# --- F24: the year ends ---------------------------------------------------------------------------
def test_numbers_turn_with_the_local_year(company: Company) -> None:
    shanghai = ZoneInfo("Asia/Shanghai")
    eve = datetime(2026, 12, 31, 23, 59, 59, 900_000, tzinfo=shanghai)
    with time_machine.travel(eve, tick=False):
        old = [number for _user in range(10) for number in take_numbers("customer", 5)]
    with time_machine.travel(eve + timedelta(seconds=1), tick=False):
        new = take_numbers("customer", 5)
        Sequence.objects.filter(name__contains="2027").update(value=998)
        wide = take_numbers("customer", 3)
    assert len(set(old)) == 50 and all("2026" in number for number in old)
    assert [number[-7:] for number in new] == [f"2027{n:03d}" for n in range(1, 6)]
    assert [number.partition("2027")[2] for number in wide] == ["999", "1000", "1001"]


# --- planted bugs of F22 to F24 -------------------------------------------------------------------
def drifting(anchor: date, number: int, *, every: int, unit: str) -> date:
    """Each occurrence counted from the one before: 31, 28, 28."""
    found = anchor
    for _step in range(number):
        found = add_months(found, every * (12 if unit == "year" else 1))
    return found


def days_of_24_hours(day: date, step: int, *, zone: ZoneInfo, **values: Any) -> datetime:
    """Nine o'clock counted in hours from the beginning of the year."""
    first = datetime(day.year, 1, 1, 9, tzinfo=zone).astimezone(UTC)
    return first + timedelta(days=(day - date(day.year, 1, 1)).days)


@pytest.mark.parametrize(
    ("name", "bug", "check"),
    [
        ("occurrence", drifting, lambda company: test_month_ends_over_six_years()),
        ("due_moment", days_of_24_hours, lambda company: test_nine_o_clock_stays_nine_o_clock(
            "America/New_York")),
        ("take_numbers", None, lambda company: test_numbers_turn_with_the_local_year(company)),
    ],
    ids=["F23", "F22", "F24"],
)  # fmt: skip
def test_the_rules_of_time_see_their_planted_bugs(
    company: Company,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    bug: Callable[..., Any] | None,
    check: Callable[[Company], None],
) -> None:
    if bug is None:  # the year of Greenwich
        monkeypatch.setattr(clock, "company_today", lambda: datetime.now(UTC).date())
    else:
        monkeypatch.setitem(globals(), name, bug)
    with pytest.raises(AssertionError):
        check(company)
