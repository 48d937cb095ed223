"""Follow-ups are found by their text through the index, and only by those who see them."""

from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.utils.http import urlencode

from crm.activities import searching
from crm.activities.lists import FOLLOW_UPS
from crm.activities.models import FollowUp
from crm.activities.services import (
    Said,
    create_follow_up,
    delete_follow_up,
    forget_demo,
    update_follow_up,
)
from crm.dictionaries.models import Item
from crm.search.checking import check
from crm.search.memory import forget_all
from crm.web.listing import Listing
from customers.models import Customer
from customers.services.removing import delete_customer, purge_customer, restore_customer
from tests.kit import people

TEXT = "预算 50 万以内，一周内要正式方案；\n联系 Wang Fang，电话 138-0013-8000。"


@pytest.fixture(autouse=True)
def fresh_memory() -> None:
    forget_all()


@pytest.fixture
def follow_up(customer: Customer, sales: Any, phone: Item) -> FollowUp:
    create_follow_up(customer, Said("客户出差，下周再联系", phone), actor=sales)
    return create_follow_up(customer, Said(TEXT, phone), actor=sales)


def found(user: Any, text: str) -> list[int]:
    """Keys that the list shows for a search."""
    forget_all()
    listing = Listing(FOLLOW_UPS, user, QueryDict(urlencode({"q": text})))
    assert listing.total == len(listing.page.ids)
    return list(listing.page.ids)


@pytest.mark.parametrize(
    "text",
    [
        "预算",
        "方案",
        "预",
        "正式方案",
        "50",
        "预算 方案",
        "方案 wang",
        "WANG",
        "５０",
        "13800138000",
    ],
)
def test_words_of_the_text(follow_up: FollowUp, sales: Any, text: str) -> None:
    assert found(sales, text) == [follow_up.pk]


@pytest.mark.parametrize("text", ["预算 出差", "合同", "%", "_", "，", "方案联系"])
def test_what_is_not_there_is_not_found(follow_up: FollowUp, sales: Any, text: str) -> None:
    assert found(sales, text) == []


def test_who_does_not_see_the_customer_finds_nothing(
    follow_up: FollowUp, sales: Any, manager: Any, other: Any
) -> None:
    assert found(manager, "预算") == [follow_up.pk]
    assert found(other, "预算") == []
    assert found(people.make_user("a1", "auditor"), "预算") == [follow_up.pk]


def test_the_index_follows_every_change(
    follow_up: FollowUp, sales: Any, manager: Any, customer: Customer
) -> None:
    update_follow_up(follow_up, changes={"text": "改为先做试点项目"}, actor=sales)
    assert (found(sales, "预算"), found(sales, "试点")) == ([], [follow_up.pk])
    customer.refresh_from_db()
    delete_customer(customer, actor=manager)
    assert found(sales, "试点") == []
    restore_customer(customer, actor=manager)
    assert found(sales, "试点") == [follow_up.pk]
    delete_follow_up(follow_up, actor=sales)
    assert found(sales, "试点") == []
    assert check(searching.LABEL).is_clean


def test_what_is_removed_for_good_leaves_the_index(
    follow_up: FollowUp, customer: Customer, sales: Any
) -> None:
    FollowUp.objects.filter(pk=follow_up.pk).update(is_demo=True)
    forget_demo()
    assert FollowUp.objects.count() == 1
    assert check(searching.LABEL).is_clean
    purge_customer(customer, actor=None)
    assert not FollowUp.objects.exists()
    assert check(searching.LABEL).is_clean


def test_the_text_itself_is_not_scanned(follow_up: FollowUp, sales: Any) -> None:
    forget_all()
    listing = Listing(FOLLOW_UPS, sales, QueryDict(urlencode({"q": "预算"})))
    with CaptureQueriesContext(connection) as queries:
        assert list(listing.page.ids) == [follow_up.pk]
    asked = [query["sql"] or "" for query in queries]  # None: kept SQL on PostgreSQL
    assert not any('"text" LIKE' in sql for sql in asked)
    assert any("search_activities_followup" in sql for sql in asked)
