"""Days entered when they were over: what they would have kept is listed, and waived together."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from crm.audit.models import Event
from crm.core.errors import InvalidValue, NotAllowed
from crm.dictionaries.calendar import company_row
from crm.dictionaries.calendar_services import Days, set_days, update_calendar
from crm.jobs.models import Job
from crm.jobs.runner import run_in_process
from tests.factories.company import Company
from tests.factories.tickets import make_ticket, type_of
from tests.kit.html import row_ids
from tests.kit.plans import make_crowd, prefer_indexes
from tickets.models import SlaClock, Ticket
from tickets.services.conversing import reply
from tickets.sla import waiving
from tickets.sla.reconsidering import candidates, find
from tickets.sla.services import waive_clocks
from tickets.sla.ticking import tick

pytestmark = pytest.mark.usefixtures("promises")
Browsers = Callable[[str], Client]
#: Wednesday 2026-03-04 10:00 in Shanghai; the company works 09:00-18:00.
START = datetime(2026, 3, 4, 2, tzinfo=UTC)
POWER_CUT = date(2026, 3, 4)


def enter(company: Company, first: date, last: date | None = None) -> None:
    row = company_row()
    days = Days(first, last or first, "holiday", "停电", reason="当天忘记登记")
    set_days(row, days, actor=company.admin)


@pytest.fixture
def late(company: Company) -> Any:
    """A first answer on Thursday at 10:00, nine working hours late; on Friday it is entered that
    nobody worked on Wednesday. One more ticket is late by Thursday alone."""
    with time_machine.travel(START, tick=False) as traveller:
        agent = company["agent1"]
        mine, other = make_ticket(company, agent), make_ticket(company, agent)
        make_ticket(company, agent, type_id=type_of("complaint").pk)  # day and night
        traveller.shift(timedelta(hours=24))
        reply(mine, "已经恢复。", by=agent)
        traveller.shift(timedelta(hours=7))
        reply(other, "已经恢复。", by=agent)
        traveller.move_to(START + timedelta(days=2))
        tick()
        yield mine, other


def first_answer(ticket: Ticket) -> SlaClock:
    return SlaClock.objects.get(ticket=ticket, kind="first_response")


def test_what_would_have_been_kept_is_listed(
    company: Company, late: tuple[Ticket, Ticket], browser_of: Browsers
) -> None:
    mine, other = late
    lead = company["service_lead"]
    assert find(lead).days == []
    enter(company, POWER_CUT)
    found = find(lead)
    assert found.days == [(POWER_CUT, POWER_CUT)]
    verdicts = {each.clock.pk: each for each in found.verdicts}
    assert first_answer(mine).state == first_answer(other).state == "breached"
    assert first_answer(other).pk not in verdicts
    assert verdicts[first_answer(mine).pk].used == 3600
    assert verdicts[first_answer(mine).pk].clock.elapsed == 9 * 3600
    assert {each.clock.ticket_id for each in found.verdicts} <= {mine.pk, other.pk}
    url = reverse("tickets:clocks_reconsider")
    page = browser_of("service_lead").get(url)
    assert first_answer(mine).pk in row_ids(page)
    assert first_answer(other).pk not in row_ids(page)
    assert browser_of("agent1").get(url).status_code == 403
    assert browser_of("auditor").get(url).status_code == 200
    assert 'name="clock"' not in browser_of("auditor").get(url).content.decode()
    assert browser_of("auditor").post(url, {"reason": "停电"}).status_code == 403
    assert url in browser_of("service_lead").get(reverse("tickets:wall")).content.decode()


def test_the_chosen_ones_are_waived_for_a_reason(
    company: Company, late: tuple[Ticket, Ticket], browser_of: Browsers
) -> None:
    mine, other = late
    enter(company, POWER_CUT)
    url, lead = reverse("tickets:clocks_reconsider"), browser_of("service_lead")
    keys = [first_answer(mine).pk, first_answer(other).pk]
    for values in ({"clock": keys}, {"clock": keys, "reason": " "}, {"reason": "停电"}):
        assert lead.post(url, values).status_code == 422
    assert not Event.objects.filter(code="tickets.clock.waived").exists()
    assert lead.post(url, {"clock": keys, "reason": "停电"}).status_code == 302
    assert first_answer(mine).state == "waived"
    assert first_answer(other).state == "breached"  # was not on the list
    event = Event.objects.get(code="tickets.clock.waived")
    assert (event.subject_id, event.note) == (mine.pk, "停电")
    assert first_answer(mine).pk not in row_ids(lead.get(url))


def test_waiving_several_writes_all_or_nothing(
    company: Company, late: tuple[Ticket, Ticket]
) -> None:
    clocks = [first_answer(each) for each in late]
    with pytest.raises(NotAllowed):
        waive_clocks(clocks, reason="停电", actor=company["agent1"])
    with pytest.raises(InvalidValue):
        waive_clocks(clocks, reason=" ", actor=company["service_lead"])
    assert {first_answer(each).state for each in late} == {"breached"}
    assert waive_clocks(clocks[:1], reason="停电", actor=company["service_lead"]) == 1
    # a colleague was faster with the first
    assert waive_clocks(clocks, reason="停电", actor=company["service_lead"]) == 1
    assert Event.objects.filter(code="tickets.clock.waived").count() == 2


def test_days_known_in_time_and_other_hours_list_nothing(
    company: Company, late: tuple[Ticket, Ticket]
) -> None:
    row = company_row()
    week = dict.fromkeys(range(5), ((600, 1080),)) | {5: (), 6: ()}
    update_calendar(row, changes={}, week=week, actor=company.admin)
    enter(company, date(2026, 3, 6), date(2026, 3, 9))
    assert find(company["service_lead"]).days == []


def test_whoever_enters_a_day_that_is_over_is_led_there(
    company: Company, late: tuple[Ticket, Ticket], browser_of: Browsers
) -> None:
    admin, target = browser_of("admin"), reverse("tickets:clocks_reconsider")
    for name in ("admin:tickets_slapolicy_calendar", "admin:dictionaries_calendarexception_add"):
        values = {"date": "2026-03-04", "kind": "holiday", "name": "停电", "reason": "漏记"}
        assert admin.post(reverse(name), values).url == target
        ahead = values | {"date": "2026-03-09"}
        assert admin.post(reverse(name), ahead).url != target


def test_all_are_counted_then_waived_in_the_background(
    company: Company, late: tuple[Ticket, Ticket], browser_of: Browsers, monkeypatch: Any
) -> None:
    mine, other = late
    enter(company, POWER_CUT)
    monkeypatch.setattr(waiving, "STEP", 1)  # one promise at a time
    url, lead = reverse("tickets:clocks_reconsider"), browser_of("service_lead")
    expected = {each.clock.pk for each in find(company["service_lead"]).verdicts}
    assert lead.post(url, {"act": "count"}).status_code == 302
    job = run_in_process(Job.objects.get(kind="tickets.waive"))
    assert (job.state, job.counters) == ("checked", {"found": len(expected)})
    assert job.done == job.total > len(expected)
    assert not Event.objects.filter(code="tickets.clock.waived").exists()
    place = lead.get(job.get_absolute_url()).url
    assert place == f"{url}?job={job.pk}"
    page = lead.get(place)
    assert (page.context["number"], page.context["looked"]) == (f"{len(expected)}", f"{job.total}")
    assert lead.post(place, {"reason": " "}).status_code == 422
    assert lead.post(place, {"reason": "停电"}).status_code == 302
    job = run_in_process(Job.objects.get(pk=job.pk))
    assert (job.state, job.counters) == ("done", {"done": len(expected)})
    waived = SlaClock.objects.filter(state="waived")
    assert {clock.pk for clock in waived} == expected
    assert {clock.waived_reason for clock in waived} == {"停电"}
    assert first_answer(other).state == "breached" and first_answer(mine).state == "waived"
    events = Event.objects.filter(code="tickets.clock.waived", actor=company["service_lead"])
    assert events.count() == len(expected)


def test_what_changes_after_the_count_is_not_waived(
    company: Company, late: tuple[Ticket, Ticket], browser_of: Browsers
) -> None:
    mine, _other = late
    enter(company, POWER_CUT)
    url, lead = reverse("tickets:clocks_reconsider"), browser_of("service_lead")
    lead.post(url, {"act": "count"})
    job = run_in_process(Job.objects.get(kind="tickets.waive"))
    for login in ("agent1", "auditor", "admin"):  # the count is nobody else's
        answer = browser_of(login).post(f"{url}?job={job.pk}", {"reason": "停电"})
        assert answer.status_code in (403, 422)
    assert browser_of("auditor").post(url, {"act": "count"}).status_code == 403
    enter(company, date(2026, 3, 5))
    assert lead.post(f"{url}?job={job.pk}", {"reason": "停电"}).status_code == 302
    job = run_in_process(Job.objects.get(pk=job.pk))
    assert job.state == "failed" and job.message
    assert first_answer(mine).state == "breached"
    assert not Event.objects.filter(code="tickets.clock.waived").exists()


def test_the_first_page_walks_an_index_from_the_last_day(
    company: Company, late: tuple[Ticket, Ticket]
) -> None:
    enter(company, POWER_CUT)
    reader = company["service_lead"]
    whole = [each.clock.pk for each in find(reader).verdicts]
    make_crowd(first_answer(late[0]), cycle=lambda n: n + 2)
    rows = candidates(reader)
    prefer_indexes(bitmaps=False, sorts=False)
    plan = rows.order_by("-started_at", "-pk")[:200].explain()
    assert "ticket_clock_reconsider" in plan
    assert "TEMP B-TREE" not in plan and "Sort" not in plan
    paged, after = [], "-"
    while after:
        found = find(reader, after=after, most=2)
        paged, after = [*paged, *(each.clock.pk for each in found.verdicts)], found.after
    assert paged == whole and len(whole) > 1
