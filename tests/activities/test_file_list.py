"""The list of all files: only those on records one sees, its filters, its bounded queries."""

from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from crm.activities.attachments import attach_files
from tests.conftest import browser
from tests.factories.company import Company
from tests.factories.customers import make_customer
from tests.factories.opportunities import make_opportunity
from tests.kit.html import row_ids
from tests.kit.queries import count_queries

LIST = reverse("activities:attachment_list")
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def attach(company: Company, subject: Any, login: str, *names: str) -> list[int]:
    """Files with these names on a record, by a person; returns their keys."""
    uploads = [
        ContentFile(PDF if name.endswith("pdf") else "说明".encode(), name=name) for name in names
    ]
    return [row.pk for row in attach_files(subject, uploads, actor=company[login])]


@pytest.fixture
def files(company: Company) -> dict[str, int]:
    """Files of several people on several kinds of record."""
    own = make_customer(company, company["sales1"])
    deal = make_opportunity(company, company["sales1"], customer=own)
    foreign = make_customer(company, company.stranger())
    keys = attach(company, own, "sales1", "报价.txt") + attach(company, deal, "admin", "合同.pdf")
    keys += attach(company, foreign, "admin", "别人的.pdf")
    return dict(zip(("offer", "contract", "foreign"), keys, strict=True))


def shown(company: Company, login: str, **query: Any) -> set[int]:
    """Keys of the rows on the page."""
    return set(row_ids(browser(company, login).get(LIST, {"scene": "all", **query})))


def test_everybody_sees_the_files_of_the_records_he_sees(
    company: Company, files: dict[str, int]
) -> None:
    assert shown(company, "sales1") == {files["offer"], files["contract"]}
    assert shown(company, "auditor") == set(files.values())
    assert browser(company, "norole").get(LIST).status_code == 403
    page = browser(company, "sales1").get(LIST, {"scene": "all"}).content.decode()
    assert reverse("activities:attachment_file", args=[files["offer"]]) in page


def test_filters_by_kind_record_person_and_name(company: Company, files: dict[str, int]) -> None:
    offer, contract = files["offer"], files["contract"]
    for query, wanted in (
        ({"kind": "pdf"}, {contract}),
        ({"kind": ["pdf", "text"]}, {offer, contract}),
        ({"kind": "other"}, set()),
        ({"on": "customers.customer"}, {offer}),
        ({"on": "opportunities.opportunity"}, {contract}),
        ({"created_by": company["sales1"].pk}, {offer}),
        ({"created_before": "2001-01-01"}, set()),
        ({"scene": "mine"}, {offer}),
        ({"q": "合同"}, {contract}),
    ):
        assert shown(company, "sales1", **query) == wanted, query


def test_a_page_costs_the_same_however_many_files_it_shows(
    company: Company, files: dict[str, int]
) -> None:
    client = browser(company, "sales1")
    client.get(LIST)
    few = count_queries(lambda: client.get(LIST))
    for _place in range(4):
        customer = make_customer(company, company["sales1"])
        attach(company, customer, "sales1", "a.txt", "b.txt")
    assert count_queries(lambda: client.get(LIST)) <= few
