"""Lists of many rows are walked in the order of an index; what they show stays the same."""

import pytest
from django.db import connection

from crm.web.walking import MANY, MANY_OF_ONE, many, walked
from customers.models import Customer

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
