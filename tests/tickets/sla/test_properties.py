"""The properties of `service.md` 9: true for any calendar, any rests, any history."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from crm.dictionaries.worktime import SpecialDay, WorkCalendar
from tests.tickets.sla.oracle import walk, works
from tests.tickets.sla.world import (
    HOUR,
    MINUTE,
    OFFICE,
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
)
from tickets.sla.calendar import History, Hours, OpenHours, always
from tickets.sla.clocks import compute
from tickets.sla.folding import Fact, What
from tickets.sla.rules import ANY, Book, Kind, Policy, Rules, Target

few = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
BEGIN = at("02-09 00:00")  # the week before the spring festival, with its two worked weekends
DAY = 24 * HOUR

#: Half hours meet the edges of working time and of each other often; minutes seldom.
STEP = 30
minutes = st.integers(0, 20 * 24 * 60 // STEP).map(lambda n: BEGIN + n * STEP * MINUTE)
lengths = st.integers(1, 16 * 60 // STEP).map(lambda n: n * STEP * MINUTE)
spans = st.sampled_from([(), ((0, 1440),), ((540, 1080),), OFFICE, ((1200, 1440),)])
days = st.dates(date(2026, 2, 9), date(2026, 3, 20))
calendars = st.builds(
    lambda week, special: china(week=week, special=special),
    week=st.tuples(st.just(OFFICE), *[spans] * 6),
    special=st.dictionaries(days, st.builds(SpecialDay, spans), max_size=12),
)
#: Minutes after the start.
moments = st.integers(1, 3 * 24 * 60 // STEP).map(lambda number: number * STEP)
pairs = st.lists(moments, max_size=6).map(sorted)


def _rests(start: int, pair: Sequence[int]) -> list[tuple[int, int | None]]:
    """Rests from pairs of minutes after the start; the last one may stay open."""
    instants = [start + number * MINUTE for number in pair]
    ends = [*instants[1::2], None][: (len(instants) + 1) // 2]
    found = list(zip(instants[::2], ends, strict=True))
    return [(begin, end) for begin, end in found if end is None or begin < end]


def _with(calendar: WorkCalendar, target: int) -> Rules:
    return rules((0, {Kind.RESOLUTION: Target(target)}), history=always(OpenHours(calendar)))


def _facts(start: int, rests: Sequence[tuple[int, int | None]]) -> list[Fact]:
    return [created(start), *(fact for begin, end in rests for fact in rest(begin, end))]


@few
@given(
    st.sampled_from(["Asia/Urumqi", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"]),
    calendars,
    # both changes of the clocks in Berlin and New York
    st.sampled_from([date(2026, 3, 7), date(2026, 3, 28), date(2026, 10, 24), date(2026, 10, 31)]),
    st.integers(0, 24 * 60),
    lengths,
)
def test_any_zone_is_counted_like_its_clock_on_the_wall(
    zone: str, calendar: WorkCalendar, day: date, begun: int, need: int
) -> None:
    """Every minute is looked at: what the wall does not show is not worked, what it shows twice is
    worked twice."""
    place = ZoneInfo(zone)
    hours = OpenHours(replace(calendar, zone=place))
    begin = int(datetime.combine(day, time(), tzinfo=place).timestamp()) + begun * MINUTE
    worked = [works(hours.calendar, begin + n * MINUTE, place) for n in range(9 * 24 * 60)]
    assert hours.worked(begin, begin + len(worked) * MINUTE) == sum(worked) * MINUTE
    counted = list(accumulate(worked))
    reached = next((n + 1 for n, sum_ in enumerate(counted) if sum_ * MINUTE >= need), None)
    assume(reached is not None)
    assert hours.reach(begin, need) == begin + reached * MINUTE


@few
@given(calendars, minutes, lengths, lengths, lengths)
def test_time_used_is_monotone_and_additive(
    calendar: WorkCalendar, begin: int, first: int, second: int, need: int
) -> None:
    hours = OpenHours(calendar)
    middle, end = begin + first, begin + first + second
    assert hours.worked(begin, middle) + hours.worked(middle, end) == hours.worked(begin, end)
    assert 0 <= hours.worked(begin, middle) <= middle - begin
    assert sum(b - a for a, b in hours.spans(begin, end)) == hours.worked(begin, end)
    reached, beyond = hours.reach(begin, need), hours.beyond(begin, need)
    assume(reached is not None and beyond is not None)
    assert hours.worked(begin, reached) == need == hours.worked(begin, beyond)
    assert hours.worked(reached, beyond) == 0
    assert hours.worked(begin, beyond + 1) == need + 1
    assert hours.worked(begin, reached - 1) == need - 1


@few
@given(calendars, minutes, lengths, pairs)
def test_two_implementations_agree(
    calendar: WorkCalendar, start: int, target: int, pair: Sequence[int]
) -> None:
    rests = _rests(start, pair)
    facts = _facts(start, rests)
    clock = only(facts, _with(calendar, target), facts[-1].at)
    due, breach, _used = walk(start, rests, [(0, target, calendar)])
    if breach is not None or (clock.breach_at or 0) < start + 9 * DAY:
        assert (clock.due_at, clock.breach_at) == (due, breach)


@few
@given(calendars, calendars, minutes, lengths, st.data())
def test_every_instant_is_judged_by_its_own_rules(
    first: WorkCalendar, second: WorkCalendar, start: int, target: int, data: st.DataObject
) -> None:
    """Promise and calendar are steps of time; a walk by minutes finds the same breach."""
    changed = data.draw(moments) * MINUTE + start
    switched = data.draw(moments) * MINUTE + start
    later = data.draw(lengths)
    pair = data.draw(pairs)
    books = [
        Book(1, 0, (policy({Kind.RESOLUTION: Target(target)}),)),
        Book(2, changed, (policy({Kind.RESOLUTION: Target(later)}),), also_running=True),
    ]
    versions: list[tuple[int, Hours]] = [(0, OpenHours(first)), (switched, OpenHours(second))]
    rests = _rests(start, pair)
    given_rules = rules(*books, history=History(versions))
    now = start + 9 * DAY
    clock = only(_facts(start, rests), given_rules, now)
    steps = [
        (0, target, first),
        *sorted(
            (
                instant,
                later if instant >= changed else target,
                second if instant >= switched else first,
            )
            for instant in {changed, switched}
        ),
    ]
    due, breach, _used = walk(start, rests, steps)
    if breach is not None or (clock.breach_at or 0) < now:
        assert (clock.breach_at, clock.due_at) == (breach, due)
        assert (clock.state == "breached") == (breach is not None)


@few
@given(calendars, calendars, minutes, lengths, lengths, st.data())
def test_a_promise_with_its_own_hours_is_judged_by_them(
    usual: WorkCalendar, own: WorkCalendar, start: int, first: int, second: int, data: st.DataObject
) -> None:
    """The priority steps from a promise by the policy's hours to one by others, and maybe back."""
    urgent = start + data.draw(moments) * MINUTE
    back = urgent + data.draw(moments) * MINUTE
    rests = _rests(start, data.draw(pairs))
    marks = (data.draw(st.integers(1, 49)), data.draw(st.integers(50, 99)))
    targets = {
        (ANY, Kind.RESOLUTION): Target(first),
        ("urgent", Kind.RESOLUTION): Target(second, marks, "own"),
    }
    book = Book(1, 0, (Policy(1, targets, calendar="company"),))
    given_rules = rules(book, history=always(OpenHours(usual)), own=always(OpenHours(own)))
    raised = [
        Fact(start, What.ATTRIBUTES, attributes={"priority": ["normal"]}),
        Fact(urgent, What.ATTRIBUTES, attributes={"priority": ["urgent"]}),
        Fact(back, What.ATTRIBUTES, attributes={"priority": ["normal"]}),
    ]
    facts = sorted([*_facts(start, rests), *raised], key=lambda fact: fact.at)
    now = start + 9 * DAY
    clock = only(facts, given_rules, now)
    due, breach, _used = walk(
        start, rests, [(0, first, usual), (urgent, second, own), (back, first, usual)]
    )
    if breach is not None or (clock.breach_at or 0) < now:
        assert (clock.breach_at, clock.due_at) == (breach, due)
        assert (clock.state == "breached") == (breach is not None)
    # before the priority falls again, the warnings are those of the urgent promise
    before = only([fact for fact in facts if fact.at < back], given_rules, now)
    if before.breach_at is None or before.breach_at >= urgent:
        assert {mark for mark, _at in before.marks if mark < 100} <= {*marks}


@few
@given(calendars, minutes, lengths)
def test_the_time_used_when_due_is_the_promise(
    calendar: WorkCalendar, start: int, target: int
) -> None:
    clock = only([created(start)], _with(calendar, target), start)
    assume(clock.due_at is not None)
    stopped = [created(start), became(clock.due_at, "resolved")]
    done = only(stopped, _with(calendar, target), clock.due_at)
    assert (done.elapsed, done.state) == (target, "met")
    if clock.breach_at is not None:
        edge = [created(start), became(clock.breach_at, "resolved")]
        assert only(edge, _with(calendar, target), clock.breach_at).state == "met"
        late = [created(start), became(clock.breach_at + 1, "resolved")]
        assert only(late, _with(calendar, target), clock.breach_at).state == "breached"


@few
@given(minutes, lengths, st.integers(0, 14 * 60), st.integers(0, 14 * 60))
def test_a_rest_in_closed_time_changes_nothing(
    start: int, target: int, first: int, second: int
) -> None:
    """Nobody works in this night; a rest in it is none."""
    night = at("03-05 18:00")
    begin, end = sorted((night + first * MINUTE, night + second * MINUTE))
    assume(start < begin and end <= at("03-06 09:00"))
    given_rules, now = _with(china(), target), at("03-12 09:00")
    plain = only([created(start)], given_rules, now)
    rested = only([created(start), *rest(begin, end)], given_rules, now)
    assert rested == plain


@few
@given(minutes, lengths, pairs, st.integers(1, 600))
def test_splitting_a_rest_changes_nothing(
    start: int, target: int, pair: Sequence[int], cut: int
) -> None:
    rests = [(begin, end) for begin, end in _rests(start, pair) if end is not None]
    assume(rests and rests[0][0] + cut * MINUTE < rests[0][1])
    middle = rests[0][0] + cut * MINUTE
    split = [(rests[0][0], middle), (middle, rests[0][1]), *rests[1:]]
    given_rules, now = _with(china(), target), at("03-20 09:00")
    assert only(_facts(start, rests), given_rules, now) == only(
        _facts(start, split), given_rules, now
    )


@few
@given(calendars, days, minutes, lengths)
def test_a_holiday_is_never_sooner_and_a_workday_never_later(
    calendar: WorkCalendar, day: date, start: int, target: int
) -> None:
    def due(kind: tuple[tuple[int, int], ...]) -> int:
        special = {**calendar.special, day: SpecialDay(kind)}
        clock = only([created(start)], _with(replace(calendar, special=special), target), start)
        assume(clock.due_at is not None)
        return clock.due_at or 0

    plain = only([created(start)], _with(calendar, target), start)
    assume(plain.due_at is not None)
    assert due(()) >= plain.due_at >= due(((0, 1440),))


@few
@given(calendars, minutes, lengths, pairs)
def test_thresholds_come_in_their_order(
    calendar: WorkCalendar, start: int, target: int, pair: Sequence[int]
) -> None:
    facts = _facts(start, _rests(start, pair))
    clock = only(facts, _with(calendar, target), facts[-1].at)
    marks = dict(clock.marks)
    order = [marks.get(50), marks.get(80), clock.due_at, clock.breach_at]
    known = [each for each in order if each is not None]
    assert known == sorted(known)
    assert known == order[: len(known)]


# --- histories ---------------------------------------------------------------------------------
ALL = {kind: Target(4 * HOUR) for kind in Kind}
ACTIONS = st.sampled_from(
    ["contact", "customer", "own", "give", "return", "wait", "open", "resolve", "close", "cancel"]
)
histories = st.lists(st.tuples(st.integers(0, 1500), ACTIONS), max_size=14)


def _history(start: int, actions: Sequence[tuple[int, str]]) -> list[Fact]:
    """Any sequence of events; the machine of states is not asked here."""
    facts, when = [created(start, attributes={"priority": ["normal"]})], start
    kinds = {
        "contact": {"what": What.CONTACT, "by_owner": True},
        "customer": {"what": What.CUSTOMER},
        "own": {"what": What.OWNER, "owner": 1},
        "give": {"what": What.OWNER, "owner": 2, "by_other": True},
        "return": {"what": What.OWNER},
    }
    for gap, action in actions:
        when += gap * MINUTE
        if action in kinds:
            facts.append(Fact(when, **kinds[action]))
        elif action == "wait":
            facts.append(became(when, "waiting_customer", Kind.RESOLUTION))
        else:
            name = {"resolve": "resolved", "close": "closed", "cancel": "cancelled"}.get(action)
            facts.append(became(when, name or action))
    return facts


@few
@given(minutes, histories, st.integers(1, 3000))
def test_a_clock_that_is_over_never_moves(
    start: int, actions: Sequence[tuple[int, str]], gap: int
) -> None:
    """Neither by a later edit of the calendar, nor of a policy, nor by what happens later.

    Later: rules of the very moment in which a clock ends are in force at that instant."""
    facts = _history(start, actions)
    now = facts[-1].at + gap * MINUTE
    holiday = {date(2026, 2, 1) + timedelta(days=number): SpecialDay() for number in range(60)}
    edited = OpenHours(china(special=holiday, version=2))
    history = History([(0, OpenHours(china())), (now, edited)])
    strict = Book(2, now, (policy({kind: Target(MINUTE) for kind in Kind}),), also_running=True)
    before = compute(facts, rules((0, ALL)), now)
    after = compute(facts, rules((0, ALL), strict, history=history), now + 30 * DAY)
    assert [clock for clock in before if clock.stopped_at is not None] == [
        clock for clock in after if clock.stopped_at is not None
    ]


@few
@given(minutes, histories, st.data())
def test_step_by_step_is_as_from_scratch(
    start: int, actions: Sequence[tuple[int, str]], data: st.DataObject
) -> None:
    """A clock that was over after some events is the same after all of them."""
    facts = _history(start, actions)
    some = facts[: data.draw(st.integers(1, len(facts)))]
    given_rules = rules((0, ALL))
    now = facts[-1].at + DAY
    whole = {(clock.kind, clock.cycle): clock for clock in compute(facts, given_rules, now)}
    for clock in compute(some, given_rules, some[-1].at):
        later = whole[clock.kind, clock.cycle]
        assert later.started_at == clock.started_at
        if clock.stopped_at is not None:
            assert later == clock


@few
@given(minutes, histories, st.integers(1, 9000), st.integers(1, 900))
def test_unmerging_restores_the_clocks(
    start: int, actions: Sequence[tuple[int, str]], merged: int, gap: int
) -> None:
    facts = _history(start, actions)
    kind = [fact.type for fact in facts if fact.type][-1]
    pauses = [fact.pauses for fact in facts if fact.type][-1]
    assume(kind in ("new", "open", "waiting_customer"))
    begin = facts[-1].at + merged * MINUTE
    merge = [*facts, became(begin, "merged")]
    restored = [*merge, became(begin + gap * MINUTE, kind, *pauses)]
    given_rules, now = rules((0, ALL)), begin + 5 * DAY
    while_merged = compute(merge, given_rules, now)
    assert {clock.state for clock in while_merged} <= {"met", "breached", "cancelled"}
    assert compute(restored, given_rules, now) == compute(facts, given_rules, now)


def test_there_is_one_clock_of_a_kind_and_cycle() -> None:
    facts = _history(BEGIN, [(10, "give"), (10, "return"), (10, "give"), (10, "resolve")])
    found = compute(facts, promise(Kind.ASSIGNMENT, HOUR), BEGIN + DAY)
    assert [(clock.cycle, clock.state) for clock in found] == [(1, "met"), (2, "met")]
    assert clocks(facts, promise(Kind.LEGAL, HOUR), BEGIN + DAY, Kind.LEGAL)[0].state == "met"
