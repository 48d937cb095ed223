"""Every path that sets the next contact plans its reminder, and only the right one (T1, S11-22)."""

from datetime import datetime
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crm.activities.choices import METHOD
from crm.activities.services import Said, create_follow_up, delete_follow_up, update_follow_up
from crm.dictionaries import stamps, statutory
from crm.dictionaries.models import Item
from crm.notifications.models import Notification
from crm.reminders import services
from crm.reminders.choices import STAMP
from crm.reminders.models import Reminder, ReminderRule, State
from crm.reminders.rules import NEXT_DAY
from customers.drafts import CustomerDraft
from customers.models import Contact, Customer
from customers.services.changing import assign_customer, update_customer
from customers.services.contacts import update_contact
from customers.services.creating import create_customers
from customers.services.removing import delete_customer, purge_customer, restore_customer
from customers.services.transferring import transfer_customer
from tests.factories.company import Company
from tests.factories.customers import make_customer
from tests.reminders.conftest import at
from tests.reminders.test_reminders import run_at, told

pytestmark = pytest.mark.django_db
NOW = at(2026, 9, 1, 8)


def waiting() -> list[tuple[Any, datetime]]:
    """Record and moment of everything that waits."""
    rows = Reminder.objects.open().order_by("due_at", "id")
    return [(row.subject_type.model_class(), row.due_at) for row in rows]


def said(day: int, hour: int = 15) -> Said:
    """A follow-up after which a contact is agreed for a day of September."""
    return said_for(at(2026, 9, day, hour))


def said_for(moment: datetime) -> Said:
    """A follow-up after which a contact is agreed."""
    method = Item.objects.get(dictionary__code=METHOD, code="phone")
    return Said("客户要求本周内给出方案", method, next_contact_at=moment)


@time_machine.travel(NOW, tick=False)
def test_a_follow_up_reminds_its_owner_at_nine(company: Company, customer: Customer) -> None:
    owner = company["sales1"]
    follow_up = create_follow_up(customer, said(3), actor=owner)
    assert waiting() == [(Customer, at(2026, 9, 3, 9))]
    update_follow_up(follow_up, changes={"next_contact_at": at(2026, 9, 4, 15)}, actor=owner)
    assert waiting() == [(Customer, at(2026, 9, 4, 9))]
    assert run_at(at(2026, 9, 3, 9), at(2026, 9, 4, 9)) == 1
    assert told(owner) == [f"联系 {customer}"]
    notice = Notification.objects.get(kind="reminder_next_contact")
    assert notice.text == "约定时间：2026-09-04 15:00\n上次跟进：客户要求本周内给出方案"


@time_machine.travel(NOW, tick=False)
def test_a_follow_up_on_a_contact_reminds_once(company: Company, customer: Customer) -> None:
    contact = Contact.objects.get(customer=customer)
    follow_up = create_follow_up(contact, said(3), actor=company["sales1"])
    assert waiting() == [(Customer, at(2026, 9, 3, 9))]
    contact.refresh_from_db()
    update_contact(
        contact, changes={"next_contact_at": at(2026, 9, 7, 10)}, actor=company["sales1"]
    )
    assert waiting() == [(Customer, at(2026, 9, 3, 9)), (Contact, at(2026, 9, 7, 9))]
    delete_follow_up(follow_up, actor=company["sales1"])
    assert len(waiting()) == 2  # taking a note back does not take back what is planned


@time_machine.travel(NOW, tick=False)
def test_form_owner_bin_and_back(company: Company, customer: Customer) -> None:
    owner, manager = company["sales1"], company["manager"]
    update_customer(customer, changes={"next_contact_at": at(2026, 9, 3, 15)}, actor=owner)
    assert waiting() == [(Customer, at(2026, 9, 3, 9))]
    assign_customer(customer, manager, actor=company.admin)
    assert [row.recipient for row in Reminder.objects.open()] == [manager]
    delete_customer(customer, actor=company.admin)
    assert waiting() == []
    restore_customer(customer, actor=company.admin)
    assert waiting() == [(Customer, at(2026, 9, 3, 9))]
    update_customer(customer, changes={"next_contact_at": None}, actor=company.admin)
    assert waiting() == []
    update_customer(customer, changes={"next_contact_at": at(2026, 9, 5, 15)}, actor=company.admin)
    delete_customer(customer, actor=company.admin)
    purge_customer(customer, actor=company.admin)
    assert set(Reminder.objects.values_list("state", flat=True)) == {State.CANCELLED}


def test_who_takes_over_in_the_holidays_is_reminded_behind_them(company: Company) -> None:
    statutory.seed()
    ReminderRule.objects.create(code="next_contact", steps=[0], working_days=NEXT_DAY, at="09:00")
    stamps.bump(STAMP)
    with time_machine.travel(at(2026, 9, 28, 8), tick=False):
        customer = make_customer(company, company["sales1"])
        create_follow_up(customer, said_for(at(2026, 10, 3, 15)), actor=company["sales1"])
    assert waiting() == [(Customer, at(2026, 10, 8, 9))]  # 1 to 7 October are holidays
    with time_machine.travel(at(2026, 10, 2, 8), tick=False):
        fresh = Customer.objects.get(pk=customer.pk)
        transfer_customer(fresh, company["sales2"], actor=company["manager"])
    assert waiting() == [(Customer, at(2026, 10, 8, 9))]
    for day in range(2, 9):
        assert not Notification.objects.filter(kind="reminder_next_contact").exists()
        run_at(at(2026, 10, day, 9))
    notice = Notification.objects.get(kind="reminder_next_contact")
    assert notice.user == company["sales2"]


@time_machine.travel(NOW, tick=False)
def test_a_contact_made_today_for_this_afternoon(company: Company, customer: Customer) -> None:
    with time_machine.travel(at(2026, 9, 1, 10), tick=False):
        create_follow_up(customer, said(1, 15), actor=company["sales1"])
        assert waiting() == [(Customer, at(2026, 9, 1, 15))]
        create_follow_up(customer, said(1, 16), actor=company["sales1"])
        assert waiting() == [(Customer, at(2026, 9, 1, 16))]


def drafts(owner: Any, count: int, *, planned: bool) -> list[CustomerDraft]:
    """New customers, with or without a next contact."""
    when = at(2026, 9, 3, 15) if planned else None
    return [
        CustomerDraft(
            Customer(name=f"导入客户{number}有限公司", owner=owner, next_contact_at=when),
            [Contact(name="王芳", mobile=f"138001380{number:02d}")],
        )
        for number in range(count)
    ]


@time_machine.travel(NOW, tick=False)
def test_an_import_plans_with_a_constant_number_of_statements(company: Company) -> None:
    owner = company["sales1"]
    counts = []
    for count, planned in ((10, True), (40, True), (40, False)):
        Customer.objects.filter(name__startswith="导入客户").update(name="x", name_key="x")
        with CaptureQueriesContext(connection) as captured:
            create_customers(drafts(owner, count, planned=planned), actor=owner)
        touching = [query["sql"] for query in captured if "reminders_" in str(query["sql"])]
        counts.append(len(touching))
        assert Reminder.objects.open().count() == (count if planned else 0)
        Reminder.objects.all().delete()
    assert counts[0] == counts[1] <= 4
    assert counts[2] == 0


@time_machine.travel(NOW, tick=False)
def test_old_reminders_are_removed_and_waiting_ones_kept(
    company: Company, customer: Customer
) -> None:
    create_follow_up(customer, said(3), actor=company["sales1"])
    customer.refresh_from_db()
    update_customer(customer, changes={"next_contact_at": at(2027, 9, 5, 15)}, actor=company.admin)
    with time_machine.travel(at(2027, 9, 1, 8), tick=False):
        assert services.expire() == 1
    assert waiting() == [(Customer, at(2027, 9, 5, 9))]
