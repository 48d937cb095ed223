"""Standard tests of the pages of leads, and the few that are theirs alone."""

from datetime import timedelta

import pytest
from django.urls import reverse

from crm.core import clock
from crm.dictionaries import lookups
from leads.choices import SOURCE, LeadState
from leads.models import Lead
from tests.conftest import browser
from tests.factories.company import Company
from tests.factories.customers import make_customer, spelled
from tests.factories.leads import make_lead, make_lead_in, reason
from tests.kit.html import row_ids
from tests.kit.views import StandardViewTests

pytestmark = pytest.mark.xdist_group("leads.views")
_numbers = iter(range(1, 10_000))


class TestLeadPages(StandardViewTests):
    """Leads."""

    model = Lead
    prefix = "leads:lead"
    event = "leads.lead"
    bulk = ("tag", {"add": ["重点"]}, "leads.lead.tagged")

    def make(self, company: Company, owner):
        return make_lead(company, owner)

    def new_values(self, company: Company):
        return {
            "name": f"温州{spelled(next(_numbers))}号贸易有限公司",
            "source": lookups.by_code(SOURCE, "website").pk,
            "mobile": "13912345678",
        }

    def changed_values(self):
        return {"need": "需要移动端", "remarks": "展会名片"}


def test_a_lead_needs_a_way_to_reach_somebody(company: Company) -> None:
    client = browser(company, "sales1")
    values = {"name": "湖州某公司", "source": lookups.by_code(SOURCE, "website").pk}
    page = client.post(reverse("leads:lead_add"), values)
    assert page.status_code == 422
    assert "mobile" in page.context["form"].errors


def test_the_countdown_stands_on_list_and_page(company: Company) -> None:
    lead = make_lead(company, company["sales1"])
    client = browser(company, "sales1")
    now = clock.now()
    for hours, late in ((5, False), (-3, True)):
        due = now + timedelta(hours=hours, minutes=5)
        Lead.objects.filter(pk=lead.pk).update(first_contact_due_at=due)
        rows = client.get(reverse("leads:lead_list")).content.decode()
        page = client.get(lead.get_absolute_url()).content.decode()
        text = "5 小时" if not late else "2 小时"
        assert text in rows
        assert text in page
        assert ('class="late"' in rows) == late
    found = client.get(reverse("leads:lead_list"), {"first_contact": "overdue"})
    assert row_ids(found) == [lead.pk]


def test_the_duplicate_check_knows_leads_and_customers_and_masks(company: Company) -> None:
    hidden = make_lead(company, company.stranger(), name="金华云海机电有限公司")
    customer = make_customer(company, company["sales1"], name="丽水远山纸业有限公司")
    client = browser(company, "sales1")
    url = reverse("leads:lead_duplicates")
    page = client.post(url, {"name": hidden.name}).content.decode()
    assert "金华***" in page
    assert hidden.name not in page
    assert hidden.number not in page
    assert hidden.mobile not in page
    page = client.post(url, {"mobile": customer.contacts.get().mobile}).content.decode()
    assert customer.name in page
    values = {
        "name": customer.name,
        "source": lookups.by_code(SOURCE, "website").pk,
        "mobile": "13700137000",
    }
    refused = client.post(reverse("leads:lead_add"), values)
    assert refused.status_code == 422
    assert not Lead.objects.filter(name=customer.name).exists()
    answer = client.post(reverse("leads:lead_add"), values | {"confirm_duplicate": "on"})
    assert answer.status_code == 302


def test_abandoning_needs_a_reason_and_the_story(company: Company) -> None:
    lead = make_lead(company, company["sales1"])
    client, url = browser(company, "sales1"), reverse("leads:lead_abandon", args=[lead.pk])
    for values in ({}, {"abandon_note": "没预算"}, {"abandon_reason": reason().pk}):
        assert client.post(url, values).status_code == 422
    lead.refresh_from_db()
    assert lead.status == LeadState.NEW
    values = {"abandon_reason": reason().pk, "abandon_note": "没预算"}
    assert client.post(url, values).status_code == 302
    lead.refresh_from_db()
    assert (lead.status, lead.abandon_note) == (LeadState.ABANDONED, "没预算")
    again = client.post(reverse("leads:lead_reactivate", args=[lead.pk]))
    assert again.status_code == 302
    lead.refresh_from_db()
    assert (lead.status, lead.abandon_reason) == (LeadState.FOLLOWING, None)


def test_the_first_follow_up_begins_the_work(company: Company) -> None:
    lead = make_lead_in(company, company["sales1"], LeadState.FOLLOWING)
    assert lead.status == LeadState.FOLLOWING
    assert lead.first_contact_at is not None
    assert lead.follow_up_count == 1
    page = browser(company, "sales1").get(lead.get_absolute_url()).content.decode()
    assert "约了下周演示" in page
