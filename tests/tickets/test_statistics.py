"""Statistics, wall and panels: every figure equals the rows behind its link, for every role."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from itertools import product
from random import Random
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import time_machine
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localdate
from openpyxl import load_workbook

from crm.audit.models import Event
from crm.core import clock, context
from crm.web.listing import Listing
from crm.workbench.looks import look_of
from crm.workbench.panels import PANELS
from tests.factories.company import Company
from tests.factories.tickets import (
    assign_ticket,
    make_group,
    make_node,
    make_ticket,
    make_ticket_in,
    solve,
    type_of,
)
from tests.kit.plans import make_crowd, prefer_indexes
from tests.kit.queries import check_budget, count_queries
from tickets.choices import EventKind, Phase, Priority
from tickets.lists import TICKETS
from tickets.models import HeldTime, SlaClock, Ticket, TicketEvent
from tickets.services.assigning import loads
from tickets.services.conversing import receive, reply
from tickets.services.moving import transition
from tickets.sla.models import ClockKind, ClockState
from tickets.sla.ticking import tick
from tickets.statistics.asking import Asked
from tickets.statistics.filters import STATES
from tickets.statistics.holding import turns
from tickets.statistics.models import Holder
from tickets.statistics.pages import tables_of
from tickets.statistics.promises import Kept, percentile
from tickets.statistics.tables import Table
from tickets.statistics.wall import wall

pytestmark = pytest.mark.usefixtures("promises")
Browsers = Callable[[str], Client]
ROLES = ("admin", "manager", "sales1", "sales2", "service_lead", "agent1", "auditor")
#: Wednesday 2026-03-04 10:00 in Shanghai; the company works 09:00-18:00.
START = datetime(2026, 3, 4, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def watch() -> Iterator[Any]:
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


def rows_of(user: Any, query: str) -> list[Ticket]:
    """The rows of the list that a link opens; its filters must all be known and valid."""
    listing = Listing(TICKETS, user, QueryDict(query))
    assert listing.filterset.form.is_valid(), query
    known = {"scene", "sort", *listing.filterset.filters}
    names = {name.removesuffix("_after").removesuffix("_before") for name in parse_qs(query)}
    assert names <= known, query
    return list(listing.queryset)


def tables(user: Any, **query: Any) -> dict[str, Table]:
    asked = Asked(user, QueryDict(urlencode(query)))
    return {table.by: table for table in tables_of(asked)}


def scatter(company: Company, watch: Any) -> None:
    """Tickets of several owners, groups, kinds, ages, phases and speeds of answering."""
    random, admin = Random(3), company.admin
    owners = [company["agent1"], company["service_lead"], company["sales1"], company.stranger()]
    group = make_group(company, owners[:2], name="电话组")
    root = make_node(company, "售后")
    nodes = [root, make_node(company, "维修", parent=root), None]
    kinds = [type_of("support"), type_of("complaint"), type_of("enquiry")]
    phases = [*Phase.values, Phase.NEW, Phase.RESOLVED]
    for place, phase in enumerate(phases):
        watch.move_to(START - timedelta(days=random.choice((0, 1, 2, 6, 20, 45))))
        ticket = make_ticket(
            company, None, type_id=kinds[place % 3].pk, category=nodes[place % 3],
            group=group if place % 2 else None, priority=random.choice(Priority.values),
        )  # fmt: skip
        if phase == Phase.NEW and place > 3:
            continue
        watch.shift(random.choice((timedelta(minutes=5), HOUR * 3, HOUR * 30)))
        assign_ticket(ticket, owners[place % 4], by=admin)
        watch.shift(random.choice((timedelta(minutes=9), HOUR * 2)))
        bring(company, ticket, phase, watch)
    watch.move_to(START)
    tick()


def bring(company: Company, ticket: Ticket, phase: str, watch: Any) -> None:
    """The ticket answered and brought into a phase."""
    admin = company.admin
    if phase in (Phase.NEW, Phase.CANCELLED):
        if phase != Phase.NEW:
            transition(ticket, phase, by=admin, reason="重复来电")
        return
    transition(ticket, Phase.OPEN, by=admin)
    reply(ticket, "请提供截图。", by=admin)
    watch.shift(HOUR)
    if phase == Phase.WAITING_CUSTOMER:
        transition(ticket, phase, by=admin)
    elif phase == Phase.WAITING_THIRD:
        transition(ticket, phase, by=admin, reason="等备件")
    elif phase == Phase.SCHEDULED:
        transition(ticket, phase, by=admin, reason="明天", wake_at=clock.now() + 40 * HOUR)
    elif phase == Phase.MERGED:
        transition(ticket, phase, by=admin, merged_into=make_ticket(company))
    elif phase in (Phase.RESOLVED, Phase.CLOSED):
        solve(company, ticket)
        if phase == Phase.CLOSED:
            watch.shift(HOUR)
            transition(ticket, phase, by=admin, confirmed=True)
            watch.shift(HOUR)
            transition(ticket, Phase.OPEN, by=admin)
            watch.shift(HOUR)
            solve(company, ticket)


def test_every_figure_opens_exactly_its_rows_for_every_role(company: Company, watch: Any) -> None:
    scatter(company, watch)
    more: tuple[dict[str, Any], ...] = (
        {}, {"period": "year", "owner": company["agent1"].pk},
        {"period": "year", "team": "own_and_reports"},
        {"period": "custom", "start": "2026-02-20", "end": "2026-03-03"},
    )  # fmt: skip
    checked = 0
    for actor in ROLES:
        user = company[actor]
        for query in ({"period": "year"}, *(more if actor == "service_lead" else ())):
            asked = Asked(user, QueryDict(urlencode(query)))
            whole = asked.rows.count()
            found = {table.by: table for table in tables_of(asked)}
            for by in ("type", "source", "status", "group", "department", "owner"):
                assert sum(line.cells[0].value for line in found[by].lines) == whole
            checked += sum(check_table(user, table) for table in found.values())
    assert checked > 400


def check_table(user: Any, table: Table) -> int:
    """Every figure of a table; returns how many there are."""
    cells = [cell for line in table.lines for cell in line.cells]
    assert len(cells) == len(table.lines) * len(table.columns)
    linked = [cell for cell in cells if cell.query]
    with context.working_as("web"):  # as people open the lists
        for cell in linked:
            check_cell(user, table, cell)
    return len(linked)


def check_cell(user: Any, table: Table, cell: Any) -> None:
    """The number of the cell is that of the rows, or of their clocks."""
    rows = rows_of(user, cell.query)
    code = parse_qs(cell.query).get("clock")
    if code is None:
        assert len(rows) == cell.value, (table.by, cell)
        return
    kind, state, cycles = code[0].split(".")
    clocks = SlaClock.objects.filter(STATES[state], ticket__in=rows, kind=kind)
    if cycles == "first":
        clocks = clocks.filter(cycle=1)
        assert clocks.count() == len(rows)
    shown = clocks.count()
    if cell.text.startswith(f"{shown:,}") or cell.text.endswith(f"(n={shown:,})"):
        return
    raise AssertionError((table.by, cell, shown))


def test_departments_are_those_of_the_handlers(company: Company) -> None:
    """S02-08: by type, status, handler, department, period."""
    people = (company["agent1"], company["sales1"], company["sales2"], None)
    for place, owner in enumerate(people):
        for _number in range(place + 1):
            make_ticket(company, owner)
    lines = {line.label: line.cells for line in tables(company.admin)["department"].lines}
    wanted: Counter[str] = Counter()
    for place, owner in enumerate(people):
        wanted[owner.department_name if owner else "未设置"] += place + 1
    assert {label: cells[0].value for label, cells in lines.items()} == wanted
    assert len(wanted) >= 3
    held = rows_of(company.admin, lines[company["sales2"].department_name][0].query)
    assert {ticket.owner for ticket in held} == {company["sales2"]}
    assert {ticket.owner for ticket in rows_of(company.admin, lines["未设置"][0].query)} == {None}


def test_promises_and_percentiles_are_those_of_the_clocks(company: Company, watch: Any) -> None:
    agent = company["agent1"]
    fast, slow, void = (make_ticket(company, agent) for _place in range(3))
    watch.shift(timedelta(minutes=10))
    reply(fast, "马上处理。", by=agent)
    watch.shift(HOUR * 30)
    reply(slow, "已安排。", by=agent)
    reply(void, "已安排。", by=agent)
    transition(void, Phase.CANCELLED, by=company.admin, reason="误报")
    found = tables(company.admin)
    lines = {line.label: line.cells for line in found["sla"].lines}
    label = next(label for label in lines if "first_response.judged.first" in
                 lines[label][1].query)  # fmt: skip
    assert [cell.value for cell in lines[label][:4]] == [50.0, 2, 1, 1]
    took = next(
        line.cells for line in found["durations"].lines
        if "first_response.stopped.first" in line.cells[0].query
    )  # fmt: skip
    assert took[0].value == 2
    # 10 minutes at once; Wednesday 10:00 to Thursday 16:10, 14 h 10 min or so of working time
    assert (took[1].value, took[3].value) == (0.17, 0.17)
    assert took[4].value == 30.17
    assert took[2].value < took[4].value
    clocks = SlaClock.objects.filter(kind="first_response", state=ClockState.BREACHED)
    assert clocks.filter(ticket=slow).exists()


@pytest.mark.parametrize(
    ("values", "part", "wanted"),
    [([1], 50, 1), ([1, 2], 50, 1), ([1, 2, 3], 50, 2), (range(1, 11), 90, 9),
     ([5] * 9 + [100], 90, 5), ([5] * 9 + [100], 91, 100)],
)  # fmt: skip
def test_a_percentile_is_the_nearest_rank(values: Any, part: int, wanted: int) -> None:
    assert percentile(Counter(values), part) == wanted


def event(minute: int, **after: Any) -> TicketEvent:
    return TicketEvent(at=START + timedelta(minutes=minute), kind=EventKind.PHASE, after=after)


def test_turns_follow_phase_owner_and_group() -> None:
    found = turns(
        [
            event(0, phase="new", owner=None, group=None),
            event(2, group=7),
            event(5, owner=3),
            event(9, phase="waiting_customer"),
            event(20, phase="open"),
            event(30, phase="resolved"),
            event(90, phase="open"),
            event(91, owner=4),
            event(95, phase="resolved"),
        ]
    )
    spans = [(held, (end - begin) // 60) for held, begin, end in found]
    assert spans == [
        ((Holder.NOBODY, 0), 2), ((Holder.GROUP, 7), 3), ((Holder.PERSON, 3), 4),
        ((Holder.CUSTOMER, 0), 11), ((Holder.PERSON, 3), 10), ((Holder.PERSON, 3), 1),
        ((Holder.PERSON, 4), 4),
    ]  # fmt: skip


def test_a_solved_ticket_says_who_had_it(company: Company, watch: Any) -> None:
    agent, lead = company["agent1"], company["service_lead"]
    ticket = make_ticket(company)
    watch.shift(HOUR)
    assign_ticket(ticket, lead, by=lead)
    transition(ticket, Phase.OPEN, by=lead)
    reply(ticket, "请问型号？", by=lead)
    watch.shift(HOUR)
    transition(ticket, Phase.WAITING_CUSTOMER, by=lead)
    watch.shift(HOUR * 24)
    receive(ticket, "HK-200", via="portal", contact=None)
    ticket.refresh_from_db()
    assign_ticket(ticket, agent, by=lead)
    watch.shift(HOUR * 2)
    assert not HeldTime.objects.exists()
    solve(company, ticket)
    wall_time = {(row.holder, row.key): row.wall for row in HeldTime.objects.all()}
    assert wall_time == {
        (Holder.NOBODY, 0): 3600, (Holder.PERSON, lead.pk): 3600,
        (Holder.CUSTOMER, 0): 24 * 3600, (Holder.PERSON, agent.pk): 7200,
    }  # fmt: skip
    waited = HeldTime.objects.get(holder=Holder.CUSTOMER)
    assert 0 < waited.business < waited.wall
    cells = {line.label: line.cells for line in tables(company.admin)["held"].lines}
    assert cells[agent.display_name][3].value == 2.0
    assert sum(line[2].value for line in cells.values()) == pytest.approx(100, abs=0.3)


def test_the_statistics_cost_the_same_whatever_their_number(
    company: Company, watch: Any, browser_of: Browsers
) -> None:
    url = reverse("tickets:statistics")
    client = browser_of("service_lead")
    client.get(url)
    make_ticket(company, company["agent1"])
    few = count_queries(lambda: client.get(url, {"period": "year"}))
    scatter(company, watch)
    client.get(url)  # groups and categories are read anew once
    many = count_queries(lambda: client.get(url, {"period": "year"}))
    assert many <= few + 1  # the names of holders
    check_budget("tickets:statistics", many, most=30)
    check_budget("tickets:wall", count_queries(lambda: client.get(reverse("tickets:wall"))),
                 most=20)  # fmt: skip


def test_the_workbook_has_every_figure_and_is_logged(
    company: Company, watch: Any, browser_of: Browsers
) -> None:
    scatter(company, watch)
    url, query = reverse("tickets:statistics"), {"query": "period=year"}
    answer = browser_of("service_lead").post(url, query)
    book = load_workbook(iter_file(answer))
    found = list(tables(company["service_lead"], period="year").values())
    assert book.sheetnames[1:] == [table.title for table in found]
    for table in found:
        heading, *rows = book[table.title].iter_rows(values_only=True)
        assert heading[0] == table.title
        assert [row[0].strip("\u3000") for row in rows] == [line.label for line in table.lines]
        for row, line in zip(rows, table.lines, strict=True):
            stored = [(cell.value, *(() if cell.n is None else (cell.n,))) for cell in line.cells]
            assert row[1:] == tuple(value for values in stored for value in values)
    cover = dict(book.worksheets[0].iter_rows(values_only=True))
    assert company["service_lead"].display_name in cover.values()
    assert any("2026-01-01 ~ 2026-12-31" in words for words in cover.values())
    assert all(cover[table.title] == table.note for table in found if table.note)
    by_owner = next(table for table in found if table.by == "owner")
    heading = next(book[by_owner.title].iter_rows(values_only=True))
    for name, place in zip(Kept.labels(), (-4, -2), strict=True):
        assert heading[place].startswith(name)
    assert heading[-4].rstrip("）)").endswith("%")
    assert [name.endswith("n") for name in heading[-4:]] == [False, True, False, True]
    assert Event.objects.filter(code="tickets.statistics.exported").count() == 1
    assert browser_of("agent1").post(url, query).status_code == 403
    assert Event.objects.filter(code="tickets.statistics.exported").count() == 1


def iter_file(answer: Any) -> Any:
    """The file of an answer."""
    return BytesIO(b"".join(answer.streaming_content))


def test_the_page_says_what_is_wrong_with_a_period(browser_of: Browsers) -> None:
    url = reverse("tickets:statistics")
    client = browser_of("service_lead")
    for query in (
        {"period": "custom"},
        {"period": "custom", "start": "2026-05-02", "end": "2026-05-01"},
        {"period": "custom", "start": "1990-01-01", "end": "2026-05-01"},
    ):
        assert 'role="alert"' in client.get(url, query).content.decode()
    for query in ({"period": "nonsense"}, {"owner": "x", "group": "y", "team": "z"}):
        assert client.get(url, query).status_code == 200
    assert client.get(url, {"print": "1"}).content.decode().count("sheet-page") > 0


def test_the_wall_opens_its_rows_and_is_for_supervisors(
    company: Company, watch: Any, browser_of: Browsers
) -> None:
    scatter(company, watch)
    make_ticket(company, priority=Priority.HIGH)
    watch.shift(HOUR * 5)
    tick()
    lead = company["service_lead"]
    found = wall(lead)
    for figure in found["figures"]:
        assert len(rows_of(lead, figure.query)) == figure.value, figure
    values = {figure.name: figure.value for figure in found["figures"]}
    assert values["urgent"] >= 1
    assert values["broken"] >= 1
    assert values["late"] >= 1
    for desk in found["desks"]:
        assert len(rows_of(lead, desk.query)) == desk.total
        assert len(rows_of(lead, desk.late_query)) == desk.late
        assert len(rows_of(lead, desk.new_query)) == desk.phases["new"]
        assert len(rows_of(lead, desk.waiting_query)) == desk.waiting
        assert desk.weight == loads([desk.person.pk]).get(desk.person.pk, 0)
    assert any(desk.weight > desk.total for desk in found["desks"])  # as assigning weighs them
    page = browser_of("service_lead").get(reverse("tickets:wall")).content.decode()
    for desk in found["desks"]:  # beside the bar stands what the bar shows, not another number
        assert f"{desk.weight} / {desk.capacity}</span>" in page
    assert {desk.person for desk in found["desks"]} >= {lead, company["agent1"]}
    for line in found["groups"]:
        for value, query, _level in line["cells"]:
            assert len(rows_of(lead, query)) == value
    assert found["broken"]
    url = reverse("tickets:wall")
    assert browser_of("agent1").get(url).status_code == 403
    part = browser_of("service_lead").get(url, headers={"HX-Request": "true",
                                                        "HX-Target": "ticket-wall"})  # fmt: skip
    assert b"<html" not in part.content
    assert b"data-figure" in part.content


def test_a_day_finds_the_tickets_whose_promises_it_broke(company: Company, watch: Any) -> None:
    scatter(company, watch)
    clocks = SlaClock.objects.filter(state=ClockState.BREACHED)
    broken = [(localdate(row.breach_at), row.kind, row.ticket_id) for row in clocks]
    days = {day for day, _kind, _ticket in broken}
    assert len(days) > 1
    assert len({kind for _day, kind, _ticket in broken}) > 1
    for reader in (company.admin, company["sales1"]):
        seen = {ticket.pk for ticket in Ticket.objects.visible_to(reader).kept()}
        for kind, day in product(["", *ClockKind.values], days | {clock.today()}):
            value = f"{kind}.{day}" if kind else f"{day}"
            found = [row.pk for row in rows_of(reader, f"scene=all&broken={value}")]
            behind = {pk for on, of, pk in broken if on == day and kind in ("", of)}
            assert sorted(found) == sorted(seen & behind)


def test_the_promises_of_a_day_lead_to_their_tickets(company: Company) -> None:
    ticket = make_ticket(company)
    make_crowd(ticket, number="CROWD-{}".format)
    kept = {"state": ClockState.MET, "stopped_at": clock.now()}
    make_crowd(ticket.clocks.first(), cycle=lambda n: n + 2, **kept)
    rows = Listing(TICKETS, company.admin, QueryDict("scene=all&broken=2026-03-04")).queryset
    prefer_indexes()
    plan = rows.order_by().values_list("pk").explain()
    assert "ticket_clock_broken" in plan


def test_agents_begin_with_their_tickets(
    company: Company, watch: Any, browser_of: Browsers
) -> None:
    agent = company["agent1"]
    group = make_group(company, [agent])
    make_ticket(company, agent)
    make_ticket(company, group=group)
    asked = make_ticket_in(company, agent, Phase.OPEN)
    reply(asked, "请提供截图。", by=agent)
    make_ticket_in(company, agent, Phase.RESOLVED)
    make_ticket(company, company["service_lead"])
    watch.shift(HOUR * 5)
    look = look_of(agent, {})
    numbers = {}
    for name in ("tickets-near", "tickets-new", "tickets-unanswered"):
        context = PANELS[name].context_of(look)
        query = urlsplit(context["more_url"]).query
        assert len(rows_of(agent, query)) == int(context["count"]) == len(context["rows"]), name
        numbers[name] = int(context["count"])
        assert PANELS[name].shape(look)["body"]
        assert not PANELS[name].is_for(company["sales1"])
    assert numbers == {"tickets-near": 2, "tickets-new": 2, "tickets-unanswered": 1}
    page = browser_of("agent1").get(reverse("workbench:home")).content.decode()
    assert page.index("panel-tickets-near") < page.index("panel-todo")
