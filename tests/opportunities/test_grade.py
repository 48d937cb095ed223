"""The grade of an opportunity stays what its page explains (S11-03)."""

from decimal import Decimal

import pytest

from crm.dictionaries import lookups
from customers.choices import GRADE
from customers.models import Customer
from customers.services.changing import update_customer
from opportunities import grading
from opportunities.facts import opportunity_facts
from opportunities.models import Opportunity
from opportunities.services.stages import lose, reopen
from tests.factories.company import Company
from tests.factories.opportunities import make_opportunity, reason


def stored(row: Opportunity) -> Opportunity:
    """As the database knows it."""
    return Opportunity.objects.select_related("customer", "owner").get(pk=row.pk)


def is_explained(row: Opportunity) -> bool:
    """Whether the page says how the grade comes about."""
    titles = [group["title"] for group in opportunity_facts(row, row.owner)]
    return any(title.endswith("评分依据") for title in titles)


@pytest.mark.parametrize(("code", "grade"), [("a", "A"), ("b", "A"), ("c", "B"), (None, "B")])
def test_it_follows_the_grade_of_the_customer(
    company: Company, code: str | None, grade: str
) -> None:
    owner = company["sales1"]
    row = make_opportunity(company, owner, amount=Decimal(400_000), probability=50, contact=None)
    customer, other = Customer.objects.get(pk=row.customer_id), "b" if code != "b" else "a"
    for each in (other, code):
        key = each and lookups.by_code(GRADE, each).pk
        update_customer(customer, changes={"grade": key}, actor=owner)
    version = row.version
    row = stored(row)
    assert row.grade.upper() == grade == grading.grade_of(row).upper()
    assert row.version == version  # nobody has edited it
    assert is_explained(row)


def test_ended_ones_keep_theirs_and_explain_nothing(company: Company) -> None:
    owner = company["sales1"]
    row = make_opportunity(company, owner, amount=Decimal(400_000), probability=90)
    grade = row.grade
    lose(row, reason=reason(), actor=owner)
    customer = Customer.objects.get(pk=row.customer_id)
    update_customer(customer, changes={"grade": lookups.by_code(GRADE, "a").pk}, actor=owner)
    row = stored(row)
    assert row.grade == grade
    assert not is_explained(row)


def test_taken_up_again_it_has_the_chances_of_its_stage(company: Company) -> None:
    owner = company["sales1"]
    row = make_opportunity(company, owner, amount=Decimal(400_000), probability=90, contact=None)
    assert row.grade.upper() == "B"
    lose(row, reason=reason(), actor=owner)
    reopen(row, note="客户又来询价", actor=owner)
    row = stored(row)
    assert row.grade.upper() == grading.grade_of(row).upper() == "C"
