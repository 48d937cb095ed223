"""Clocks of stored tickets: kept in step by every event, told once, waived by supervisors."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine

from crm.core import clock
from crm.core.errors import InvalidTransition, InvalidValue, NotAllowed
from crm.dictionaries.calendar import company_row, work_calendar
from crm.dictionaries.calendar_services import Days, set_days, update_calendar
from crm.dictionaries.services import set_setting
from crm.notifications.models import Notification
from tests.factories.calendars import make_calendar
from tests.factories.company import Company
from tests.factories.tickets import make_ticket, make_ticket_in, solve, type_of
from tests.kit.plans import make_crowd, prefer_indexes
from tickets.choices import Phase, Priority, Via
from tickets.models import SlaClock, SlaNotice, SlaPolicy, SlaVersion, Ticket
from tickets.parameters import REOPEN_DAYS
from tickets.queues import counts, narrowed
from tickets.services.changing import update_ticket
from tickets.services.conversing import receive, reply
from tickets.services.moving import transition
from tickets.services.owning import assign_ticket, claim_ticket, return_ticket
from tickets.sla import showing, ticking, trial
from tickets.sla.keeping import Promise, update_policy
from tickets.sla.services import refresh, waive_clock
from tickets.sla.showing import badge_of
from tickets.sla.ticking import tick
from tickets.sla.walking import progress, walk
from tickets.sla.words import parse_duration, typed

pytestmark = pytest.mark.usefixtures("promises")
#: Wednesday 2026-03-04 10:00 in Shanghai; the company works 09:00-18:00.
START = datetime(2026, 3, 4, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def watch() -> Any:
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


def clocks_of(ticket: Ticket) -> dict[str, SlaClock]:
    """The newest clock of each kind."""
    rows = SlaClock.objects.filter(ticket=ticket).order_by("cycle")
    return {row.kind: row for row in rows}


def states_of(ticket: Ticket) -> dict[str, str]:
    return {kind: row.state for kind, row in clocks_of(ticket).items()}


def test_a_new_installation_promises_t3_to_t6(company: Company, watch: Any) -> None:
    high = make_ticket(company, company["agent1"], priority=Priority.HIGH)
    assert clocks_of(high)["first_response"].target == 3600  # T3
    complaint = make_ticket(company, type_id=type_of("complaint").pk)
    found = clocks_of(complaint)
    assert [found[kind].target for kind in ("assignment", "first_response", "resolution")] == [
        600,  # T4
        1800,  # T5
        86_400,  # T6
    ]
    assert found["resolution"].due_at == START + timedelta(hours=24)
    assert SlaVersion.objects.count() == 1


def test_every_step_of_a_ticket_moves_its_clocks(company: Company, watch: Any) -> None:
    agent, lead = company["agent1"], company["service_lead"]
    ticket = make_ticket(company)
    assert states_of(ticket) == {
        "assignment": "running", "first_response": "running", "resolution": "running",
    }  # fmt: skip
    watch.shift(timedelta(minutes=5))
    assign_ticket(ticket, agent, by=lead)
    assert (states_of(ticket)["assignment"], states_of(ticket)["acceptance"]) == ("met", "running")
    watch.shift(timedelta(minutes=5))
    transition(ticket, Phase.OPEN, by=agent)
    assert clocks_of(ticket)["acceptance"].elapsed == 300
    assert states_of(ticket)["first_response"] == "running"
    reply(ticket, "正在查看。", by=agent)
    assert clocks_of(ticket)["first_response"].elapsed == 600
    transition(ticket, Phase.WAITING_CUSTOMER, by=agent)
    paused = clocks_of(ticket)["resolution"]
    assert (paused.state, paused.due_at) == ("paused", None)
    watch.shift(HOUR)
    receive(ticket, "还是不行", via="web")
    assert states_of(ticket)["next_response"] == "running"
    running = clocks_of(ticket)["resolution"]
    assert (running.state, running.elapsed) == ("running", 600)
    solve(company, ticket)
    assert states_of(ticket)["resolution"] == "met"
    assert states_of(ticket)["next_response"] == "cancelled"
    ticket.refresh_from_db()
    assert (ticket.sla_state, ticket.sla_breach_at) == ("met", None)


def test_a_refresh_changes_nothing_twice(company: Company, watch: Any) -> None:
    ticket = make_ticket(company, company["agent1"])
    before = list(SlaClock.objects.filter(ticket=ticket).order_by("pk").values())
    refresh(ticket)
    assert list(SlaClock.objects.filter(ticket=ticket).order_by("pk").values()) == before


def test_incremental_is_as_from_scratch(company: Company, watch: Any) -> None:
    agent = company["agent1"]
    ticket = make_ticket(company)
    claim_ticket(ticket, by=agent)
    watch.shift(HOUR)
    return_ticket(ticket, by=agent, note="不归我")
    watch.shift(HOUR)
    update_ticket(ticket, changes={"priority": Priority.URGENT}, actor=company.admin)
    names = ("kind", "cycle", "state", "target", "due_at", "breach_at", "elapsed", "marks")
    before = list(SlaClock.objects.filter(ticket=ticket).order_by("kind", "cycle").values(*names))
    SlaClock.objects.filter(ticket=ticket).delete()
    refresh(ticket)
    after = list(SlaClock.objects.filter(ticket=ticket).order_by("kind", "cycle").values(*names))
    assert after == before
    assert clocks_of(ticket)["assignment"].cycle == 2


def test_reopening_begins_a_cycle(company: Company, watch: Any) -> None:
    ticket = make_ticket(company, company["agent1"])
    transition(ticket, Phase.OPEN, by=company.admin)
    solve(company, ticket)
    watch.shift(HOUR)
    receive(ticket, "又坏了", via="web")
    rows = SlaClock.objects.filter(ticket=ticket, kind="resolution").order_by("cycle")
    assert [(row.cycle, row.state) for row in rows] == [(1, "met"), (2, "running")]


# --- the tick ------------------------------------------------------------------------------------
def notices(kind: str) -> list[str]:
    """Who was told of the first answer."""
    keys = SlaClock.objects.filter(kind="first_response").values_list("pk", flat=True)
    found = Notification.objects.filter(kind=kind).order_by("pk").select_related("user")
    mine = tuple(f"sla:{pk}:" for pk in keys)
    return [row.user.username for row in found if row.dedupe_key.startswith(mine)]


def test_the_ladder(company: Company, watch: Any) -> None:
    agent, lead = company["agent1"], company["service_lead"]
    ticket = make_ticket(company, agent, priority=Priority.HIGH)
    for minutes in range(0, 190, 5):
        watch.move_to(START + timedelta(minutes=minutes))
        tick()
        tick()  # a second worker
    told = SlaNotice.objects.filter(clock__kind="first_response").order_by("threshold")
    assert [(row.threshold, row.is_skipped) for row in told] == [
        (50, False), (80, False), (100, False), (101, False),
    ]  # fmt: skip
    breached = clocks_of(ticket)["first_response"]
    assert (breached.state, breached.breach_at) == ("breached", START + HOUR)
    assert notices("sla_warning") == [agent.username] * 2
    assert sorted(notices("sla_breached")) == [agent.username, lead.username]
    assert notices("sla_escalated") == [lead.username]  # nobody stands above
    ticket.refresh_from_db()
    assert ticket.sla_state == "breached"


def test_the_ladder_ends_with_the_leader_s_own_superior(company: Company, watch: Any) -> None:
    """`service.md` 8.2: leader at the breach, manager some working time later."""
    lead, boss = company["service_lead"], company.person("boss", "system_admin")
    type(lead).objects.filter(pk=lead.pk).update(superior=boss)
    make_ticket(company, company["agent1"], priority=Priority.HIGH)
    watch.shift(HOUR + timedelta(minutes=1))
    tick()
    assert sorted(notices("sla_breached")) == ["agent1", lead.username]
    watch.shift(timedelta(minutes=58))
    tick()
    assert notices("sla_escalated") == []
    watch.shift(timedelta(minutes=2))
    tick()
    assert notices("sla_escalated") == [boss.username]
    assert boss.username not in notices("sla_breached")


def test_django_helpdesk_telling_changes_no_ticket(company: Company, watch: Any) -> None:
    """There `--notify-only` raised the priority all the same, as it saved first."""
    ticket = make_ticket(company, company["agent1"])
    told = (
        "priority",
        "version",
        "owner",
        "supervisor",
        "group",
        "phase",
        "updated_at",
        "last_seq",
    )
    before = Ticket.objects.values(*told).get(pk=ticket.pk)
    watch.shift(timedelta(days=30))
    assert tick() == 1
    assert SlaNotice.objects.filter(clock__ticket=ticket, is_skipped=False).exists()
    assert Ticket.objects.values(*told).get(pk=ticket.pk) == before


def test_near_is_past_the_highest_warning_in_working_time(company: Company, watch: Any) -> None:
    """80 % of the four working hours from 17:00 on: over night, whatever two hours by the wall."""
    agent = company["agent1"]
    watch.move_to(START + timedelta(hours=7))
    ticket = make_ticket(company, agent)
    transition(ticket, Phase.OPEN, by=agent)

    def queue_of(name: str) -> list[int]:
        found = narrowed(Ticket.objects.all(), name, agent).values_list("pk", flat=True)
        assert counts(Ticket.objects.all(), agent, [name]) == {name: len(found)}
        return list(found)

    steps = (
        (timedelta(hours=7), [], [], "blue"),  # half an hour of four is left to close: 3 h to go
        (timedelta(hours=17, minutes=30), [], [], "blue"),  # 62 %: the warning at 50 is not it
        (timedelta(hours=18, minutes=12), [ticket.pk], [], "orange"),  # 80 %
        (timedelta(hours=19), [ticket.pk], [], "orange"),  # exactly at its end it is still kept
        (timedelta(hours=19, seconds=1), [], [ticket.pk], "red"),
    )
    for after, near, late, color in steps:
        watch.move_to(START + timedelta(hours=7) + after)
        for _told in range(2):  # by the clock alone, and after the worker has looked
            ticket.refresh_from_db()
            found = badge_of(ticket)
            assert found is not None
            shown = (queue_of("near"), queue_of("overdue"), found["color"])
            assert shown == (near, late, color), (after, _told)
            tick()
    solve(company, ticket)
    assert queue_of("near") == queue_of("overdue") == []


def test_a_rest_is_not_near_and_a_broken_promise_is_late_alone(
    company: Company, watch: Any
) -> None:
    agent = company["agent1"]
    ticket = make_ticket(company, agent, priority=Priority.HIGH)
    watch.shift(timedelta(minutes=50))
    ticket.refresh_from_db()
    assert ticket.sla_warn_at == START + timedelta(minutes=48)  # of the first answer
    assert narrowed(Ticket.objects.all(), "near", agent).exists()
    watch.shift(timedelta(minutes=20))
    tick()
    ticket.refresh_from_db()
    assert ticket.sla_warn_at is None  # nothing but broken ones for the index to walk
    reply(ticket, "正在查看。", by=agent)
    ticket.refresh_from_db()
    assert ticket.sla_state == "breached"  # was, and the next promise counts again
    assert ticket.sla_warn_at is not None
    transition(ticket, Phase.WAITING_CUSTOMER, by=agent)
    ticket.refresh_from_db()
    assert ticket.sla_warn_at is None


def test_the_near_ones_come_from_their_index(company: Company) -> None:
    ticket = make_ticket(company)
    late = {"sla_breach_at": clock.now() - HOUR, "sla_warn_at": None}
    make_crowd(ticket, number="CROWD-{}".format, **late)
    prefer_indexes()
    for rows in (Ticket.objects.kept().order_by(), Ticket.objects.kept().order_by("sla_breach_at")):
        plan = narrowed(rows, "near", company.admin).values_list("pk")[:10_001].explain()
        assert "ticket_near" in plan
        assert "ticket_breach" not in plan


def test_after_downtime_only_the_highest_is_told(company: Company, watch: Any) -> None:
    ticket = make_ticket(company, company["agent1"], priority=Priority.HIGH)
    watch.shift(timedelta(days=1))
    tick()
    told = SlaNotice.objects.filter(clock__ticket=ticket, clock__kind="first_response")
    assert [(row.threshold, row.is_skipped) for row in told.order_by("threshold")] == [
        (50, True), (80, True), (100, True), (101, False),
    ]  # fmt: skip
    first = told.get(threshold=100)
    assert first.passed_at == START + HOUR + timedelta(seconds=1)
    assert not notices("sla_warning")
    tick()
    assert told.count() == 4


def test_who_does_not_confirm_in_time_loses_the_ticket(
    company: Company, watch: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ticking.settings, "get", lambda key: True)
    ticket = make_ticket(company)
    assign_ticket(ticket, company["agent1"], by=company["service_lead"])
    watch.shift(timedelta(minutes=59))
    tick()
    ticket.refresh_from_db()
    assert ticket.owner == company["agent1"]
    watch.shift(timedelta(minutes=2))
    tick()
    ticket.refresh_from_db()
    assert ticket.owner is None
    assert clocks_of(ticket)["assignment"].cycle == 2


def test_nobody_is_told_of_what_was_done_in_time(company: Company, watch: Any) -> None:
    agent = company["agent1"]
    ticket = make_ticket(company, agent, priority=Priority.HIGH)
    watch.shift(timedelta(minutes=20))
    reply(ticket, "已收到", by=agent)
    watch.shift(HOUR)
    tick()
    assert not SlaNotice.objects.filter(clock__kind="first_response").exists()


def test_waiving(company: Company, watch: Any) -> None:
    agent, lead = company["agent1"], company["service_lead"]
    ticket = make_ticket(company, agent, priority=Priority.HIGH)
    late = clocks_of(ticket)["first_response"]
    with pytest.raises(InvalidTransition):
        waive_clock(late, reason="客户要求", actor=lead)
    watch.shift(2 * HOUR)
    tick()
    with pytest.raises(NotAllowed):
        waive_clock(late, reason="客户要求", actor=agent)
    with pytest.raises(InvalidValue):
        waive_clock(late, reason=" ", actor=lead)
    waive_clock(late, reason="客户要求明天再联系", actor=lead)
    reply(ticket, "您好", by=agent)
    late.refresh_from_db()
    assert (late.state, late.waived_by, late.stopped_at) == ("waived", lead, clock.now())
    assert SlaPolicy.objects.count() == 2


# --- new rules -----------------------------------------------------------------------------------
def test_new_rules_reach_those_in_work_only_where_said(company: Company, watch: Any) -> None:
    admin = company.admin
    ticket = make_ticket(company, company["agent1"])
    watch.shift(timedelta(minutes=10))
    policy = SlaPolicy.objects.get(name="通用")
    promises = [Promise("first_response", "", 300)]
    update_policy(policy, changes={}, lists={}, promises=promises, actor=admin)
    assert walk()
    assert clocks_of(ticket)["first_response"].state == "running"
    fresh = make_ticket(company, company["agent1"])
    assert (clocks_of(fresh)["first_response"].target, len(clocks_of(fresh))) == (300, 1)
    changed = clock.now()
    update_policy(policy, changes={}, lists={}, promises=promises, actor=admin, also_running=True)
    watch.shift(timedelta(seconds=1))
    assert not progress().is_done
    assert walk() and progress().is_done
    late = clocks_of(ticket)["first_response"]
    assert (late.state, late.breach_at, late.by_retarget) == ("breached", changed, True)


def test_a_new_day_off_moves_what_is_due(company: Company, watch: Any) -> None:
    ticket = make_ticket(company, company["agent1"])
    solved = make_ticket(company, company["agent1"])
    transition(solved, Phase.OPEN, by=company.admin)
    solve(company, solved)
    kept = list(SlaClock.objects.filter(ticket=solved).exclude(stopped_at=None).values())
    assert clocks_of(ticket)["resolution"].due_at == datetime(2026, 3, 6, 8, tzinfo=UTC)
    watch.shift(timedelta(minutes=1))
    days = Days(date(2026, 3, 5), date(2026, 3, 5), "holiday", "停电")
    set_days(company_row(), days, actor=company.admin)
    assert walk()
    monday = datetime(2026, 3, 9, 8, tzinfo=UTC)
    assert clocks_of(ticket)["resolution"].due_at == monday
    assert list(SlaClock.objects.filter(ticket=solved).exclude(stopped_at=None).values()) == kept


def test_hours_and_warnings_of_one_promise_alone(company: Company, watch: Any) -> None:
    """A calendar that only one promise counts by moves the clocks of that promise alone."""
    hotline = make_calendar("hotline", "热线值班")
    policy = SlaPolicy.objects.get(name="通用")
    promises = [
        Promise("first_response", "", 10 * 3600, calendar=hotline, warn=(60, 90)),
        Promise("resolution", "", 10 * 3600),
    ]
    update_policy(policy, changes={}, lists={}, promises=promises, actor=company.admin)
    ticket = make_ticket(company, company["agent1"])
    answer, solution = (clocks_of(ticket)[kind] for kind in ("first_response", "resolution"))
    assert [mark for mark, _at in answer.marks] == [60, 90, 100, 101]
    assert [mark for mark, _at in solution.marks] == [50, 80, 100, 101]
    assert answer.due_at == datetime(2026, 3, 4, 12, tzinfo=UTC)  # 20:00, the hotline is open
    assert solution.due_at == datetime(2026, 3, 5, 3, tzinfo=UTC)
    assert (ticket.sla_hours, ticket.sla_breach_at) == ("hotline", answer.breach_at)
    assert ticket.sla_warn_at == START + timedelta(hours=8)  # of the solution: half past five
    shown = {each["kind"]: each["hours"] for each in showing.clocks_of(ticket)}
    assert shown == {"first_response": "热线值班", "resolution": "公司工作日历"}
    watch.shift(HOUR)
    short = dict.fromkeys(range(7), ((480, 1080),))  # closes at 18:00 from now on
    proposed = replace(work_calendar("hotline"), week=tuple(short.values()))
    tried = trial.try_calendar("hotline", proposed)
    assert (tried.moved, tried.sample[0].kind) == (1, "first_response")
    update_calendar(hotline, changes={}, week=short, actor=company.admin)
    assert not progress().is_done
    assert walk()
    moved = clocks_of(ticket)
    assert moved["first_response"].due_at == datetime(2026, 3, 5, 2, tzinfo=UTC)
    assert moved["resolution"].due_at == solution.due_at
    watch.move_to(datetime(2026, 3, 4, 9, tzinfo=UTC))
    tick()
    told = SlaNotice.objects.filter(clock__ticket=ticket).order_by("pk")
    assert [(row.clock.kind, row.threshold) for row in told] == [
        ("first_response", 60), ("resolution", 50),
    ]  # fmt: skip


def test_promises_with_wrong_hours_or_warnings_are_refused(company: Company) -> None:
    hotline = make_calendar("hotline", "热线值班")
    policy = SlaPolicy.objects.get(name="通用")
    wrong = (
        Promise("resolution", "", 3600, is_natural=True, calendar=hotline),
        Promise("resolution", "", 3600, warn=(0,)),
        Promise("resolution", "", 3600, warn=(50, 100)),
    )
    for promise in wrong:
        with pytest.raises(InvalidValue):
            update_policy(policy, changes={}, lists={}, promises=[promise], actor=company.admin)
    assert SlaVersion.objects.count() == 1


@pytest.mark.parametrize(
    ("text", "length"),
    [("30", 1800), ("30 分钟", 1800), ("1小时30分", 5400), ("1.5h", 5400), ("", None)],
)
def test_lengths_of_time_as_people_type_them(text: str, length: int | None) -> None:
    assert parse_duration(text) == length
    assert parse_duration(typed(length)) == length


@pytest.mark.parametrize("text", ["bald", "3 天", "-5", "1:30"])
def test_other_texts_are_no_length(text: str) -> None:
    with pytest.raises(ValueError, match=".*"):
        parse_duration(text)


def test_frappe_3465_a_late_reply_leaves_the_closed_ticket_and_its_figures_alone(
    company: Company, watch: Any
) -> None:
    """There a reply months later reopened the ticket: its time to solve and its promise were lost.

    Here a setting says how long a closed ticket reopens; with no day it never does, and the new
    ticket has a number and clocks of its own.
    """
    old = make_ticket_in(company, company["agent1"], Phase.CLOSED)
    set_setting(REOPEN_DAYS, 0, actor=company.admin)
    told = ("phase", "cycle", "reopen_count", "resolved_at", "closed_at", "customer_wrote_at")

    def figures() -> list[Any]:
        clocks = SlaClock.objects.filter(ticket=old).order_by("pk").values()
        return [Ticket.objects.values(*told).get(pk=old.pk), list(clocks)]

    before = figures()
    watch.shift(HOUR * 24 * 90)
    receive(old, "自动回复：已收到", via=Via.EMAIL, by_automation=True)
    assert Ticket.objects.filter(follow_up_of=old).count() == 0
    fresh = receive(old, "同样的问题又出现了", via=Via.PORTAL).ticket
    tick()
    assert before[1] and figures() == before
    assert (fresh.follow_up_of, fresh.phase, fresh.reopen_count) == (old, Phase.NEW, 0)
    assert {row.started_at for row in clocks_of(fresh).values()} == {fresh.created_at}
