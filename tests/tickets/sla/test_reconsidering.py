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
from crm.dictionaries import statutory
from crm.dictionaries.calendar_services import Days, set_days, update_calendar
from crm.dictionaries.models import BusinessCalendar
from tests.factories.company import Company
from tests.factories.tickets import make_ticket, type_of
from tests.kit.html import row_ids
from tickets.models import SlaClock, Ticket
from tickets.services.conversing import reply
from tickets.sla.reconsidering import find
from tickets.sla.seeds import seed_policies
from tickets.sla.services import waive_clocks
from tickets.sla.ticking import tick

Browsers = Callable[[str], Client]
#: Wednesday 2026-03-04 10:00 in Shanghai; the company works 09:00-18:00.
START = datetime(2026, 3, 4, 2, tzinfo=UTC)
POWER_CUT = date(2026, 3, 4)


@pytest.fixture(scope="module", autouse=True)
def promises(built_company: Company, django_db_blocker: Any) -> None:
    """What a new installation has; gone with the company."""
    with django_db_blocker.unblock():
        statutory.seed()
        seed_policies()


def enter(company: Company, first: date, last: date | None = None) -> None:
    row = BusinessCalendar.objects.get(code="company")
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
    row = BusinessCalendar.objects.get(code="company")
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
