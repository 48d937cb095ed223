"""Bulk actions that give many customers the same: fields, owners in turn or by load."""

from typing import Any

import pytest
from django.test import Client

from crm.audit.models import Event
from crm.core import clock
from crm.core.errors import InvalidValue, LimitReached, NotAllowed
from crm.dictionaries import lookups, stamps
from crm.dictionaries.filters import as_row
from crm.pool import rules
from crm.pool.choices import Kind, Purpose
from crm.pool.models import OwnedCap
from customers.bulk import EditCustomers
from customers.choices import GRADE, INDUSTRY, NATURE, PERSON, LifeCycle, Way
from customers.models import Customer
from customers.services.distributing import distribute_customer
from tests.factories.company import Company
from tests.factories.customers import make_customer


@pytest.fixture
def client(browser_of: Any) -> Client:
    return browser_of("manager")


def sent(action: str, client: Client, rows: list[Customer], **values: Any) -> Any:
    data = {"ids": [row.pk for row in rows], "step": "run", **values}
    return client.post(f"/customers/bulk/{action}/", data)


def owners(rows: list[Customer]) -> list[str]:
    found = dict(Customer.objects.values_list("pk", "owner__username"))
    return [found[row.pk] for row in rows]


# --- the same values ----------------------------------------------------------------------------
def test_chosen_fields_change_and_empty_ones_stay(company: Company, client: Client) -> None:
    first, second = lookups.items(INDUSTRY)[:2]
    grade = lookups.by_code(GRADE, "a")
    rows = [
        make_customer(company, company["sales1"], industry_id=item.pk) for item in (first, second)
    ]
    events = Event.objects.filter(code="customers.customer.updated")
    known = events.count()
    assert sent("edit", client, rows, grade=grade.pk).status_code == 200
    stored = list(Customer.objects.order_by("pk").values_list("grade_id", "industry_id"))
    assert stored == [(grade.pk, first.pk), (grade.pk, second.pk)]
    assert events.count() == known + 2
    assert events.latest("pk").changes == {"grade": [None, grade.label]}


def test_nothing_chosen_changes_nothing(company: Company, client: Client) -> None:
    row = make_customer(company, company["sales1"])
    assert sent("edit", client, [row]).status_code == 422
    assert Customer.objects.get().version == row.version


def test_a_rule_refuses_its_row_alone(company: Company, client: Client) -> None:
    industry = lookups.items(INDUSTRY)[0].pk
    person = make_customer(
        company, company["sales1"], nature_id=lookups.by_code(NATURE, PERSON).pk, name="张伟"
    )
    firm = make_customer(company, company["sales1"])
    answer = sent("edit", client, [person, firm], industry=industry)
    assert answer.status_code == 200
    assert "个人客户不填写行业" in answer.content.decode()
    assert list(Customer.objects.order_by("pk").values_list("industry_id", flat=True)) == [
        None,
        industry,
    ]


def test_a_single_field_completes_no_incomplete_customer(company: Company) -> None:
    row = make_customer(company, company["sales1"])
    Customer.objects.update(is_incomplete=True)
    row.refresh_from_db()
    grade = lookups.by_code(GRADE, "b")
    data = {"grade": as_row(grade.pk), "source": None, "next_contact_at": None}
    report = EditCustomers().run([row], data, company["sales1"])
    assert report.count("done") == 1
    stored = Customer.objects.get()
    assert (stored.grade_id, stored.is_incomplete) == (grade.pk, True)


# --- several owners -----------------------------------------------------------------------------
@pytest.fixture
def team(company: Company) -> list[Any]:
    """Three who report to the manager."""
    boss = company["manager"]
    return [company.person(f"team{number}", superior=boss) for number in range(3)]


def test_in_turn_each_gets_as_many(company: Company, client: Client, team: list[Any]) -> None:
    make_customer(company, team[0])
    rows = [make_customer(company, company["sales1"]) for _number in range(6)]
    people = [user.pk for user in team]
    answer = sent("distribute", client, rows, people=people, way=Way.ROUND_ROBIN, note="换区域")
    assert answer.status_code == 200
    assert owners(rows) == ["team1", "team2", "team0"] * 2
    given = Event.objects.filter(code="customers.customer.assigned", note="换区域")
    assert given.count() == 6


def test_by_load_whoever_has_fewest(company: Company, team: list[Any]) -> None:
    for number, user in enumerate(team):
        for _place in range(number):
            make_customer(company, user)
    make_customer(company, team[0], life_cycle=LifeCycle.LOST)
    rows = [make_customer(company, company["sales1"]) for _number in range(6)]
    for row in rows:
        distribute_customer(row, team, way=Way.LOAD, actor=company["manager"])
    assert owners(rows) == ["team0", "team0", "team1", "team0", "team1", "team2"]


def test_never_to_the_owner_himself(company: Company, team: list[Any]) -> None:
    rows = [make_customer(company, team[0]) for _number in range(2)]
    for row in rows:
        distribute_customer(row, team[:2], way=Way.ROUND_ROBIN, actor=company["manager"])
    assert owners(rows) == ["team1", "team1"]
    with pytest.raises(InvalidValue):
        distribute_customer(rows[0], [team[1]], way=Way.LOAD, actor=company["manager"])


def test_whoever_has_no_room_is_passed_over(company: Company, team: list[Any]) -> None:
    now = clock.now()
    cap = OwnedCap.objects.create(
        kind=Kind.CUSTOMER, purpose=Purpose.OWNED, limit=1, created_at=now, updated_at=now
    )
    cap.people.set(team[:2])
    stamps.bump(rules.STAMP)
    rows = [make_customer(company, company["sales1"]) for _number in range(3)]
    for row in rows[:2]:
        distribute_customer(row, team[:2], way=Way.ROUND_ROBIN, actor=company["manager"])
    with pytest.raises(LimitReached):
        distribute_customer(rows[2], team[:2], way=Way.ROUND_ROBIN, actor=company["manager"])
    distribute_customer(rows[2], team, way=Way.ROUND_ROBIN, actor=company["manager"])
    assert owners(rows) == ["team0", "team1", "team2"]


def test_who_may_not_assign_distributes_nothing(company: Company, team: list[Any]) -> None:
    row = make_customer(company, company["sales1"])
    for actor, people in (("sales1", team), ("manager", [company["sales2"]])):
        with pytest.raises(NotAllowed):
            distribute_customer(row, people, way=Way.LOAD, actor=company[actor])
    assert owners([row]) == ["sales1"]


def test_the_form_offers_only_people_within_reach(company: Company, client: Client) -> None:
    row = make_customer(company, company["sales1"])
    people = [company["sales2"].pk]
    assert sent("distribute", client, [row], people=people, way=Way.LOAD).status_code == 422
    assert owners([row]) == ["sales1"]
