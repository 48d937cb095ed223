"""One notice for each owner, kind and day of what fell, whoever dies or works beside (I3)."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from crm.core import context
from crm.notifications.models import Delivery, Notification
from crm.pool import rules
from crm.pool.models import UntoldFall
from crm.pool.services import keeping, recycling, telling
from crm.pool.services.claiming import claim
from crm.pool.services.telling import tell_fallen
from customers.models import Customer
from customers.pooling import CUSTOMERS
from leads.models import Lead
from tests.factories.company import Company
from tests.factories.customers import make_customer
from tests.factories.leads import make_lead
from tests.kit.html import row_ids, total
from tests.pool.test_clock import recycle_with
from tests.pool.test_warning import strict_pool

NOON = datetime(2026, 11, 1, 4, tzinfo=UTC)  # noon in Shanghai
#: Five past midnight in Shanghai, on the day on which everything of NOON falls.
NIGHT = datetime(2026, 12, 1, 16, 5, tzinfo=UTC)
DAY = date(2026, 12, 2)


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recycling, "CHUNK", 2)


@pytest.fixture
def sales(company: Company) -> Any:
    return company["sales1"]


def fallen(user: Any) -> list[Notification]:
    return list(Notification.objects.filter(kind="pool_recycled", user=user))


def opened(notice: Notification) -> Any:
    """The page behind a notice, as its reader sees it."""
    client = Client()
    client.force_login(notice.user)
    return client.get(notice.url)


def title(count: int) -> str:
    return f"根据规则，您负责的 {count} 个客户已进入公海，请知悉"


def make_due(company: Company, owners: dict[Any, int]) -> None:
    """Customers of some owners, in turn, that fall at the beginning of DAY."""
    recycle_with(deal_days=None)
    with time_machine.travel(NOON, tick=False):
        for place in range(max(owners.values())):
            for owner, number in owners.items():
                if place < number:
                    make_customer(company, owner)


# --- one notice ---------------------------------------------------------------------------------
def test_three_chunks_are_one_notice_whose_link_opens_the_rows(
    company: Company, sales: Any
) -> None:
    make_due(company, {sales: 6})
    other = make_customer(company, None)
    with time_machine.travel(NIGHT, tick=False):
        keeping.keep_all()
        keeping.keep_all()
        (notice,) = fallen(sales)
        names = [row.name for row in Customer.objects.filter(previous_owner=sales).order_by("pk")]
        assert (notice.title, notice.text) == (title(6), f"{'、'.join(names[:5])}等，另有 1 条")
        claim(other, actor=sales)
        page = opened(notice)
    assert total(page) == "6"
    rows = Customer.objects.filter(previous_owner=sales).exclude(pk=other.pk)
    assert set(row_ids(page)) == set(rows.values_list("pk", flat=True))
    assert not UntoldFall.objects.exists()


def test_each_owner_and_kind_is_told_of_its_own(company: Company, sales: Any) -> None:
    other = company["sales2"]
    make_due(company, {sales: 3, other: 1})
    with time_machine.travel(NIGHT, tick=False):
        lead = make_lead(company, sales)
        recycle_leads(lead)
        keeping.keep_all()
    titles = sorted(notice.title for notice in fallen(sales))
    assert titles == ["根据规则，您负责的 1 条线索已进入线索池，请知悉", title(3)]
    (told,) = fallen(other)
    assert (told.title, told.text) == (
        title(1),
        Customer.objects.get(previous_owner=other).name,
    )


def recycle_leads(lead: Lead) -> None:
    strict_pool([], kind="lead", warn_days=[])
    Lead.objects.filter(pk=lead.pk).update(owner_since=NOON, created_at=NOON, pool_due_at=NOON)


# --- killed, taken up, beside each other ----------------------------------------------------------
def stop_after(number: int) -> Any:
    """A `stop()` that lets so many steps through."""
    left = iter([False] * number)
    return lambda: next(left, True)


@pytest.mark.parametrize("later", [timedelta(minutes=10), timedelta(hours=9)])
def test_a_run_that_ends_between_chunks_tells_when_it_is_taken_up(
    company: Company, sales: Any, later: timedelta
) -> None:
    make_due(company, {sales: 6})
    with time_machine.travel(NIGHT, tick=False) as traveller:
        keeping.walk(CUSTOMERS)
        keeping.keep_all(stop_after(2))
        assert Customer.objects.filter(owner=None).count() == 4
        assert fallen(sales) == []
        traveller.shift(later)
        keeping.keep_all()
    (notice,) = fallen(sales)
    assert notice.title == title(6)


def test_a_night_that_is_over_is_told_the_next_day(company: Company, sales: Any) -> None:
    make_due(company, {sales: 5})
    with time_machine.travel(NIGHT, tick=False) as traveller:
        keeping.walk(CUSTOMERS)
        keeping.keep_all(stop_after(1))
        traveller.shift(timedelta(days=1))
        keeping.keep_all()
    assert sorted((each.title, each.url[-10:]) for each in fallen(sales)) == [
        (title(2), "2026-12-02"),
        (title(3), "2026-12-03"),
    ]


def test_a_night_that_is_over_is_told_while_new_rules_walk(company: Company, sales: Any) -> None:
    make_due(company, {sales: 3})
    with time_machine.travel(NIGHT, tick=False) as traveller:
        keeping.walk(CUSTOMERS)
        keeping.keep_all(stop_after(1))
        traveller.shift(timedelta(days=1))
        assert tell_fallen(CUSTOMERS) == 1
    assert [notice.title for notice in fallen(sales)] == [title(2)]


def test_a_failure_while_telling_loses_nothing(
    company: Company, sales: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_due(company, {sales: 3})
    with time_machine.travel(NIGHT, tick=False):
        with monkeypatch.context() as patch, pytest.raises(ZeroDivisionError):
            patch.setattr(telling, "notify_each", lambda *args, **kwargs: 1 // 0)
            keeping.keep_all()
        assert (fallen(sales), UntoldFall.objects.count()) == ([], 1)
        keeping.keep_all()
    assert [notice.title for notice in fallen(sales)] == [title(3)]


def test_what_falls_later_that_day_brings_the_notice_up_to_date(
    company: Company, sales: Any
) -> None:
    make_due(company, {sales: 2})
    with time_machine.travel(NIGHT, tick=False) as traveller:
        late = make_customer(company, sales)
        keeping.keep_all()
        (notice,) = fallen(sales)
        Notification.objects.update(read_at=NIGHT)
        Delivery.objects.create(
            notification=notice, channel="email", state="sent", attempts=1, message_id="<1@x>"
        )
        traveller.shift(timedelta(hours=10))
        Customer.objects.filter(pk=late.pk).update(owner_since=NOON, pool_due_at=NOON)
        keeping.keep_all()
        keeping.keep_all()
    (notice,) = fallen(sales)
    assert (notice.title, notice.read_at) == (title(3), None)
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.attempts) == ("pending", 0)
    assert delivery.message_id != "<1@x>"


# --- what it costs ------------------------------------------------------------------------------
def statements(company: Company, owners: int, work: Any) -> int:
    """How many statements `work` takes when that many owners are concerned, each with his count."""
    people = [company.person(f"owner{owners}-{place}") for place in range(owners)]
    with time_machine.travel(NOON, tick=False):
        for place, person in enumerate(people):
            for _time in range(1 + place % 3):
                make_customer(company, person)
    with context.working_as("system"):
        rules.recycles("customer")
        return work(people)


def test_owners_are_told_in_a_fixed_number_of_statements(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recycling, "CHUNK", 200)
    recycle_with(deal_days=None)

    def tell(people: list[Any]) -> int:
        with time_machine.travel(NIGHT, tick=False):
            while recycling.recycle_due(CUSTOMERS) is not None:
                pass
            with CaptureQueriesContext(connection) as asked:
                assert tell_fallen(CUSTOMERS) == len(people)
            return len(asked)

    few, many = (statements(company, number, tell) for number in (3, 12))
    assert few == many <= 15
    assert Notification.objects.filter(kind="pool_recycled").count() == 15


def test_owners_are_warned_in_a_fixed_number_of_statements_with_their_rows(
    company: Company,
) -> None:
    recycle_with(deal_days=None, warn_days=[3])
    morning = datetime(2026, 11, 29, 2, tzinfo=UTC)  # three days before DAY, at ten

    def warn(people: list[Any]) -> int:
        Notification.objects.all().delete()
        runs.delete()
        with time_machine.travel(morning, tick=False), CaptureQueriesContext(connection) as asked:
            assert keeping.warn(CUSTOMERS) >= len(people)
        return len(asked)

    runs = keeping.ClockRun.objects.filter(kind="customer")
    few, many = (statements(company, number, warn) for number in (3, 12))
    assert few == many <= 16
    notice = Notification.objects.filter(title__contains="3 个客户").first()
    with time_machine.travel(NOON + timedelta(days=1), tick=False):
        make_customer(company, notice.user)
    assert notice.title == "您负责的 3 个客户将在 3 天后进入公海"
    assert notice.url == "/customers/?scene=mine&falls_on=2026-12-02"
    with time_machine.travel(morning, tick=False):
        assert total(opened(notice)) == "3"
