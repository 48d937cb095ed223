"""Pages of opportunities: the standard tests, and those of the steps."""

from decimal import Decimal
from typing import Any

from django.urls import reverse

from opportunities.models import Opportunity
from tests.factories.company import Company
from tests.factories.customers import make_customer
from tests.factories.opportunities import make_opportunity, stage
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
