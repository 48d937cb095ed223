"""The briefing: every figure equals the rows behind its link, for every role, scope and period."""

from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from crm.accounts.models import User
from crm.activities.models import FollowUp
from crm.activities.services import Said, create_follow_up
from crm.core import clock
from crm.core.periods import PeriodKind
from crm.dictionaries import lookups
from crm.workbench.briefing import figures, note_of
from crm.workbench.looks import PERSON, look_of, teams_of
from crm.workbench.measures import MEASURES, Value
from customers.models import Contact, Customer
from customers.services.changing import assign_customer, share_customer
from customers.services.removing import delete_customer
from tests.kit import people

ROLES = ("sales", "service", "service_lead", "finance", "auditor", "system_admin", "admin", "")
#: Days back at which rows came to be: around the edges of weeks, months and years.
AGES = (0, 1, 2, 6, 8, 20, 33, 70, 100, 190, 300, 370, 400, 700)
EDGES = (timedelta(), timedelta(hours=8), timedelta(hours=15, minutes=59), timedelta(hours=16))


def total_of(client: Client, url: str) -> str:
    """What the list behind a link counts."""
    answer = client.get(url, headers={"HX-Request": "true", "HX-Target": "results"})
    assert answer.status_code == 200
    return answer.content.decode().split('data-total="')[1].split('"')[0]


@pytest.fixture
def staff(manager: Any, sales: Any, other: Any) -> list[User]:
    """People of every role; two of a department, two who report to somebody."""
    place = sales.main_department
    made = [people.make_user(f"r-{role}", role, main_department=place) for role in ROLES]
    return [manager, sales, other, *made]


@pytest.fixture
def history(staff: list[User]) -> None:
    """Customers, contacts and follow-ups of two years, some moved, shared, deleted since."""
    manager, sales, other, *_rest = staff
    admin, dice = User.objects.get(username="r-admin"), Random(7)
    method = lookups.by_code("follow_up_method", "phone")
    made = []
    for place, age in enumerate(AGES * 2):
        owner = (sales, other, manager)[place % 3]
        customer = people.make_customer(owner, f"第{place}号科技有限公司")
        then = clock.now() - timedelta(days=age) - dice.choice(EDGES)
        Customer.objects.filter(pk=customer.pk).update(created_at=then)
        Contact.objects.filter(customer=customer).update(created_at=then)
        for author in (owner, admin):
            said = Said("客户要求下周寄样品", lookups_item(method), happened_at=then)
            create_follow_up(customer, said, actor=author)
        made.append(customer)
    for customer, owner in zip(made[::5], (other, sales, manager) * 2, strict=False):
        customer.refresh_from_db()
        if customer.owner_id != owner.pk:
            assign_customer(customer, owner, actor=admin)
    share_customer(made[1], sales, write=False, actor=admin)
    made[2].refresh_from_db()
    delete_customer(made[2], actor=admin)


def lookups_item(value: Any) -> Any:
    """The row of a dictionary value."""
    return FollowUp._meta.get_field("method").related_model.objects.get(pk=value.pk)


def looks_for(user: User, staff: list[User]) -> list[dict[str, str]]:
    """Every offered scope with some periods, every period with one scope."""
    kinds = [kind.value for kind in PeriodKind if kind != PeriodKind.CUSTOM]
    found = [{"scope": team.code, "period": "year"} for team in teams_of(user)]
    found += [{"scope": teams_of(user)[-1].code, "period": kind} for kind in kinds]
    found += [{"scope": PERSON, "person": str(each.pk), "period": "year"} for each in staff[:3]]
    today = clock.today()
    start = today - timedelta(days=71)
    return [*found, {"period": "custom", "start": f"{start}", "end": f"{today}"}]


@pytest.mark.usefixtures("history")
def test_figures_equal_the_rows_behind_them(client: Client, staff: list[User]) -> None:
    for user in staff:
        client.force_login(user)
        seen = {}
        for query in looks_for(user, staff):
            for figure in figures(look_of(user, query)):
                if figure.url not in seen:
                    seen[figure.url] = total_of(client, figure.url)
                assert figure.value == seen[figure.url], (user.username, query, figure)
        assert bool(seen) == (user.username != "r-"), user.username


@pytest.mark.usefixtures("history")
def test_figures_are_compared_with_the_period_before(client: Client, staff: list[User]) -> None:
    user = User.objects.get(username="r-auditor")
    client.force_login(user)
    for kind in ("week", "month", "quarter", "year"):
        look = look_of(user, {"scope": "all", "period": kind})
        before = {
            "scope": "all", "period": "custom",
            "start": f"{look.period.previous.first}", "end": f"{look.period.previous.last}",
        }  # fmt: skip
        there = {figure.name: figure for figure in figures(look_of(user, before))}
        for figure in figures(look):
            assert figure.title.endswith(there[figure.name].value), (kind, figure)


@pytest.mark.parametrize(
    ("now", "before", "note"),
    [
        (12, 10, "vs last week ↑20%"),
        (5, 10, "vs last week ↓50%"),
        (10, 10, "vs last week 0%"),
        (3, 0, "vs last week from 0"),
        (0, 0, "vs last week —"),
    ],
)
def test_change_in_words(now: int, before: int, note: str) -> None:
    with translation.override("en"):
        assert note_of(Value(Decimal(now), Decimal(before)), "vs last week") == note


def test_every_measure_has_a_list_with_its_filters() -> None:
    for measure in MEASURES.values():
        filters = measure.spec.filterset.base_filters
        assert {measure.at_filter, measure.person_filter, "team"} <= filters.keys(), measure.name
        assert filters[measure.at_filter].field_name == measure.at
        assert filters["team"].field_name == measure.person
        assert "all" in {scene.name for scene in measure.spec.scenes}
