"""Named reads of customers and contacts."""

from datetime import UTC, datetime, timedelta

import time_machine
from django.http import QueryDict

from crm.core import clock, prepared
from crm.web.listing import LISTS, Listing
from customers.models import Contact, Customer
from customers.services.contacts import delete_contact
from customers.services.removing import delete_customer
from tests.factories.company import Company
from tests.factories.customers import make_contact, make_customer, unsaved_contact

#: Noon in Shanghai.
NOON = datetime(2026, 3, 10, 4, 0, tzinfo=UTC)


def keys(rows) -> set[int]:
    return set(rows.values_list("pk", flat=True))


def test_kept_leaves_the_bin_out(company: Company) -> None:
    kept, gone = (make_customer(company, company["sales1"]) for _number in range(2))
    delete_customer(gone, actor=company.admin)
    assert keys(Customer.objects.kept()) == {kept.pk}
    assert keys(Contact.objects.kept()) == keys(Contact.objects.filter(customer=kept))


def test_a_deleted_contact_is_not_kept(company: Company) -> None:
    customer = make_customer(company, company["sales1"])
    gone = make_contact(company, customer)
    delete_contact(gone, actor=company.admin)
    assert gone.pk not in keys(Contact.objects.kept())


def test_due_today_and_overdue(company: Company) -> None:
    moments = {
        "yesterday": NOON - timedelta(days=1),
        "this morning": NOON - timedelta(minutes=1),
        "this evening": NOON + timedelta(hours=11, minutes=59),
        "tomorrow": NOON + timedelta(hours=12),
        "never": None,
    }
    rows = {
        name: make_customer(company, company["sales1"], next_contact_at=at).pk
        for name, at in moments.items()
    }
    with time_machine.travel(NOON, tick=False):
        assert clock.now() == NOON
        assert keys(Customer.objects.due_today()) == {rows["this evening"]}
        assert keys(Customer.objects.overdue()) == {rows["yesterday"], rows["this morning"]}


def test_owned_by(company: Company) -> None:
    mine = make_customer(company, company["sales1"])
    make_customer(company, company["sales2"])
    assert keys(Customer.objects.owned_by(company["sales1"].pk)) == {mine.pk}


def test_primary_and_numbers(company: Company) -> None:
    people = [
        unsaved_contact(mobile="13900000001"),
        unsaved_contact(mobile="", phone="0571-88880000"),
    ]
    customer = make_customer(company, company["sales1"], contacts=people)
    first, second = customer.contacts.order_by("pk")
    assert keys(Contact.objects.filter(customer=customer).primary()) == {first.pk}
    assert keys(Contact.objects.reached_under(["13900000001"])) == {first.pk}
    assert keys(Contact.objects.reached_under(["0571-88880000"])) == {second.pk}
    assert keys(Contact.objects.reached_under(["13900000002"])) == set()


def test_a_search_with_few_rows_finds_what_the_visible_rows_hold(company: Company) -> None:
    """By SQL that is kept for the next search of as many rows."""
    sales, words = company["sales1"], ("蓝鲸", "赤狐")
    for word in words:
        for number in range(3):
            make_customer(company, sales, name=f"{word}{number}号科技有限公司")
        make_customer(company, company["sales2"], name=f"{word}外科技有限公司")
    prepared.forget_all()  # another test may have searched for as many rows
    found = []
    for word in words:
        known = set(prepared._statements)
        page = Listing(LISTS["customers"], sales, QueryDict(f"scene=all&q={word}")).page
        rows = Customer.objects.visible_to(sales).filter(name__contains=word)
        assert page.ids == list(rows.order_by("-updated_at", "-pk").values_list("pk", flat=True))
        found.append((len(page.ids), set(prepared._statements) - known))
    assert found[0][0] == found[1][0] == 3
    assert found[0][1] and not found[1][1]
