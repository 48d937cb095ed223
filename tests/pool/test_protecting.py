"""Protection by hand (保护 / 取消保护, market 2.1): limits, due dates, duplicates, pages."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from crm.audit.models import Event
from crm.core import clock
from crm.core.errors import DomainError, InvalidTransition, InvalidValue, LimitReached, NotAllowed
from crm.dictionaries import stamps
from crm.pool import rules, texts
from crm.pool.choices import Kind
from crm.pool.models import Pool, PoolRuleVersion
from crm.pool.seeds import default_pool
from crm.pool.services import keeping, pools
from crm.pool.services.claiming import claim, release
from crm.pool.services.protecting import protect, unprotect
from crm.workbench.todos import dues_of
from customers import duplicates
from customers.bulk import ProtectCustomers
from customers.filters import CustomerFilter
from customers.models import Contact, Customer
from customers.services.changing import (
    reveal_customer,
    set_life_cycle,
    tag_customer,
    update_customer,
)
from customers.services.contacts import create_contact, update_contact
from customers.services.transferring import transfer_customer
from leads.models import Lead
from tests.factories.company import Company
from tests.factories.customers import make_customer, make_follow_up, unsaved_contact
from tests.factories.leads import make_lead
from tests.factories.tickets import make_ticket
from tests.leads.test_locked import convert
from tests.pool.test_clock import on, recycle_with
from tickets.models import Ticket

NOON = datetime(2026, 11, 2, 4, tzinfo=UTC)


@pytest.fixture
def sales(company: Company) -> Any:
    return company["sales1"]


def allow(**values: Any) -> None:
    """Rules since long ago by which records are protected; no recycling unless asked for."""
    recycle_with(**{"recycles": False, "protect_days": 30, **values})
    PoolRuleVersion.objects.filter(pool__kind=Kind.LEAD).update(
        protect_days=30, valid_from=date(2020, 1, 1)
    )
    stamps.bump(rules.STAMP)


def again(row: Any) -> Any:
    return type(row).objects.get(pk=row.pk)


@pytest.mark.parametrize("make", [make_customer, make_lead])
def test_protect_and_end_it(company: Company, sales: Any, make: Any) -> None:
    allow()
    with time_machine.travel(NOON, tick=False):
        row = make(company, sales)
        protect(row, days=7, actor=sales)
        fresh = again(row)
        assert (fresh.protected_until, fresh.protected_by) == (on(2026, 11, 10), sales)
        assert texts.badges_of(fresh)[0]["text"] == "保护至 2026-11-09"
        unprotect(fresh, actor=sales)
        unprotect(again(row), actor=sales)  # nothing to end: nothing is written
    fresh = again(row)
    assert (fresh.protected_until, fresh.protected_by) == (None, None)
    codes = ["pool.entry.protected", "pool.entry.unprotected"]
    assert [Event.objects.filter(code=code, subject_id=row.pk).count() for code in codes] == [1, 1]


@pytest.mark.parametrize(
    ("days", "change", "error"),
    [
        (31, {}, InvalidValue),
        (0, {}, InvalidValue),
        (5, {"protect_days": None}, InvalidValue),
        (5, {"protect_limit": 0}, LimitReached),
    ],
)
def test_rules_refuse(
    company: Company, sales: Any, days: int, change: dict[str, Any], error: type[DomainError]
) -> None:
    allow(**change)
    row = make_customer(company, sales)
    with pytest.raises(error):
        protect(row, days=days, actor=sales)
    assert (again(row).protected_until, again(row).version) == (None, row.version)
    assert not Event.objects.filter(code="pool.entry.protected").exists()


def test_every_state_a_record_may_be_in(company: Company, sales: Any) -> None:
    allow(protection_days=7)
    owned, pooled, claimed = (make_customer(company, who) for who in (sales, None, None))
    with pytest.raises(InvalidValue, match="公海"):
        protect(pooled, days=5, actor=company.admin)
    claim(claimed, actor=sales)
    until = again(claimed).protected_until
    with pytest.raises(InvalidValue, match="保护中"):  # the deadline of a claim is no choice
        protect(again(claimed), days=30, actor=sales)
    unprotect(again(claimed), actor=sales)
    assert again(claimed).protected_until == until
    protect(owned, days=5, actor=sales)
    with pytest.raises(InvalidValue, match="保护中"):
        protect(again(owned), days=30, actor=sales)
    transfer_customer(again(owned), company["sales2"], actor=sales)
    assert (again(owned).protected_until, again(owned).protected_by) == (None, None)
    protect(again(owned), days=5, actor=company["sales2"])
    release(again(owned), note="没有预算", actor=company["sales2"])
    assert (again(owned).protected_until, again(owned).protected_by) == (None, None)
    lead = make_lead(company, sales)
    convert(lead, sales)
    with pytest.raises(InvalidTransition):
        protect(Lead.objects.get(pk=lead.pk), days=5, actor=sales)


def test_only_who_may_lock(company: Company, sales: Any) -> None:
    allow()
    row = make_customer(company, sales)
    for login in ("sales2", "agent1", "auditor", "norole"):
        with pytest.raises(NotAllowed):
            protect(again(row), days=5, actor=company[login])
        with pytest.raises(NotAllowed):
            unprotect(again(row), actor=company[login])
    protect(again(row), days=5, actor=company["manager"])
    assert again(row).protected_by == company["manager"]


def test_the_limit_is_the_owners_and_frees_itself(company: Company, sales: Any) -> None:
    allow(protect_limit=2, protection_days=7)
    claim(make_customer(company, None), actor=sales)  # protected by its claim: not counted
    first, second, third = (make_customer(company, sales) for _place in range(3))
    with time_machine.travel(NOON, tick=False) as traveller:
        protect(first, days=3, actor=sales)
        assert "还可保护 1 条" in texts.protection_help(second, rules.in_force(_pool()))
        protect(second, days=9, actor=company["manager"])
        with pytest.raises(LimitReached, match="最多可保护 2 条，还可保护 0 条") as refused:
            protect(third, days=3, actor=sales)
        assert refused.value.code == "protect_limit"
        traveller.shift(timedelta(days=4))  # the first one has run out
        protect(third, days=3, actor=sales)


def _pool() -> int:
    return default_pool(Kind.CUSTOMER).pk


# --- the pool's clock ---------------------------------------------------------------------------
def test_nothing_takes_it_before_and_the_page_says_why(company: Company, sales: Any) -> None:
    recycle_with(deal_days=None, protect_days=60)
    with time_machine.travel(NOON, tick=False) as traveller:
        row = make_customer(company, sales)
        assert row.pool_due_at == on(2026, 12, 3)
        protect(row, days=45, actor=sales)
        assert (again(row).pool_due_at, again(row).pool_due_rule) == (on(2026, 12, 18), "follow_up")
        assert "保护期内" in str(texts.facts_of(again(row)))
        traveller.shift(timedelta(days=40))
        keeping.keep_all()
        assert again(row).owner == sales
        traveller.shift(timedelta(days=6))
        keeping.keep_all()
    assert (again(row).owner, again(row).protected_until) == (None, None)


def test_it_falls_when_the_protection_ends_without_a_deal(company: Company, sales: Any) -> None:
    recycle_with(follow_up_days=None, deal_days=None, protect_days=60, protection_days=3,
                 ends_protection=True)  # fmt: skip
    with time_machine.travel(NOON, tick=False) as traveller:
        row = make_customer(company, sales)
        assert row.pool_due_at is None
        protect(row, days=20, actor=sales)
        assert (again(row).pool_due_at, again(row).pool_due_rule) == (
            on(2026, 11, 23), "protection",
        )  # fmt: skip
        traveller.shift(timedelta(days=21))
        keeping.keep_all()
    assert (again(row).owner, again(row).pool_due_rule) == (None, "protection")


def test_ending_it_leaves_the_days_of_warning(company: Company, sales: Any) -> None:
    recycle_with(deal_days=None, protect_days=90, warn_days=[7])
    with time_machine.travel(NOON, tick=False) as traveller:
        row = make_customer(company, sales)
        protect(row, days=60, actor=sales)
        traveller.shift(timedelta(days=40))
        unprotect(again(row), actor=sales)
        assert again(row).pool_due_at == on(2026, 12, 20)


# --- duplicates of a protected customer ---------------------------------------------------------
@pytest.fixture
def twins(company: Company, sales: Any) -> tuple[Customer, Customer]:
    """A protected customer of sales1, and its duplicate in the hands of sales2."""
    allow()
    name = "浙江天一机械有限公司"
    first = make_customer(company, sales, name=name)
    second = make_customer(company, company["sales2"], name=" 浙江天一机械 有限公司")
    protect(first, days=7, actor=sales)
    return again(first), again(second)


def refused_on(company: Company, twin: Customer) -> list[bool]:
    """For everything that touches a customer: whether it was refused as a locked duplicate."""
    person = Contact.objects.filter(customer=twin).first()
    actor = company["sales2"]
    attempts = (
        lambda: update_customer(again(twin), changes={"need": "要报价"}, actor=actor),
        lambda: tag_customer(again(twin), add=[], actor=actor),
        lambda: set_life_cycle(again(twin), "interested", actor=actor),
        lambda: reveal_customer(again(twin), actor=company.admin),
        lambda: update_contact(person, changes={"position": "厂长"}, actor=actor),
        lambda: create_contact(unsaved_contact(customer=again(twin)), actor=actor),
        lambda: make_follow_up(again(twin), actor),
        lambda: make_follow_up(person, actor),
        lambda: protect(again(twin), days=5, actor=actor),
    )
    return [_is_refused(attempt) for attempt in attempts]


def _is_refused(attempt: Any) -> bool:
    try:
        with transaction.atomic():
            attempt()
            transaction.set_rollback(True)
    except InvalidTransition as error:
        return error.code == "duplicate_locked" and "重复" in error.message
    return False


def test_a_duplicate_is_locked_while_the_other_is_protected(
    company: Company, twins: tuple[Customer, Customer]
) -> None:
    first, second = twins
    assert refused_on(company, second) == [True] * 9
    update_customer(again(first), changes={"need": "要报价"}, actor=company["sales1"])
    unprotect(again(first), actor=company["sales1"])
    assert refused_on(company, second) == [False] * 9


def test_the_same_credit_code_counts_and_the_same_phone_does_not(
    company: Company, sales: Any
) -> None:
    allow()
    code = "91330100MA27XXXX0L"
    row = make_customer(company, sales, credit_code=code, phone="0571-88880000")
    same_code = make_customer(company, company["sales2"], credit_code=code)
    same_phone = make_customer(company, company["sales2"], phone="0571-88880000")
    protect(row, days=5, actor=sales)
    with pytest.raises(InvalidTransition):
        make_follow_up(same_code, company["sales2"])
    make_follow_up(same_phone, company["sales2"])


def test_the_lock_ends_with_the_day(company: Company, twins: tuple[Customer, Customer]) -> None:
    with time_machine.travel(twins[0].protected_until + timedelta(seconds=1), tick=False):
        assert refused_on(company, twins[1])[0] is False


def test_the_page_of_a_locked_duplicate(
    twins: tuple[Customer, Customer], client: Client, company: Company
) -> None:
    client.force_login(company["sales2"])
    html = client.get(twins[1].get_absolute_url()).content.decode()
    assert "该客户与" in html and company["sales1"].name in html
    assert "tel:" not in html and f"/customers/{twins[1].pk}/edit/" not in html
    assert f"/customers/{twins[1].pk}/protect/" not in html
    assert f"/contacts/add/?customer={twins[1].pk}" not in html
    person = Contact.objects.get(customer=twins[1])
    html = client.get(person.get_absolute_url()).content.decode()
    assert "该客户与" in html and "tel:" not in html
    answer = client.post(
        reverse("customers:customer_edit", args=[twins[1].pk]),
        {"name": "改名", "version": twins[1].version},
    )
    assert answer.status_code == 422


@pytest.mark.parametrize(("login", "is_dialled"), [("agent1", True), ("sales2", False)])
def test_who_serves_calls_back_though_the_customer_is_locked(
    login: str, is_dialled: bool, twins: tuple[Customer, Customer], client: Client, company: Company
) -> None:
    reader = company[login]
    ticket = make_ticket(company, company["agent1"], customer=twins[1])
    Ticket.objects.filter(pk=ticket.pk).update(owner=reader)  # who handles it reads the number
    reader.preferences = {"columns": {"tickets": ["title", "phone"]}}
    reader.save(update_fields=["preferences"])
    client.force_login(reader)
    for url in (ticket.get_absolute_url(), reverse("tickets:ticket_list") + "?scene=all"):
        html = client.get(url).content.decode()
        assert ticket.phone in html and (f"tel:{ticket.phone}" in html) is is_dialled, url
    Customer.objects.filter(pk=twins[0].pk).update(protected_until=None)
    html = client.get(ticket.get_absolute_url()).content.decode()
    assert f"tel:{ticket.phone}" in html


@pytest.mark.parametrize("page", ["customers:customer_list", "customers:contact_list"])
def test_no_list_dials_a_locked_duplicate(
    page: str, twins: tuple[Customer, Customer], client: Client, company: Company
) -> None:
    seller = company["sales2"]
    other = make_customer(company, seller)
    seller.preferences = {"columns": {"customers": ["name", "mobile", "phone"]}}
    seller.save(update_fields=["preferences"])
    client.force_login(seller)
    html = client.get(reverse(page), {"scene": "all"}).content.decode()
    for row, is_dialled in ((twins[1], False), (other, True)):
        numbers = [Contact.objects.get(customer=row).mobile]
        numbers += [row.phone] if page == "customers:customer_list" else []
        for number in numbers:
            assert number in html and (f"tel:{number}" in html) is is_dialled


def test_nothing_to_do_dials_a_locked_duplicate(
    twins: tuple[Customer, Customer], company: Company
) -> None:
    seller, late = company["sales2"], clock.now() - timedelta(days=1)
    other = make_customer(company, seller)
    Customer.objects.filter(pk__in=[twins[1].pk, other.pk]).update(next_contact_at=late)
    todos = {todo.pk: todo for todo in dues_of(seller, 10)[0][1].todos}
    locked, free = todos[twins[1].pk], todos[other.pk]
    assert locked.phone and (locked.tel, locked.done["url"]) == ("", "")
    assert free.tel == free.phone and free.done["url"]


def test_the_check_and_the_form_say_it(
    twins: tuple[Customer, Customer], client: Client, company: Company
) -> None:
    typed = duplicates.Typed(name=twins[0].name)
    reasons = [card["reason"] for card in duplicates.answer(typed, company["sales2"])]
    day = (twins[0].protected_until - timedelta(hours=1)).astimezone(UTC)
    assert any("保护中，保护期至" in reason for reason in reasons), (reasons, day)
    client.force_login(company["sales2"])
    values = {"name": twins[0].name, "contact_name": "王一", "contact_mobile": "13811112222"}
    values |= {"nature": twins[0].nature_id, "life_cycle": "potential"}
    html = client.post(reverse("customers:customer_add"), values).content.decode()
    assert "重复客户会被锁定" in html
    assert Customer.objects.filter(name_key=twins[0].name_key).count() == 2


def test_nothing_is_asked_where_no_rule_protects(company: Company, sales: Any) -> None:
    row = make_customer(company, sales)
    asked: list[str] = []

    def note(execute: Any, sql: str, *rest: Any) -> Any:
        asked.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(note):
        assert duplicates.protected(duplicates.Typed(name=row.name)) is None
    assert not [sql for sql in asked if "customers_customer" in sql]


# --- pages --------------------------------------------------------------------------------------
def test_from_the_page_and_back(company: Company, sales: Any, client: Client) -> None:
    allow(protect_limit=3)
    row = make_customer(company, sales)
    client.force_login(sales)
    url = reverse("customers:customer_protect", args=[row.pk])
    assert url in client.get(row.get_absolute_url()).content.decode()
    form = client.get(url).content.decode()
    assert "还可保护 3 条" in form and 'value="30"' in form
    assert client.post(url, {"days": "31"}).status_code == 422
    assert client.post(url, {"days": "10"}).status_code == 302
    html = client.get(row.get_absolute_url()).content.decode()
    off = reverse("customers:customer_unprotect", args=[row.pk])
    assert "保护至" in html and off in html and url not in html
    assert client.post(off).status_code == 302
    assert again(row).protected_until is None


def test_no_action_where_the_rule_is_off(company: Company, sales: Any, client: Client) -> None:
    row = make_customer(company, sales)
    client.force_login(sales)
    assert "/protect/" not in client.get(row.get_absolute_url()).content.decode()


def test_many_at_once_and_the_filter(company: Company, sales: Any) -> None:
    allow(protect_limit=2)
    rows = [make_customer(company, sales) for _place in range(3)]
    report = ProtectCustomers().run(Customer.objects.filter(owner=sales), {"days": 5}, sales)
    assert [row.state for row in report.rows] == ["done", "done", "refused"]
    listed = CustomerFilter({"protected": "true"}, Customer.objects.all()).qs
    assert len(listed) == 2 and set(listed) < set(rows)
    (left,) = set(rows) - set(listed)
    assert left in CustomerFilter({"protected": "false"}, Customer.objects.all()).qs


def test_the_rule_begins_tomorrow(company: Company, sales: Any) -> None:
    pool: Pool = default_pool(Kind.CUSTOMER)
    with time_machine.travel(NOON, tick=False) as traveller:
        PoolRuleVersion.objects.filter(pool=pool).update(valid_from=date(2026, 1, 1))
        stamps.bump(rules.STAMP)
        pools.set_rules(pool, {"protect_days": 5, "protect_limit": 1}, actor=company.admin)
        row = make_customer(company, sales)
        with pytest.raises(InvalidValue, match="未开启"):
            protect(row, days=5, actor=sales)
        traveller.shift(timedelta(days=1))
        protect(row, days=5, actor=sales)
