"""Reminders of leads: the first contact two hours before its end, and the next contact."""

from datetime import timedelta

from crm.core import clock
from crm.pool.services.claiming import release
from crm.reminders.models import Reminder
from leads.choices import LeadState
from leads.models import Lead
from leads.services.changing import abandon_lead, assign_lead, update_lead
from tests.factories.company import Company
from tests.factories.customers import make_follow_up
from tests.factories.leads import make_lead, reason


def planned(lead: Lead, rule: str = "lead_first_contact") -> list[str]:
    """Who is to be reminded."""
    rows = Reminder.objects.on(Lead, [lead.pk]).filter(rule=rule).open()
    return list(rows.values_list("recipient__username", flat=True))


def test_the_owner_is_reminded_until_somebody_has_talked_to_the_lead(company: Company) -> None:
    lead = make_lead(company, company["sales1"])
    assert planned(lead) == ["sales1"]
    due = Reminder.objects.on(Lead, [lead.pk]).get().due_at
    assert due == lead.first_contact_due_at - timedelta(hours=2)
    assign_lead(lead, company["sales2"], actor=company.admin)
    assert planned(lead) == ["sales2"]
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
