"""The report and the analysis of reasons: every number equals the rows behind its link."""

import re
from html import unescape

import pytest
from django.urls import reverse

from customers.rules import default_nature
from leads.choices import LeadState
from leads.services.changing import abandon_lead
from leads.services.converting import Wish, convert_lead
from tests.conftest import browser
from tests.factories.company import Company
from tests.factories.leads import make_lead, make_lead_in, reason
from tests.kit.html import total

LINK = re.compile(r'<td class="num"><a href="([^"]+)">([\d,]+)</a>')


@pytest.fixture(scope="module")
def leads(built_company: Company) -> None:
    """Leads of three people in every state, inside the module's transaction."""
    company = built_company
    for owner in (company["sales1"], company["sales2"], company.junior_of(company["manager"])):
        make_lead(company, owner)
        make_lead_in(company, owner, LeadState.FOLLOWING)
        make_lead_in(company, owner, LeadState.ABANDONED)
        lead = make_lead(company, owner)
        abandon_lead(lead, reason("unreachable"), "空号", actor=company.admin)
        convert_lead(
            make_lead(company, owner), Wish(nature_id=default_nature()), actor=company.admin
        )
    make_lead(company, None)


@pytest.mark.parametrize("page", ["report", "reasons"])
@pytest.mark.parametrize("actor", ["sales1", "manager", "auditor", "admin"])
def test_every_number_equals_its_rows(company: Company, leads: None, page: str, actor: str) -> None:
    client = browser(company, actor)
    text = client.get(reverse(f"leads:{page}")).content.decode()
    links = LINK.findall(text)
    assert links
    for url, number in links:
        assert total(client.get(unescape(url))) == number.replace(",", ""), url


def test_the_rate_and_the_shares(company: Company, leads: None) -> None:
    client = browser(company, "sales1")
    report = client.get(reverse("leads:report")).content.decode()
    assert "20.0%" in report
    reasons = client.get(reverse("leads:reasons")).content.decode()
    assert "没有预算" in reasons
    assert "联系不上" in reasons
    assert "50.0%" in reasons


def test_a_period_without_leads_is_empty(company: Company, leads: None) -> None:
    page = browser(company, "admin").get(
        reverse("leads:report"), {"after": "2001-01-01", "before": "2001-12-31"}
    )
    assert not LINK.findall(page.content.decode())


def test_the_report_is_exported_with_the_converted_ones(company: Company, leads: None) -> None:
    client = browser(company, "auditor")
    fields = {"step": "run", "fmt": "csv", "columns": "all", "all": "1", "query": "scene=all"}
    answer = client.post(reverse("leads:report_export"), fields)
    rows = b"".join(answer.streaming_content).decode("utf-8-sig").strip().splitlines()
    assert len(rows) == 1 + 16
    assert sum("已转化" in row for row in rows) == 3
    assert (
        browser(company, "sales1").post(reverse("leads:report_export"), fields).status_code == 403
    )
