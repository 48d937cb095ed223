"""Reminders of leads: the first contact two hours before its end, the next contact, the ladder."""

from datetime import timedelta
from typing import Any

import time_machine
from django.http import QueryDict

from crm.core import clock
from crm.notifications.models import Notification
from crm.pool.services.claiming import release
from crm.reminders import running
from crm.reminders.models import Reminder
from crm.web.listing import Listing
from leads import catching_up, lists
from leads.choices import LeadState
from leads.models import Lead
from leads.services.changing import abandon_lead, assign_lead, update_lead
from tests.factories.company import Company
from tests.factories.customers import make_follow_up
from tests.factories.leads import make_lead, reason
from tests.reminders.conftest import at
from tests.reminders.test_reminders import run_at


def planned(lead: Lead, rule: str = "lead_first_contact") -> list[str]:
    """Who is to be reminded."""
    rows = Reminder.objects.on(Lead, [lead.pk]).filter(rule=rule).open()
    return list(rows.values_list("recipient__username", flat=True))


def test_the_owner_is_reminded_until_somebody_has_talked_to_the_lead(company: Company) -> None:
    lead = make_lead(company, company["sales1"])
    assert planned(lead) == ["sales1", "sales1"]
    due = lead.first_contact_due_at
    rows = Reminder.objects.on(Lead, [lead.pk]).order_by("due_at")
    assert [row.due_at for row in rows] == [due - timedelta(hours=2), due]
    assign_lead(lead, company["sales2"], actor=company.admin)
    assert planned(lead) == ["sales2", "sales2"]
    make_follow_up(lead, company["sales2"])
    lead.refresh_from_db()
    assert (lead.status, lead.first_contact_due_at) == (LeadState.FOLLOWING, None)
    assert planned(lead) == []


def test_in_the_pool_and_given_up_nobody_is_reminded(company: Company) -> None:
    for end in ("release", "abandon"):
        lead = make_lead(company, company["sales1"])
        tomorrow = clock.now() + timedelta(days=1)
        update_lead(lead, changes={"next_contact_at": tomorrow}, actor=company["sales1"])
        assert planned(lead, "next_contact") == ["sales1"]
        if end == "release":
            release(lead, note="不在负责范围", actor=company["sales1"])
        else:
            abandon_lead(lead, reason(), "没有预算", actor=company["sales1"])
        assert planned(lead) == planned(lead, "next_contact") == []


def test_an_overdue_lead_climbs_the_ladder(company: Company) -> None:
    monday = at(2026, 9, 7, 15)
    lead, given_up = (make_lead(company, company["sales1"]) for _place in range(2))
    Lead.objects.filter(pk__in=[lead.pk, given_up.pk]).update(next_contact_at=monday)
    given_up.refresh_from_db()
    abandon_lead(given_up, reason(), "号码有误", actor=company["sales1"])
    assert run_at(*(at(2026, 9, day, 9) for day in range(8, 16))) == 2
    found = list(Notification.objects.filter(kind="reminder_overdue_lead").order_by("pk"))
    assert [row.user.username for row in found] == ["sales1", "manager"]
    for row in found:
        listing = Listing(lists.LEADS, row.user, QueryDict(row.url.partition("?")[2]))
        assert [each.pk for each in listing.queryset] == [lead.pk]


def test_a_missed_first_contact_is_told_at_once_and_climbs_the_ladder(company: Company) -> None:
    with time_machine.travel(at(2026, 9, 6, 15), tick=False):
        lead, talked = (make_lead(company, company["sales1"]) for _place in range(2))
        make_follow_up(talked, company["sales1"])
    over = lead.first_contact_due_at
    assert over == at(2026, 9, 7, 15)
    kinds = ("reminder_lead_first_contact", "reminder_overdue_first_contact")
    first = [over - timedelta(hours=2), over - timedelta(minutes=1), over, over]
    days = [at(2026, 9, day, 9) for day in range(8, 16) for _twice in range(2)]
    for moment in [*first, *days]:
        with time_machine.travel(moment, tick=False):
            running.run_due(now=moment)  # PostgreSQL would ask its own clock
    found = list(Notification.objects.filter(kind__in=kinds).order_by("pk"))
    assert [(row.kind, row.user.username, row.created_at) for row in found] == [
        (kinds[0], "sales1", over - timedelta(hours=2)),
        (kinds[0], "sales1", over),
        (kinds[1], "sales1", at(2026, 9, 10, 9)),
        (kinds[1], "manager", at(2026, 9, 12, 9)),
    ]
    assert "首次联系已逾期" in found[1].title
    for row in found[2:]:
        listing = Listing(lists.LEADS, row.user, QueryDict(row.url.partition("?")[2]))
        assert [each.pk for each in listing.queryset] == [lead.pk]


def test_leads_of_before_are_told_once_when_they_are_missed(company: Company) -> None:
    with time_machine.travel(at(2026, 9, 6, 15), tick=False):
        lead, talked, given_up, long_missed = (
            make_lead(company, company["sales1"]) for _place in range(4)
        )
        make_follow_up(talked, company["sales1"])
        release(given_up, note="不在负责范围", actor=company["sales1"])
    over = lead.first_contact_due_at
    Lead.objects.filter(pk=long_missed.pk).update(first_contact_due_at=over - timedelta(days=9))
    Reminder.objects.on(Lead, [lead.pk, talked.pk, given_up.pk, long_missed.pk]).delete()
    with time_machine.travel(over - timedelta(hours=3), tick=False):
        assert catching_up.run() == 0
    with time_machine.travel(over - timedelta(hours=1), tick=False):
        assert [catching_up.run() for _time in range(2)] == [1, 0]
    assert planned(lead) == ["sales1"]
    assert planned(talked) == planned(given_up) == planned(long_missed) == []
    for moment in (over, over, over + timedelta(minutes=20)):
        with time_machine.travel(moment, tick=False):
            assert catching_up.run() == 0
            running.run_due(now=moment)
    told = Notification.objects.filter(kind="reminder_lead_first_contact")
    assert [(row.user.username, row.created_at) for row in told] == [("sales1", over)]


def test_catching_up_takes_a_fixed_number_of_statements(
    company: Company, django_assert_max_num_queries: Any
) -> None:
    leads = [make_lead(company, company["sales1"]) for _place in range(8)]
    Reminder.objects.on(Lead, [lead.pk for lead in leads]).delete()
    soon = leads[0].first_contact_due_at - timedelta(hours=1)
    with time_machine.travel(soon, tick=False), django_assert_max_num_queries(14):
        assert catching_up.run() == 8
