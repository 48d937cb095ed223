"""Defects that others shipped (`service.md` 4.2), one test each, named after the report."""

from zoneinfo import ZoneInfo

import pytest

from crm.dictionaries.worktime import DAY_MINUTES
from tests.tickets.sla.world import (
    CHINA,
    HOUR,
    MINUTE,
    at,
    became,
    china,
    clocks,
    created,
    only,
    policy,
    promise,
    rest,
    rules,
    shown,
)
from tickets.sla.calendar import OpenHours, always
from tickets.sla.clocks import Clock, judge
from tickets.sla.explaining import Line, explain
from tickets.sla.folding import Fact, What
from tickets.sla.rules import ANY, Book, Kind, Policy, Rules, Target

CONTACT, CUSTOMER = What.CONTACT, What.CUSTOMER


def test_zammad_3180_no_minute_is_lost_at_midnight() -> None:
    hours = OpenHours(china(week=(((0, DAY_MINUTES),),) * 7, special={}))
    given = rules((0, {Kind.RESOLUTION: Target(72 * HOUR)}), history=always(hours))
    clock = only([created(at("03-04 10:00"))], given, at("03-05 10:00"))
    assert (shown(clock.due_at), clock.elapsed) == ("03-07 10:00", 24 * HOUR)


def test_zammad_3180_an_end_at_23_59_is_none_at_midnight() -> None:
    hours = OpenHours(china(week=(((0, DAY_MINUTES - 1),),) * 7, special={}))
    day = 24 * HOUR - MINUTE
    assert hours.worked(at("03-04 00:00"), at("03-07 00:00")) == 3 * day
    given = rules((0, {Kind.RESOLUTION: Target(2 * HOUR)}), history=always(hours))
    clock = only([created(at("03-04 23:00"))], given, at("03-04 23:00"))
    assert shown(clock.due_at) == "03-05 01:01"


def test_zammad_breaks_keep_their_seconds_and_do_not_overwrite_each_other() -> None:
    facts = [created(at("03-04 10:00")), *rest(at("03-04 10:05:10"), at("03-04 10:05:20"))]
    facts += rest(at("03-04 10:05:30"), at("03-04 10:05:50"))
    clock = only(facts, promise(Kind.RESOLUTION, 30 * MINUTE), facts[-1].at)
    assert shown(clock.due_at) == "03-04 10:30:30"


def test_zammad_5177_no_further_answer_is_due_before_the_first() -> None:
    facts = [created(at("03-04 10:00")), Fact(at("03-04 10:01"), CUSTOMER)]
    given = rules((0, {Kind.FIRST_RESPONSE: Target(HOUR), Kind.NEXT_RESPONSE: Target(MINUTE)}))
    assert clocks(facts, given, at("03-04 10:30"), Kind.NEXT_RESPONSE) == []
    assert shown(only(facts, given, facts[-1].at, Kind.FIRST_RESPONSE).due_at) == "03-04 11:00"


def test_zammad_3140_no_alarm_after_the_agent_has_answered() -> None:
    facts = [
        created(at("03-04 10:00")),
        Fact(at("03-04 10:05"), CONTACT),
        Fact(at("03-04 10:10"), CUSTOMER),
        Fact(at("03-04 10:12"), CUSTOMER),  # writes again: the first one counts
        Fact(at("03-04 10:20"), CONTACT),
    ]
    clock = only(facts, promise(Kind.NEXT_RESPONSE, HOUR), at("03-05 17:00"), Kind.NEXT_RESPONSE)
    assert (clock.state, clock.elapsed, clock.marks) == ("met", 10 * MINUTE, ())


def test_zammad_3410_each_answer_says_how_long_it_took_and_no_edit_changes_that() -> None:
    exchanges = [("10:10", "10:20"), ("10:30", "11:00"), ("11:05", "11:06")]
    facts = [created(at("03-04 10:00")), Fact(at("03-04 10:05"), CONTACT)]
    for asked, told in exchanges:
        facts += [Fact(at(f"03-04 {asked}"), CUSTOMER), Fact(at(f"03-04 {told}"), CONTACT)]
    first, now = {Kind.NEXT_RESPONSE: Target(HOUR)}, at("03-04 15:00")
    found = clocks(facts, rules((0, first)), now, Kind.NEXT_RESPONSE)
    assert [clock.elapsed for clock in found] == [10 * MINUTE, 30 * MINUTE, MINUTE]
    strict = policy({Kind.NEXT_RESPONSE: Target(MINUTE)})
    edited = rules((0, first), Book(2, now, (strict,), also_running=True))
    assert clocks(facts, edited, now + HOUR, Kind.NEXT_RESPONSE) == found


@pytest.mark.parametrize("minute", range(0, 24 * 60, 97))
@pytest.mark.parametrize("day", ["03-04", "03-06", "03-07", "02-13"])
def test_zammad_2157_4432_nobody_is_reminded_at_midnight(day: str, minute: int) -> None:
    """Also osTicket's back-track: nothing is due, warned of or late while nobody works."""
    start = at(f"{day} 00:00") + minute * MINUTE
    for length in (HOUR, 4 * HOUR, 8 * HOUR, 24 * HOUR):
        clock = only([created(start)], promise(Kind.RESOLUTION, length), start)
        for instant in (clock.due_at, *(when for _mark, when in clock.marks)):
            assert CHINA.worked((instant or 0) - 1, instant or 0) == 1


def test_zammad_sla_order_is_the_stated_order() -> None:
    def one(pk: int, length: int, **condition: str) -> Policy:
        wanted = {name: frozenset([value]) for name, value in condition.items()}
        return Policy(pk, {(ANY, Kind.RESOLUTION): Target(length)}, wanted, "company")

    policies = (one(7, HOUR, type="complaint"), one(3, 2 * HOUR, priority="high"), one(1, 9 * HOUR))
    given = Rules([Book(1, 0, policies)], {"company": always(CHINA)})

    def asked(**attributes: str) -> int:
        values = {name: [value] for name, value in attributes.items()}
        clock = only([created(at("03-04 10:00"), attributes=values)], given, at("03-04 10:00"))
        return clock.policy or 0

    assert asked(type="complaint", priority="high") == 7
    assert asked(type="question", priority="high") == 3
    assert asked(type="question", priority="low") == 1


def test_zammad_390_every_skipped_holiday_is_on_the_explanation() -> None:
    start = at("09-30 16:00")
    (pair,) = judge([created(start)], promise(Kind.RESOLUTION, 8 * HOUR), start)
    lines = [(line.what, line.name) for line in explain(*pair, start)]
    assert (Line.DAY_OFF, "假") in lines
    found = [line for line in explain(*pair, start) if line.what == Line.DAY_OFF]
    assert [(shown(line.at), shown(line.until)) for line in found] == [
        ("10-01 00:00", "10-08 00:00")
    ]
    worked = [line for line in explain(*pair, start) if line.what == Line.WORKED]
    assert sum(line.seconds for line in worked) == 8 * HOUR


def test_zammad_a_ticket_opened_again_starts_anew() -> None:
    facts = [
        created(at("03-02 09:00")),
        became(at("03-02 11:00"), "resolved"),
        became(at("03-05 10:00"), "open"),
    ]
    first, second = clocks(
        facts, promise(Kind.RESOLUTION, 4 * HOUR), at("03-05 10:00"), Kind.RESOLUTION
    )
    assert (first.state, first.elapsed) == ("met", 2 * HOUR)
    assert (second.cycle, second.elapsed, shown(second.due_at)) == (2, 0, "03-05 15:30")


def test_frappe_1554_a_rest_is_honoured() -> None:
    facts = [created(at("03-04 10:00")), *rest(at("03-04 10:30"), None)]
    given = promise(Kind.RESOLUTION, HOUR)
    resting = only(facts, given, at("03-06 17:00"))
    assert (resting.state, resting.due_at, resting.remaining) == ("paused", None, 30 * MINUTE)
    woken = only([*facts, became(at("03-06 17:00"), "open")], given, at("03-06 17:00"))
    assert (woken.state, shown(woken.due_at)) == ("running", "03-06 17:30")


def test_frappe_2212_lunch_is_possible() -> None:
    clock = only([created(at("03-04 11:45"))], promise(Kind.RESOLUTION, HOUR), at("03-04 12:10"))
    assert (clock.elapsed, shown(clock.due_at)) == (15 * MINUTE, "03-04 14:15")


@pytest.mark.parametrize("status", ["waiting_customer", "open", "resolved"])
def test_frappe_no_status_counts_as_an_answer(status: str) -> None:
    facts = [created(at("03-04 10:00")), became(at("03-04 10:05"), status)]
    given = promise(Kind.FIRST_RESPONSE, HOUR)
    clock = only(facts, given, at("03-04 16:00"), Kind.FIRST_RESPONSE)
    assert (clock.state, clock.stopped_at) == ("breached", None)


def test_chatwoot_10178_thanks_after_the_solution_owe_no_answer() -> None:
    facts = [
        created(at("03-04 10:00")),
        Fact(at("03-04 10:05"), CONTACT),
        became(at("03-04 10:30"), "resolved"),
        Fact(at("03-04 10:31"), CUSTOMER),
    ]
    given = promise(Kind.NEXT_RESPONSE, HOUR)
    assert clocks(facts, given, at("03-06 10:00"), Kind.NEXT_RESPONSE) == []
    again = [*facts, became(at("03-04 10:31"), "open")]
    assert only(again, given, at("03-04 10:40"), Kind.NEXT_RESPONSE).state == "running"


def test_chatwoot_10178_a_running_one_ends_with_the_solution() -> None:
    facts = [
        created(at("03-04 10:00")),
        Fact(at("03-04 10:05"), CONTACT),
        Fact(at("03-04 10:20"), CUSTOMER),
        became(at("03-04 10:30"), "resolved"),
    ]
    given = promise(Kind.NEXT_RESPONSE, HOUR)
    clock = only(facts, given, at("03-06 10:00"), Kind.NEXT_RESPONSE)
    assert (clock.state, clock.reason, clock.due_at) == ("cancelled", "resolved", None)


def test_osticket_two_spans_of_a_day_count_both() -> None:
    assert CHINA.worked(at("03-04 00:00"), at("03-05 00:00")) == int(7.5 * HOUR)


def test_oca_a_month_end_is_a_day_like_others() -> None:
    start = at("03-31 17:00")
    assert shown(only([created(start)], promise(Kind.RESOLUTION, 2 * HOUR), start).due_at) == (
        "04-01 10:00"
    )


def test_glpi_22678_warnings_are_counted_in_working_time() -> None:
    start = at("03-06 17:00")  # Friday: one hour is left of it
    clock = only([created(start)], promise(Kind.RESOLUTION, 4 * HOUR), start)
    assert [(mark, shown(when)) for mark, when in clock.marks] == [
        (50, "03-09 10:00"),
        (80, "03-09 11:12"),
        (100, "03-09 13:30:01"),
    ]


def test_django_helpdesk_days_off_never_make_it_sooner() -> None:
    """Three working days from Thursday end on Tuesday, not on Sunday or Friday."""
    start = at("03-05 09:00")
    length = int(3 * 7.5 * HOUR)
    assert shown(only([created(start)], promise(Kind.RESOLUTION, length), start).due_at) == (
        "03-09 18:00"
    )


# --- one principle: the rules in force at each instant -------------------------------------------
def _retargeted(when: str, before: int, after: int, now: str) -> Clock:
    first = {Kind.RESOLUTION: Target(before)}
    second = Book(2, at(when), (policy({Kind.RESOLUTION: Target(after)}),), also_running=True)
    return only([created(at("03-04 10:00"))], rules((0, first), second), at(now))


@pytest.mark.parametrize("changed", ["03-04 17:00", "03-04 21:00"])
def test_a_lower_promise_is_broken_at_the_change(changed: str) -> None:
    """Also at night, when nothing is counted: more than the promise was used already."""
    clock = _retargeted(changed, 20 * HOUR, HOUR, "03-05 09:00")
    assert (shown(clock.breach_at), clock.state, clock.by_retarget) == (changed, "breached", True)


def test_a_higher_promise_extends_what_is_not_late() -> None:
    clock = _retargeted("03-04 11:00", 2 * HOUR, 4 * HOUR, "03-04 11:30")
    assert (shown(clock.due_at), clock.state) == ("03-04 15:30", "running")


def test_a_higher_promise_does_not_mend_what_is_late() -> None:
    clock = _retargeted("03-04 15:00", HOUR, 20 * HOUR, "03-04 15:30")
    assert (shown(clock.breach_at), clock.state) == ("03-04 11:00", "breached")


def test_new_books_are_for_new_tickets_unless_they_say_otherwise() -> None:
    first = {Kind.RESOLUTION: Target(HOUR)}
    second = Book(2, at("03-04 10:10"), (policy({Kind.RESOLUTION: Target(MINUTE)}),))
    given = rules((0, first), second)
    assert only([created(at("03-04 10:00"))], given, at("03-04 10:20")).target == HOUR
    assert only([created(at("03-04 10:11"))], given, at("03-04 10:20")).target == MINUTE


def test_a_cancelled_span_is_left_out_for_every_clock() -> None:
    facts = [
        created(at("03-04 10:00")),
        became(at("03-04 10:30"), "cancelled"),
        became(at("03-05 10:30"), "open"),
    ]
    for kind in (Kind.FIRST_RESPONSE, Kind.ASSIGNMENT, Kind.RESOLUTION, Kind.LEGAL):
        clock = only(facts, promise(kind, HOUR), at("03-05 10:31"), kind)
        assert (shown(clock.started_at), shown(clock.due_at)) == ("03-04 10:00", "03-05 11:00")
        void = only(facts[:2], promise(kind, HOUR), at("03-05 10:00"), kind)
        assert (void.state, void.reason, void.marks) == ("cancelled", "cancelled", ())


def test_acceptance_runs_for_everybody_it_is_given_to() -> None:
    given_to = {"what": What.OWNER, "by_other": True}
    facts = [
        created(at("03-04 10:00")),
        Fact(at("03-04 10:05"), owner=1, **given_to),
        Fact(at("03-04 10:10"), owner=2, **given_to),
        Fact(at("03-04 10:20"), What.ACCEPTED),
        Fact(at("03-04 10:30"), What.OWNER, owner=3),  # takes it: nothing to accept
    ]
    found = clocks(facts, promise(Kind.ACCEPTANCE, HOUR), at("03-04 16:00"), Kind.ACCEPTANCE)
    assert [(each.cycle, each.state, each.reason) for each in found] == [
        (1, "cancelled", "reassigned"),
        (2, "met", ""),
    ]


def test_an_unpublished_year_is_told() -> None:
    start = at("03-04 10:00", 2027)
    clock = only([created(start)], promise(Kind.RESOLUTION, HOUR), start)
    assert clock.is_incomplete
    known = at("03-04 10:00")
    assert not only([created(known)], promise(Kind.RESOLUTION, HOUR), known).is_incomplete


def test_a_clock_that_steps_back_does_not_shake_the_order() -> None:
    facts = [created(at("03-04 10:00")), became(at("03-04 09:00"), "resolved")]
    clock = only(facts, promise(Kind.RESOLUTION, HOUR), at("03-04 12:00"))
    assert (clock.state, clock.elapsed, shown(clock.stopped_at)) == ("met", 0, "03-04 10:00")


def test_hours_that_a_zone_skips_or_repeats() -> None:
    berlin = OpenHours(china(zone=ZoneInfo("Europe/Berlin"), week=(((0, 240),),) * 7, special={}))
    spring = berlin.worked(at("03-29 00:00"), at("03-30 00:00"))
    autumn = berlin.worked(at("10-25 00:00"), at("10-26 00:00"))
    assert (spring, autumn) == (3 * HOUR, 5 * HOUR)


def test_frappe_3776_a_rest_that_ends_with_the_solution_is_honoured() -> None:
    facts = [
        created(at("03-04 10:00")),
        *rest(at("03-04 10:30"), None),
        became(at("03-06 17:00"), "resolved"),
    ]
    clock = only(facts, promise(Kind.RESOLUTION, HOUR), at("03-06 17:00"))
    assert (clock.state, clock.elapsed) == ("met", 30 * MINUTE)
