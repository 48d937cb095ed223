"""Lists of many rows are walked in the order of an index; what they show stays the same."""

from datetime import timedelta

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from crm.accounts.models import User
from crm.core import clock
from crm.dictionaries import lookups
from crm.web import listing, walking
from crm.web.walking import MANY, MANY_OF_ONE, many, newest_of, walked
from customers.choices import GRADE
from customers.lists import CUSTOMERS
from customers.models import Customer
from tests.factories.company import Company
from tests.factories.customers import make_customer

sqlite_only = pytest.mark.skipif(connection.vendor != "sqlite", reason="a measure for SQLite")


@sqlite_only
def test_conditions_without_an_index_in_this_order_are_put_aside():
    rows = Customer.objects.filter(deleted_at__isnull=True, life_cycle="closed", grade_id=3)
    sql = str(walked(rows, "name_pinyin").query)
    assert '+("customers_customer"."life_cycle" = closed)' in sql
    assert '+("customers_customer"."grade_id" = 3)' in sql
    assert '"customers_customer"."deleted_at" IS NULL' in sql
    assert str(rows.query).count("+(") == 0


@sqlite_only
def test_conditions_whose_index_goes_on_in_this_order_stay():
    rows = Customer.objects.filter(deleted_at__isnull=True, life_cycle="closed", owner_id=3)
    sql = str(walked(rows, "updated_at").query)
    assert '+("customers_customer"."owner_id" = 3)' in sql
    assert '+("customers_customer"."life_cycle" = closed)' not in sql
    sql = str(walked(rows, "next_contact_at").query)
    assert '+("customers_customer"."life_cycle" = closed)' in sql
    assert '+("customers_customer"."owner_id" = 3)' not in sql


@sqlite_only
@pytest.mark.django_db
def test_two_conditions_stay_that_lead_into_one_index():
    rows = Customer.objects.filter(deleted_at__isnull=True, grade_id=3, owner_id=4, source_id=5)
    sql = str(walked(rows, "updated_at").query)
    assert sql.count("+(") == 1
    assert '+("customers_customer"."source_id" = 5)' in sql
    plan = walked(rows, "updated_at").order_by("-updated_at", "-id").explain()
    assert "USING INDEX cust_owner_grade (owner_id=? AND grade_id=?)" in plan
    assert "TEMP B-TREE" not in plan


@pytest.mark.django_db
def test_walked_rows_are_the_same_rows():
    rows = Customer.objects.filter(deleted_at__isnull=True, life_cycle__in=["closed", "lost"])
    assert list(walked(rows, "name_pinyin").order_by("name_pinyin", "pk")) == list(
        rows.order_by("name_pinyin", "pk")
    )


def test_a_walk_through_the_rows_of_one_owner_pays_earlier():
    rows = Customer.objects.filter(deleted_at__isnull=True, owner_id=3, industry_id=4)
    assert many(rows, "entered_on") == MANY_OF_ONE
    assert many(rows.filter(), "cooperating_since") == MANY


@pytest.fixture
def graded(company: Company, monkeypatch: pytest.MonkeyPatch) -> User:
    """Somebody with customers of three grades, not all of whom are due this week."""
    grades, now = lookups.items(GRADE)[:3], clock.now()
    for number in range(30):
        make_customer(
            company,
            company["sales1"],
            grade_id=grades[number % 3].pk if number % 7 else None,
            next_contact_at=now + timedelta(seconds=number) if number % 4 else None,
        )
    monkeypatch.setattr(walking, "MANY_OF_ONE", 3)
    return company["sales1"]


def page(user: User, query: str) -> list[int]:
    return listing.Listing(CUSTOMERS, user, QueryDict(query)).page.ids


@pytest.mark.django_db
@pytest.mark.parametrize(("few", "near"), [(0, 0), (2, 4), (4, 12), (3, 5_000), (5_000, 5_000)])
@pytest.mark.parametrize("sort", ["grade", "-grade"])
def test_a_short_walk_gives_the_same_pages(graded, monkeypatch, few, near, sort):
    monkeypatch.setattr(walking, "FEW", few)
    monkeypatch.setattr(walking, "NEAR", near)
    found = [
        page(graded, f"scene=all&next_contact=week&sort={sort}&page_size=4&page={number}")
        for number in range(1, 9)
    ]
    monkeypatch.setattr(walking, "MANY_OF_ONE", 10_000)
    assert found == [
        page(graded, f"scene=all&next_contact=week&sort={sort}&page_size=4&page={number}")
        for number in range(1, 9)
    ]
    assert sum(map(len, found)) >= 20


@sqlite_only
@pytest.mark.django_db
@pytest.mark.parametrize("few", [5, 5_000])  # within the rows of a grade, and beyond them
def test_a_short_walk_that_fills_the_page_is_all_that_is_asked(graded, monkeypatch, few):
    monkeypatch.setattr(walking, "FEW", few)
    query = QueryDict("scene=all&next_contact=week&sort=grade")
    segment = listing.Listing(CUSTOMERS, graded, query).segments[0]
    with CaptureQueriesContext(connection) as queries:
        assert len(segment.first(2)) == 2
    assert len(queries) == 1
    assert f"OFFSET {few}" in queries[0]["sql"]


@sqlite_only
@pytest.mark.django_db
def test_a_longer_walk_compares_keys(graded, monkeypatch):
    monkeypatch.setattr(walking, "FEW", 1)
    query = QueryDict("scene=all&next_contact=week&sort=grade")
    segment = listing.Listing(CUSTOMERS, graded, query).segments[0]
    with CaptureQueriesContext(connection) as queries:
        assert len(segment.first(3)) == 3
    assert len(queries) == 2
    assert f"OFFSET {walking.NEAR}" in queries[1]["sql"]
    assert " IN (SELECT" in queries[1]["sql"]


def test_no_short_walk_without_an_index_to_walk():
    rows = Customer.objects.filter(deleted_at__isnull=True)
    assert list(newest_of(rows, rows.filter(grade_id=3), "name_pinyin")) == []
