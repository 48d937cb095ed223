"""Bulk writing stores what the ORM would store, whatever the number of rows."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test.utils import CaptureQueriesContext

from crm.accounts.models import User
from crm.audit.models import Event
from crm.core.bulk import FEW, Among, Maker, commit_without_waiting, insert_many, update_many
from crm.jobs.models import Job
from customers.models import Contact, Customer

pytestmark = pytest.mark.django_db

MOMENT = datetime(2026, 3, 1, 23, 30, 5, 1200, tzinfo=timezone(timedelta(hours=8)))
VALUES: dict[str, Any] = {
    "name": "重庆\t粉末\\n“涂料”",
    "created_at": MOMENT,
    "updated_at": datetime(2026, 3, 1, tzinfo=UTC),
    "entered_on": date(2026, 2, 28),
    "annual_spending": Decimal("12345678901.50"),
    "is_incomplete": True,
    "remarks": "一行\n二行",
}
COLUMNS = [field.attname for field in Customer._meta.concrete_fields if field.attname != "id"]


@pytest.fixture(autouse=True)
def owned(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A customer has an owner or a pool."""
    monkeypatch.setitem(VALUES, "owner_id", User.objects.create(username="bulk").pk)


def made(number: int, prefix: str) -> list[Customer]:
    maker = Maker(Customer)
    return [maker(number=f"{prefix}{place}", **VALUES) for place in range(number)]


def stored(prefix: str) -> list[tuple]:
    columns = [name for name in COLUMNS if name != "number"]
    return list(Customer.objects.filter(number__startswith=prefix).values_list(*columns))


@pytest.mark.parametrize("number", [1, FEW, FEW + 1, 50])
def test_rows_are_stored_as_the_orm_stores_them(number: int) -> None:
    Customer.objects.bulk_create([Customer(number="ORM", **VALUES)])
    rows = insert_many(made(number, "BULK"))
    assert stored("BULK") == stored("ORM") * number
    by_key = Customer.objects.in_bulk([row.pk for row in rows])
    assert [by_key[row.pk].number for row in rows] == [row.number for row in rows]
    assert not any(row._state.adding for row in rows)


@pytest.mark.parametrize("number", [1, FEW + 1])
def test_documents_keep_their_types(number: int) -> None:
    changes = {"名": [None, "a\tb\\"], "n": [1, 2.5], "b": [True, {}]}
    here = {"code": "x", "at": MOMENT, "source": "web", "ip": "10.0.0.7"}
    rows = insert_many([Event(changes=changes, **here) for _row in range(number)])
    found = Event.objects.filter(pk__in=[row.pk for row in rows])
    assert [(event.changes, event.at, event.ip) for event in found] == [
        (changes, MOMENT, "10.0.0.7")
    ] * number


def test_changed_rows_are_stored_as_the_orm_stores_them(django_assert_num_queries: Any) -> None:
    names = [*VALUES.keys() - {"owner_id"}, "owner"]
    Customer.objects.bulk_create([Customer(number="ORM", **VALUES)])
    early = {"created_at": datetime(2020, 1, 1, tzinfo=UTC), "entered_on": date(2020, 1, 1)}
    before = VALUES | early | {"name": "x", "annual_spending": None, "remarks": ""}
    rows = Customer.objects.bulk_create(
        [Customer(number=f"MANY{place}", **before) for place in range(3)]
    )
    for row in rows:
        vars(row).update(VALUES)
    with django_assert_num_queries(1):
        update_many(rows, names)
    assert stored("MANY") == stored("ORM") * 3
    with django_assert_num_queries(0):
        update_many([], names)


def test_changed_documents_keep_their_types() -> None:
    job = Job.objects.create(kind="x", actor_id=VALUES["owner_id"])
    job.params = {"名": [None, "a\tb\\"], "n": [1, 2.5], "b": [True, {}]}
    update_many([job], ["params"])
    assert Job.objects.get(pk=job.pk).params == job.params


def test_what_a_change_may_not_be_is_an_error_of_django() -> None:
    first, second = insert_many(made(2, "ONCE"))
    second.number = first.number
    with pytest.raises(IntegrityError), transaction.atomic():
        update_many([second], ["number"])


@pytest.mark.parametrize("number", [1, FEW + 1])
def test_rows_with_keys_keep_them(number: int) -> None:
    rows = made(number, "KEY")
    for place, row in enumerate(rows):
        row.pk = 900_000 + place
    insert_many(rows)
    assert Customer.objects.filter(pk__gte=900_000).count() == number


@pytest.mark.parametrize("number", [1, FEW + 1])
def test_what_the_database_refuses_is_an_error_of_django(number: int) -> None:
    insert_many(made(number, "ONCE"))
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_many(made(number, "ONCE"))


def test_no_rows_are_no_statement(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert insert_many([]) == []


@pytest.mark.django_db(transaction=True)
def test_without_a_transaction_nothing_is_written() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        insert_many(made(1, "NONE"))
    assert not Customer.objects.filter(number__startswith="NONE").exists()


def test_a_made_object_is_like_a_constructed_one() -> None:
    made_one, constructed = Maker(Contact)(name="李娜"), Contact(name="李娜")
    ours, theirs = vars(made_one), vars(constructed)
    assert {name: ours[name] for name in ours if name != "_state"} == {
        name: theirs[name] for name in theirs if name != "_state"
    }
    assert made_one._state.adding
    assert made_one._state is not Maker(Contact)(name="李娜")._state


def test_among_finds_what_in_finds() -> None:
    names = ["甲'\"公司", "乙\\公司", "丙公司"]
    insert_many([Maker(Customer)(number=name, **VALUES | {"name": name}) for name in names])
    for wanted in ([], names[:1], names, ["丁"], [*names, *map(str, range(500))]):
        found = Customer.objects.filter(Among("name", wanted)).order_by("pk")
        assert list(found) == list(Customer.objects.filter(name__in=wanted).order_by("pk"))
    either = Customer.objects.filter(Among("name", names[:1]) | Among("number", ["x"]))
    assert either.count() == 1


def test_only_this_transaction_does_not_wait() -> None:
    connection = transaction.get_connection()
    with CaptureQueriesContext(connection) as queries:
        commit_without_waiting()
    assert len(queries) == (1 if connection.vendor == "postgresql" else 0)
