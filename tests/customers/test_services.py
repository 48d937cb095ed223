"""What the services of customers and contacts write, refuse and record."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from crm.audit.models import Event
from crm.core.errors import InvalidValue, NotAllowed, Stale
from crm.dictionaries import lookups
from crm.dictionaries.services import ensure_tags
from crm.notifications.models import Notification
from customers.choices import INDUSTRY, NATURE, PERSON
from customers.drafts import CustomerDraft
from customers.models import Category, Contact, ContactGroup, Customer, CustomerShare
from customers.services import classes
from customers.services.changing import (
    assign_customer,
    classify_customer,
    reveal_customer,
    tag_customer,
    update_customer,
)
from customers.services.contacts import (
    create_contact,
    delete_contact,
    restore_contact,
    update_contact,
)
from customers.services.creating import create_customer
from customers.services.removing import delete_customer, purge_customer, restore_customer
from customers.services.team import unshare_customer
from tests.factories.company import Company
from tests.factories.customers import make_contact, make_customer, share, unsaved_contact


def last_event(customer: object) -> Event:
    return Event.objects.filter(subject_id=customer.pk).order_by("-pk").first()


def nothing_recorded(call) -> None:
    """Run what must fail before it records anything."""
    before = Event.objects.count()
    call()
    assert Event.objects.count() == before


@pytest.fixture
def owner(company: Company):
    return company["sales1"]


@pytest.fixture
def customer(company: Company, owner) -> Customer:
    return make_customer(company, owner)


# --- create -------------------------------------------------------------------------------------
def test_numbers_run_on(company: Company, owner) -> None:
    numbers = [make_customer(company, owner).number for _place in range(3)]
    serials = [int(number[-3:]) for number in numbers]
    assert serials == [serials[0], serials[0] + 1, serials[0] + 2]
    assert {number[:2] for number in numbers} == {"HK"}


def test_what_follows_from_the_rest(company: Company, owner) -> None:
    draft = CustomerDraft(Customer(name="长沙重庆路贸易有限公司", owner=owner), [unsaved_contact()])
    made = Customer.objects.get(pk=create_customer(draft, actor=owner).pk)
    assert made.name_initials.startswith("csc")
    assert (made.created_by, made.version, made.is_incomplete) == (owner, 1, False)
    assert made.nature_id is not None
    assert made.entered_on is not None
    assert [person.is_primary for person in made.contacts.all()] == [True]


def test_only_who_may_assign_gives_to_others(company: Company, owner) -> None:
    for receiver in (company["sales2"], None):
        draft = CustomerDraft(Customer(name="甲乙丙公司", owner=receiver), [])
        with pytest.raises(NotAllowed), transaction.atomic():
            create_customer(draft, actor=owner)
    assert not Customer.objects.exists()


def test_an_individual_has_no_industry(owner) -> None:
    draft = CustomerDraft(
        Customer(
            name="张伟", owner=owner, nature_id=lookups.by_code(NATURE, PERSON).pk,
            industry_id=lookups.items(INDUSTRY)[0].pk,
        ),
        [],
    )  # fmt: skip
    with pytest.raises(ValidationError) as refusal, transaction.atomic():
        create_customer(draft, actor=owner)
    assert set(refusal.value.message_dict) == {"industry"}


def test_the_new_owner_is_told(company: Company, owner) -> None:
    customer = make_customer(company, owner)
    notice = Notification.objects.get(user=owner, kind="customer_assigned")
    assert notice.url == customer.get_absolute_url()
    mine = CustomerDraft(Customer(name="自己的公司", owner=owner), [])
    create_customer(mine, actor=owner)
    assert Notification.objects.filter(user=owner).count() == 1


# --- change -------------------------------------------------------------------------------------
def test_update_has_no_side_door(customer: Customer, owner) -> None:
    for name in ("owner", "life_cycle", "number"):
        with pytest.raises(ValueError, match=name):
            update_customer(customer, changes={name: "x"}, actor=owner)


def test_a_stale_update_changes_nothing(customer: Customer, owner) -> None:
    update_customer(customer, changes={"need": "一台"}, actor=owner, version=1)
    old = Customer.objects.get(pk=customer.pk)
    with pytest.raises(Stale):
        update_customer(old, changes={"need": "两台"}, actor=owner, version=1)
    assert Customer.objects.get(pk=customer.pk).need == "一台"


def test_assigning(company: Company, customer: Customer) -> None:
    boss, receiver = company["manager"], company.junior_of(company["manager"])
    assign_customer(customer, receiver, actor=boss, note="换区域")
    stored = Customer.objects.get(pk=customer.pk)
    assert (stored.owner, stored.previous_owner) == (receiver, company["sales1"])
    event = last_event(customer)
    assert event.changes == {"owner": [company["sales1"].name, receiver.name]}
    assert (event.code, event.note) == ("customers.customer.assigned", "换区域")
    assert Notification.objects.filter(user=receiver, kind="customer_assigned").count() == 1
    assert Customer.objects.visible_to(receiver).filter(pk=customer.pk).exists()


def test_assigning_is_refused(company: Company, customer: Customer) -> None:
    boss = company["manager"]
    for receiver, error in (
        (company["sales1"], InvalidValue),
        (company["sales2"], NotAllowed),
        (company["disabled"], InvalidValue),
        (None, NotAllowed),
    ):
        with pytest.raises(error):
            assign_customer(customer, receiver, actor=boss)
    assert Customer.objects.get(pk=customer.pk).owner == company["sales1"]


def test_tags(customer: Customer, owner, company: Company) -> None:
    tags = {name: tag.pk for name, tag in ensure_tags(["重点", "展会"], actor=owner).items()}
    tag_customer(customer, add=tags.values(), actor=owner)
    tag_customer(customer, remove=[tags["重点"]], actor=owner)
    assert list(customer.tags.values_list("name", flat=True)) == ["展会"]
    assert last_event(customer).changes == {"tags": ["展会、重点", "展会"]}
    assert Customer.objects.get(pk=customer.pk).version == 3
    nothing_recorded(lambda: tag_customer(customer, add=[tags["展会"]], actor=owner))


def test_one_class_of_each_scheme(customer: Customer, owner, company: Company) -> None:
    def node(name: str, parent: Category | None = None) -> Category:
        return classes.create_category(Category(name=name, parent=parent), actor=company.admin)

    size, region = node("规模"), node("区域")
    large, small, east = node("大型", size), node("小型", size), node("华东", region)
    for wanted in (large, east, small):
        classify_customer(customer, wanted, actor=owner)
    assert set(customer.categories.all()) == {small, east}


def test_classes_in_use_stay(customer: Customer, owner, company: Company) -> None:
    kind = classes.create_category(Category(name="甲"), actor=company.admin)
    classify_customer(customer, kind, actor=owner)
    with pytest.raises(InvalidValue):
        classes.delete_category(kind, actor=company.admin)
    assert Category.objects.filter(pk=kind.pk).exists()


def test_groups(company: Company) -> None:
    group = classes.create_group("通讯", actor=company.admin)
    classes.rename_group(group, "简报", actor=company.admin)
    assert ContactGroup.objects.get().name == "简报"
    with pytest.raises(NotAllowed):
        classes.rename_group(group, "别的", actor=company["sales1"])


def test_team(company: Company, customer: Customer, owner) -> None:
    member = company["sales2"]
    share(company, customer, member)
    share(company, customer, member, write=True)
    assert [row.may_change for row in CustomerShare.objects.all()] == [True]
    with pytest.raises(NotAllowed):
        unshare_customer(customer, company["manager"], actor=member)
    unshare_customer(customer, member, actor=member)
    assert not CustomerShare.objects.exists()
    with pytest.raises(InvalidValue):
        share(company, customer, owner)
    with pytest.raises(InvalidValue):
        share(company, customer, company["disabled"])


def test_a_look_at_masked_data_is_recorded(company: Company, customer: Customer) -> None:
    assert reveal_customer(customer, actor=company["agent1"]) == customer.phone
    assert last_event(customer).code == "customers.customer.revealed"
    nothing_recorded(
        lambda: pytest.raises(NotAllowed, reveal_customer, customer, actor=company["auditor"])
    )


# --- the bin ------------------------------------------------------------------------------------
def test_purging_keeps_the_name_in_the_log(company: Company, customer: Customer) -> None:
    key, name = customer.pk, customer.name
    delete_customer(customer, actor=company.admin)
    purge_customer(customer, actor=company.admin)
    assert not Customer.objects.filter(pk=key).exists()
    assert not Contact.objects.filter(customer_id=key).exists()
    event = Event.objects.get(code="customers.customer.purged")
    assert (event.label, event.subject_id) == (name, key)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL reads small tables whole")
def test_purging_reads_no_large_table_whole(company: Company, customer: Customer) -> None:
    """An undone import purges its customers one by one (`contracts.md` 1.7)."""
    with CaptureQueriesContext(connection) as asked:
        purge_customer(customer, actor=company.admin)
    large = ("activities_followup", "opportunities_opportunity", "reminders_reminder")
    with connection.cursor() as cursor:
        for query in asked.captured_queries:
            if query["sql"].startswith(("SELECT", "UPDATE", "DELETE")):
                plan = cursor.execute(f"EXPLAIN QUERY PLAN {query['sql']}").fetchall()
                read = [step for *_place, step in plan if step.startswith("SCAN ")]
                assert not [step for step in read if step.split()[1] in large], query["sql"]


def test_the_bin_needs_the_right(company: Company, customer: Customer) -> None:
    for actor in ("agent1", "auditor", "sales2"):
        with pytest.raises(NotAllowed):
            delete_customer(customer, actor=company[actor])
        with pytest.raises(NotAllowed):
            restore_customer(customer, actor=company[actor])
    assert Customer.objects.kept().filter(pk=customer.pk).exists()


# --- contacts -----------------------------------------------------------------------------------
def primary_of(customer: Customer) -> list[str]:
    return list(Contact.objects.filter(customer=customer).primary().values_list("name", flat=True))


def test_there_is_always_one_primary_contact(company: Company, customer: Customer, owner) -> None:
    first = customer.contacts.get()
    second = make_contact(company, customer, name="李娜")
    assert primary_of(customer) == [first.name]
    update_contact(second, changes={"is_primary": True}, actor=owner)
    assert primary_of(customer) == ["李娜"]
    with pytest.raises(InvalidValue):
        update_contact(second, changes={"is_primary": False}, actor=owner)
    delete_contact(second, actor=owner)
    assert primary_of(customer) == [first.name]
    restore_contact(second, actor=owner)
    assert primary_of(customer) == [first.name]
    third = make_contact(company, customer, name="周杰", is_primary=True)
    assert primary_of(customer) == [third.name]


def test_contact_events_stand_on_the_customer_too(company: Company, customer: Customer) -> None:
    contact = make_contact(company, customer)
    event = Event.objects.filter(code="customers.contact.created").order_by("-pk").first()
    assert event.subject_id == contact.pk
    assert [link.about_id for link in event.links.all()] == [customer.pk]


def test_no_contact_for_a_customer_out_of_reach_or_in_the_bin(
    company: Company, customer: Customer, owner
) -> None:
    with pytest.raises(NotAllowed):
        create_contact(unsaved_contact(customer=customer), actor=company["sales2"])
    delete_customer(customer, actor=owner)
    with pytest.raises(InvalidValue):
        create_contact(unsaved_contact(customer=customer), actor=owner)
    assert customer.contacts.count() == 1
