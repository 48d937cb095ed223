"""Follow-ups: what is written, who may, what the records learn."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import IntegrityError, transaction

from crm.activities.models import FollowUp
from crm.activities.services import (
    Said,
    create_follow_up,
    delete_follow_up,
    update_follow_up,
)
from crm.audit.models import Event
from crm.core.errors import InvalidValue, NotAllowed, Stale
from crm.dictionaries.models import Item
from customers.models import Contact, Customer
from customers.services.removing import delete_customer
from tests.kit import people

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
DAY = timedelta(days=1)
TEXT = "预算 50 万以内，一周内要方案"


@pytest.fixture(autouse=True)
def frozen() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def test_a_follow_up_sets_last_and_next_contact(
    customer: Customer, sales: Any, phone: Item
) -> None:
    before = customer.version
    follow_up = create_follow_up(
        customer, Said(TEXT, phone, next_contact_at=NOW + 3 * DAY), actor=sales
    )
    customer.refresh_from_db()
    assert follow_up.author == follow_up.created_by == sales
    assert follow_up.happened_at == NOW
    assert (customer.last_contact_at, customer.last_contact_summary) == (NOW, TEXT)
    assert customer.next_contact_at == NOW + 3 * DAY
    assert customer.version > before
    event = Event.objects.get(code="activities.follow_up.created")
    assert (event.actor, event.label, event.subject_id) == (sales, customer.name, follow_up.pk)


def test_one_on_a_contact_reaches_its_customer(
    contact: Contact, customer: Customer, sales: Any, phone: Item
) -> None:
    create_follow_up(contact, Said(TEXT, phone, next_contact_at=NOW + DAY), actor=sales)
    customer.refresh_from_db()
    contact.refresh_from_db()
    assert contact.last_contact_at == customer.last_contact_at == NOW
    assert contact.next_contact_at == customer.next_contact_at == NOW + DAY
    assert FollowUp.objects.under(customer).count() == 1
    assert FollowUp.objects.on(customer).count() == 0


def test_a_contact_that_was_due_is_done(customer: Customer, sales: Any, phone: Item) -> None:
    Customer.objects.update(next_contact_at=NOW + timedelta(hours=5))
    create_follow_up(customer, Said(TEXT, phone), actor=sales)
    customer.refresh_from_db()
    assert customer.next_contact_at is None


def test_a_plan_for_another_day_stays(customer: Customer, sales: Any, phone: Item) -> None:
    Customer.objects.update(next_contact_at=NOW + 2 * DAY)
    create_follow_up(customer, Said(TEXT, phone), actor=sales)
    customer.refresh_from_db()
    assert customer.next_contact_at == NOW + 2 * DAY


def test_an_entry_of_long_ago_changes_neither_last_nor_next(
    customer: Customer, sales: Any, phone: Item
) -> None:
    create_follow_up(customer, Said(TEXT, phone, next_contact_at=NOW + DAY), actor=sales)
    old = Said("三月去过他们展厅，喜欢样品", phone, happened_at=NOW - 90 * DAY)
    old.next_contact_at = NOW - 80 * DAY
    create_follow_up(customer, old, actor=sales)
    customer.refresh_from_db()
    assert (customer.last_contact_at, customer.last_contact_summary) == (NOW, TEXT)
    assert customer.next_contact_at == NOW + DAY


def test_an_imported_last_contact_is_not_taken_back(
    customer: Customer, sales: Any, phone: Item
) -> None:
    Customer.objects.update(last_contact_at=NOW - DAY)
    said = Said(TEXT, phone, happened_at=NOW - 5 * DAY)
    create_follow_up(customer, said, actor=sales)
    customer.refresh_from_db()
    assert customer.last_contact_at == NOW - DAY


def test_the_same_form_twice_makes_one(customer: Customer, sales: Any, phone: Item) -> None:
    made = [
        create_follow_up(customer, Said(TEXT, phone), actor=sales, token="a" * 32)
        for _again in range(5)
    ]
    assert {row.pk for row in made} == {FollowUp.objects.get().pk}
    assert Event.objects.filter(code="activities.follow_up.created").count() == 1


def test_two_forms_make_two(customer: Customer, sales: Any, phone: Item) -> None:
    for token in ("a" * 32, "b" * 32, "", ""):
        create_follow_up(customer, Said(TEXT, phone), actor=sales, token=token)
    assert FollowUp.objects.count() == 4


def test_never_in_the_future(customer: Customer, sales: Any, phone: Item) -> None:
    with pytest.raises(InvalidValue) as caught:
        create_follow_up(
            customer, Said(TEXT, phone, happened_at=NOW + timedelta(minutes=5)), actor=sales
        )
    assert caught.value.field == "happened_at"


def test_the_next_contact_comes_later(customer: Customer, sales: Any, phone: Item) -> None:
    with pytest.raises(InvalidValue) as caught:
        create_follow_up(customer, Said(TEXT, phone, next_contact_at=NOW), actor=sales)
    assert caught.value.field == "next_contact_at"
    assert not FollowUp.objects.exists()


def test_nobody_writes_on_a_record_he_does_not_see(
    customer: Customer, other: Any, phone: Item
) -> None:
    with pytest.raises(NotAllowed):
        create_follow_up(customer, Said(TEXT, phone), actor=other)


def test_service_writes_on_what_it_sees(customer: Customer, phone: Item) -> None:
    agent = people.make_user("a1", "service")
    assert create_follow_up(customer, Said(TEXT, phone), actor=agent).author == agent


def test_finance_reads_only(customer: Customer, phone: Item) -> None:
    with pytest.raises(NotAllowed):
        create_follow_up(customer, Said(TEXT, phone), actor=people.make_user("f1", "finance"))


def test_not_on_a_deleted_customer(customer: Customer, sales: Any, phone: Item) -> None:
    delete_customer(customer, actor=sales)
    with pytest.raises(NotAllowed):
        create_follow_up(customer, Said(TEXT, phone), actor=sales)


def test_for_a_teammate_but_not_for_a_stranger(
    customer: Customer, sales: Any, other: Any, phone: Item
) -> None:
    mate = people.make_user("s3", "sales", main_department=sales.main_department)
    follow_up = create_follow_up(customer, Said(TEXT, phone, author=mate), actor=sales)
    assert (follow_up.author, follow_up.created_by) == (mate, sales)
    with pytest.raises(NotAllowed) as caught:
        create_follow_up(customer, Said(TEXT, phone, author=other), actor=sales)
    assert caught.value.field == "author"


def test_a_correction_is_recorded_and_moves_the_summary(
    customer: Customer, sales: Any, phone: Item
) -> None:
    follow_up = create_follow_up(customer, Said(TEXT, phone), actor=sales)
    update_follow_up(follow_up, changes={"text": "预算改为 60 万"}, actor=sales, version=1)
    customer.refresh_from_db()
    assert customer.last_contact_summary == "预算改为 60 万"
    event = Event.objects.get(code="activities.follow_up.updated")
    assert event.changes == {"text": [TEXT, "预算改为 60 万"]}
    assert event.links.get().about_id == customer.pk


def test_a_lost_update_is_noticed(customer: Customer, sales: Any, phone: Item) -> None:
    follow_up = create_follow_up(customer, Said(TEXT, phone), actor=sales)
    update_follow_up(follow_up, changes={"text": "客户要样品"}, actor=sales, version=1)
    with pytest.raises(Stale):
        update_follow_up(follow_up, changes={"text": "客户要合同"}, actor=sales, version=1)


def test_only_author_and_manager_change(
    customer: Customer, sales: Any, manager: Any, phone: Item
) -> None:
    follow_up = create_follow_up(customer, Said(TEXT, phone), actor=sales)
    agent = people.make_user("a1", "service")
    with pytest.raises(NotAllowed):
        update_follow_up(follow_up, changes={"text": "客户要样品"}, actor=agent)
    update_follow_up(follow_up, changes={"text": "客户要样品"}, actor=manager)
    assert FollowUp.objects.get().text == "客户要样品"


def test_deleting_takes_the_record_back_to_the_contact_before(
    customer: Customer, sales: Any, phone: Item
) -> None:
    create_follow_up(customer, Said(TEXT, phone, happened_at=NOW - DAY), actor=sales)
    last = create_follow_up(customer, Said("客户要样品", phone), actor=sales)
    delete_follow_up(last, actor=sales)
    customer.refresh_from_db()
    assert (customer.last_contact_at, customer.last_contact_summary) == (NOW - DAY, TEXT)
    assert FollowUp.objects.kept().count() == 1
    assert FollowUp.objects.get(pk=last.pk).deleted_by == sales


def test_after_a_day_only_the_manager_deletes(
    customer: Customer, sales: Any, manager: Any, phone: Item
) -> None:
    follow_up = create_follow_up(customer, Said(TEXT, phone), actor=sales)
    with time_machine.travel(NOW + timedelta(hours=24, minutes=1), tick=False):
        with pytest.raises(NotAllowed):
            delete_follow_up(follow_up, actor=sales)
        delete_follow_up(follow_up, actor=manager)
    assert not FollowUp.objects.kept().exists()


def test_rows_follow_the_record(
    customer: Customer, sales: Any, manager: Any, other: Any, phone: Item
) -> None:
    create_follow_up(customer, Said(TEXT, phone), actor=sales)
    auditor = people.make_user("au", "auditor")
    seen = {
        user.username: FollowUp.objects.visible_to(user).count()
        for user in (sales, manager, other, auditor)
    }
    assert seen == {"s1": 1, "m1": 1, "s2": 0, "au": 1}


@pytest.mark.parametrize(
    "wrong",
    [{"text": ""}, {"attitude": "angry"}, {"result": "maybe"}, {"next_contact_at": NOW - DAY}],
)
def test_the_database_refuses_what_no_service_writes(
    wrong: dict[str, Any], customer: Customer, sales: Any, phone: Item
) -> None:
    follow_up = create_follow_up(customer, Said(TEXT, phone), actor=sales)
    with pytest.raises(IntegrityError), transaction.atomic():
        FollowUp.objects.filter(pk=follow_up.pk).update(**wrong)
