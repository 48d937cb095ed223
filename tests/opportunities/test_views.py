"""Pages of opportunities: the standard tests, and those of the steps."""

import re
from datetime import timedelta
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from crm.core import clock
from customers.services.transferring import transfer_customer
from opportunities.models import Opportunity
from tests.factories.company import Company
from tests.factories.customers import make_contact, make_customer, make_follow_up
from tests.factories.opportunities import make_opportunity, stage
from tests.kit.html import form_values, total
from tests.kit.views import OWNER, StandardViewTests


class TestOpportunities(StandardViewTests):
    """List, detail, form, bin, bulk, options, budgets."""

    model = Opportunity
    prefix = "opportunities:opportunity"
    event = "opportunities.opportunity"
    form_field = "name"
    bulk = ("delete", {}, "opportunities.opportunity.deleted")
    panels = ("lines", "rivals", "team", "stages")
    budgets = {"list": 12, "search": 12, "detail": 20, "create": 24}

    def make(self, company: Company, owner: Any) -> Opportunity:
        return make_opportunity(company, owner)

    def new_values(self, company: Company) -> dict[str, Any]:
        return {
            "customer": make_customer(company, company[OWNER], contacts=[]).pk,
            "name": "ERP 系统升级",
            "amount": "500000",
            "expected_on": "2027-03-01",
            "stage": stage("contact").pk,
        }

    def changed_values(self) -> dict[str, Any]:
        return {"remarks": "客户要求分两期付款", "amount": Decimal("120000.00")}

    def test_customer_page_offers_a_new_opportunity(
        self, company: Company, browser_of: Any
    ) -> None:
        row = make_opportunity(company, company[OWNER])
        url = reverse("customers:customer_panel", args=[row.customer_id, "opportunities"])
        page = browser_of(OWNER).get(url)
        text = page.content.decode()
        assert row.name in text
        assert f"?customer={row.customer_id}" in text

    def test_a_need_in_a_follow_up_becomes_one(self, company: Company, browser_of: Any) -> None:
        customer = make_customer(company, company[OWNER], contacts=[])
        said = make_follow_up(customer, company[OWNER], "客户提出增加库存模块的需求。")
        client = browser_of(OWNER)
        page = client.get(customer.get_absolute_url()).content.decode()
        link = unescape(re.search(r'href="([^"]*follow_up=\d+)"', page)[1])
        values = form_values(client.get(link), "name")
        assert values["need"] == [said.text]
        typed = {"name": "库存模块", "amount": "8000", "expected_on": "2027-01-01"}
        assert client.post(link, values | typed).status_code == 302
        made = Opportunity.objects.get()
        assert made.need == said.text
        assert said.links.get().object_id == made.pk
        assert said.text in client.get(made.get_absolute_url()).content.decode()

    def test_it_is_followed_up_from_the_list(self, company: Company, browser_of: Any) -> None:
        row = make_opportunity(company, company[OWNER])
        client = browser_of(OWNER)
        page = client.get(reverse("opportunities:opportunity_list")).content.decode()
        link = re.search(r'href="([^"]*opportunities\.opportunity/__id__/[^"]*)"', page)[1]
        link = link.replace("__id__", str(row.pk))
        plan = clock.now() + timedelta(days=3)
        typed = {
            "text": "客户认可方案，约定下周谈价格。",
            "next_contact_at": f"{timezone.localtime(plan):%Y-%m-%d %H:%M}",
        }
        values = form_values(client.get(link), "text") | typed
        assert client.post(link, values).status_code == 302
        row.refresh_from_db()
        assert row.next_contact_at == plan.replace(second=0, microsecond=0)
        assert typed["text"] in client.get(row.get_absolute_url()).content.decode()

    def test_the_start_page_counts_what_its_lists_show(
        self, company: Company, browser_of: Any
    ) -> None:
        make_opportunity(company, company[OWNER])
        planned = clock.now() + timedelta(days=2)
        make_opportunity(company, company[OWNER], stage="analysis", next_contact_at=planned)
        make_opportunity(company, company.stranger())
        client = browser_of(OWNER)
        for name, wanted in (("funnel", 2), ("stuck", 1)):
            page = client.get(reverse("workbench:panel", args=[name])).content.decode()
            more = unescape(re.search(r'href="(/opportunities/\?[^"]+)"', page)[1])
            found = [unescape(url) for url in re.findall(r'href="(/opportunities/\?[^"]+)"', page)]
            assert more in found
            assert max(int(total(client.get(url))) for url in found) == wanted


def test_a_customer_out_of_sight_is_named_and_not_linked(company: Company, browser_of: Any) -> None:
    row = make_opportunity(company, company[OWNER])
    contact = make_contact(company, row.customer)
    Opportunity.objects.filter(pk=row.pk).update(contact=contact)
    links = [each.get_absolute_url() for each in (row.customer, contact)]
    shown = browser_of(OWNER).get(row.get_absolute_url()).content.decode()
    assert all(f'href="{link}"' in shown for link in links)
    transfer_customer(row.customer, company["sales2"], actor=company.admin)
    text = browser_of(OWNER).get(row.get_absolute_url()).content.decode()
    assert row.customer.name in text
    assert not any(f'href="{link}"' in text for link in links)


@pytest.mark.parametrize(
    ("stays", "seen", "edited"), [("", 404, 404), ("read", 200, 403), ("write", 200, 200)]
)
def test_an_old_owner_keeps_of_a_deal_what_he_keeps_of_its_customer(
    company: Company, browser_of: Any, stays: str, seen: int, edited: int
) -> None:
    row = make_opportunity(company, company[OWNER])
    client, customer = browser_of(OWNER), row.customer.get_absolute_url()
    sent = {"owner": company["sales2"].pk, "old_owner": stays, "along": ["opportunities"]}
    answer = client.post(f"{customer}transfer/", sent)
    assert answer.url == (customer if stays else reverse("customers:customer_list"))
    row.refresh_from_db()
    assert row.owner == company["sales2"]
    for url in (customer, row.get_absolute_url()):
        assert client.get(url).status_code == seen
        page = client.get(f"{url}edit/")
        assert page.status_code == edited
        assert ("这条数据您只能查看" in page.content.decode()) == (edited == 403)
