"""The briefing: every figure equals the rows behind its link, for every role, scope and period."""

import re
from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.db.models import F, Sum
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from crm.accounts.models import User
from crm.activities.models import FollowUp
from crm.activities.services import Said, create_follow_up, delete_follow_up, update_follow_up
from crm.core import clock, context
from crm.core.periods import PeriodKind
from crm.dictionaries.models import Item
from crm.dictionaries.stamps import bump
from crm.web.listing import Listing
from crm.workbench import sealing
from crm.workbench.briefing import figures, note_of, text_of
from crm.workbench.changed_days import times_of
from crm.workbench.looks import PERSON, look_of, teams_of
from crm.workbench.measures import MEASURES, Measure, Value
from crm.workbench.models import ChangedDay, DayTotal
from crm.workbench.sealing import catch_up
from customers.models import Contact, Customer
from customers.services.changing import assign_customer
from customers.services.contacts import delete_contact
from customers.services.removing import delete_customer, restore_customer
from customers.services.team import share_customer
from opportunities import seeds
from opportunities.models import Opportunity
from opportunities.services.changing import assign_opportunity, update_opportunity
from opportunities.services.creating import create_opportunity
from opportunities.services.removing import delete_opportunity
from opportunities.services.stages import reopen, win
from tests.factories.company import Company
from tests.factories.customers import make_customer, make_follow_up
from tests.kit import people
from tests.kit.plans import make_crowd, prefer_indexes

ROLES = ("service", "auditor", "admin", "")
#: Days back at which rows came to be: around the edges of weeks, months and years.
AGES = (0, 1, 2, 8, 33, 70, 100, 190, 300, 400)
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
def history(staff: list[User]) -> list[int]:
    """Customers, contacts and follow-ups of two years, each on a day of its own."""
    manager, sales, other, *_rest = staff
    admin, dice = User.objects.get(username="r-admin"), Random(7)
    method = Item.objects.get(dictionary__code="follow_up_method", code="phone")
    seeds.seed_pipeline()
    made = []
    for place, age in enumerate(AGES + AGES[::3]):
        owner = (sales, other, manager)[place % 3]
        then = clock.now() - timedelta(days=age) - dice.choice(EDGES)
        with context.working_as("web"):
            customer = people.make_customer(owner, f"第{place}号科技有限公司")
            Customer.objects.filter(pk=customer.pk).update(created_at=then)
            Contact.objects.filter(customer=customer).update(created_at=then)
            for author in (owner, admin):
                said = Said("客户要求下周寄样品", method, happened_at=then)
                create_follow_up(customer, said, actor=author)
            amount = Decimal(1000 * place) + Decimal("0.5")
            deal(customer, admin, then, amount, won=place % 2 == 0)
        made.append(customer.pk)
    return made


def deal(customer: Customer, admin: User, then: Any, amount: Decimal, *, won: bool) -> None:
    """An opportunity of the customer's owner, made at a time, and won some days later."""
    customer.refresh_from_db()
    draft = Opportunity(customer=customer, owner=customer.owner, name="机械采购", amount=amount)
    draft.expected_on = then.date()
    made = create_opportunity(draft, actor=admin)
    Opportunity.objects.filter(pk=made.pk).update(created_at=then)
    if won:
        day = min(clock.company_today(), (then + timedelta(days=9)).date())
        win(made, actual_amount=amount, contract_number="HT-1", deal_on=day, actor=admin)


def shake(made: list[int], staff: list[User]) -> None:
    """What moves old rows to other totals: owners, bin, shares, authors and times."""
    manager, sales, other, *_rest = staff
    admin = User.objects.get(username="r-admin")
    customers = Customer.objects.in_bulk(made)
    for pk, owner in zip(made[::5], (other, sales, manager), strict=True):
        if customers[pk].owner_id != owner.pk:
            assign_customer(customers[pk], owner, actor=admin)
    share_customer(customers[made[1]], sales, write=False, actor=admin)
    delete_customer(customers[made[2]], actor=admin)
    delete_customer(customers[made[3]], actor=admin)
    restore_customer(Customer.objects.get(pk=made[3]), actor=admin)
    delete_contact(Contact.objects.filter(customer_id=made[4]).get(), actor=admin)
    rows = FollowUp.objects.filter(author=admin).order_by("pk")
    update_follow_up(rows[4], changes={"author": sales}, actor=admin)
    moved = rows[9].happened_at - timedelta(days=45)
    update_follow_up(rows[9], changes={"happened_at": moved}, actor=admin)
    delete_follow_up(rows[11], actor=admin)
    deals = list(Opportunity.objects.order_by("pk"))
    reopen(deals[2], note="客户追加采购", actor=admin)
    update_opportunity(deals[3], changes={"amount": Decimal("77.70")}, actor=admin)
    assign_opportunity(deals[5], other, actor=admin)
    delete_opportunity(deals[6], actor=admin)
    old = clock.company_today() - timedelta(days=200)
    win(deals[7], actual_amount=Decimal(5), contract_number="HT-2", deal_on=old, actor=admin)


def looks_for(user: User, staff: list[User]) -> list[dict[str, str]]:
    """Every offered scope, every kind of period, somebody's rows."""
    widest = teams_of(user)[-1].code
    kinds = [kind.value for kind in PeriodKind if kind != PeriodKind.CUSTOM]
    found = [{"scope": team.code, "period": "year"} for team in teams_of(user)]
    if user == staff[0]:
        found += [{"scope": widest, "period": kind} for kind in kinds]
    found.append({"scope": PERSON, "person": str(staff[1].pk), "period": "last_year"})
    today = clock.today()
    start = today - timedelta(days=71)
    return [*found, {"period": "custom", "start": f"{start}", "end": f"{today}", "scope": widest}]


def rows_behind(user: User, measure: Measure, url: str) -> str:
    """What the rows of the list behind a link come to, as cards print it."""
    address = urlsplit(url)
    specs = {reverse(measure.list_url): measure.spec for measure in MEASURES.values()}
    rows = Listing(specs[address.path], user, QueryDict(address.query)).queryset
    if measure.amount:
        return text_of(measure, rows.aggregate(n=Sum(measure.amount))["n"] or Decimal(0))
    return f"{rows.count():,}"


def check(staff: list[User], readers: int | None = None) -> None:
    """Every figure of everybody (or of the first readers) equals the rows behind it."""
    for user in staff[:readers]:
        with context.working_as("web"):  # as people read, with their rights as they are by now
            check_one(user, staff)


def check_one(user: User, staff: list[User]) -> None:
    """Every figure of one reader."""
    seen: dict[tuple[str, str], str] = {}
    for query in looks_for(user, staff):
        for figure in figures(look_of(user, query)):
            place = figure.name, figure.url
            if place not in seen:
                seen[place] = rows_behind(user, MEASURES[figure.name], figure.url)
            assert figure.value == seen[place], (user.username, query, figure)
    assert bool(seen) == (user.username != "r-"), user.username


def test_figures_equal_the_rows_behind_them(history: list[int], staff: list[User]) -> None:
    catch_up()
    shake(history, staff)
    check(staff)
    sealed = ChangedDay.objects.filter(day__lt=sealing.newest_sealable())
    assert sealed.exists()
    catch_up()
    assert not sealed.exists()
    check(staff)
    with timezone.override("Asia/Kathmandu"):
        check(staff, 1)


def test_rows_are_counted_where_nothing_is_added_up(history: list[int], staff: list[User]) -> None:
    check(staff, 2)


def test_sealed_days_come_from_the_totals(history: list[int], staff: list[User]) -> None:
    auditor = User.objects.get(username="r-auditor")
    catch_up()
    end = clock.company_today() - timedelta(days=2)  # yesterday is open until three in the morning
    span = {"period": "custom", "start": f"{end - timedelta(days=360)}", "end": f"{end}"}
    for query in ({"scope": "all"}, {"person": str(staff[1].pk)}):
        look = look_of(auditor, {**span, **query})
        before = [int(figure.value) for figure in figures(look)[:4]]
        days = DayTotal.objects.filter(day__range=(look.period.first, look.period.last))
        days.update(number=F("number") * 3)
        bump(sealing.STAMP)
        assert [int(figure.value) for figure in figures(look)[:4]] == [n * 3 for n in before]
        days.update(number=F("number") / 3)
        bump(sealing.STAMP)
        assert before[0] > 0


def test_the_slow_round_heals_what_nobody_marked(
    history: list[int], staff: list[User], caplog: Any, monkeypatch: Any
) -> None:
    catch_up()
    auditor = User.objects.get(username="r-auditor")
    look = look_of(auditor, {"scope": "all", "period": "last_year"})
    right = figures(look)[0].value
    DayTotal.objects.update(number=F("number") + 1)
    bump(sealing.STAMP)
    assert figures(look)[0].value != right
    monkeypatch.setattr(sealing, "ROUND", 400)
    for _n in range(3):
        catch_up()
    assert figures(look)[0].value == right
    assert "did not hold" in caplog.text


def test_sums_are_kept_until_a_total_changes(history: list[int]) -> None:
    catch_up()
    auditor = User.objects.get(username="r-auditor")
    look = look_of(auditor, {"scope": "all", "period": "last_year"})
    right = figures(look)[0].value
    with CaptureQueriesContext(connection) as seen:
        assert figures(look)[0].value == right
    assert not [query for query in seen.captured_queries if "daytotal" in (query["sql"] or "")]
    start, end = look.period.bounds
    customer = Customer.objects.kept().filter(created_at__gte=start, created_at__lt=end)[0]
    delete_customer(customer, actor=User.objects.get(username="r-admin"))
    assert int(figures(look)[0].value) == int(right) - 1
    catch_up()
    assert int(figures(look)[0].value) == int(right) - 1


def test_a_change_counts_at_once_in_the_request_that_made_it(history: list[int]) -> None:
    catch_up()
    auditor, admin = (User.objects.get(username=f"r-{name}") for name in ("auditor", "admin"))
    with context.working_as("web"):
        look = look_of(auditor, {"scope": "all", "period": "last_year"})
        before = int(figures(look)[0].value)
        start, end = look.period.bounds
        customer = Customer.objects.kept().filter(created_at__gte=start, created_at__lt=end)[0]
        delete_customer(customer, actor=admin)
        assert int(figures(look)[0].value) == before - 1


def test_only_one_recount_at_a_time_ends(history: list[int], monkeypatch: Any) -> None:
    catch_up()
    measure, first = MEASURES["customers"], sealing.newest_sealable() - timedelta(days=5)
    inner = sealing.day_totals

    def interrupted(*args: Any) -> Any:
        monkeypatch.setattr(sealing, "day_totals", inner)
        assert sealing.recount(measure, first, first + timedelta(days=1)) == 1
        return inner(*args)

    monkeypatch.setattr(sealing, "day_totals", interrupted)
    assert sealing.recount(measure, first, first + timedelta(days=1)) == 0


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
        (3, 0, "vs last week (was 0)"),
        (0, 0, "vs last week —"),
    ],
)
def test_change_in_words(now: int, before: int, note: str) -> None:
    with translation.override("en"):
        assert note_of(Value(Decimal(now), Decimal(before)), "vs last week") == note


def test_days_of_follow_ups_are_read_from_the_indexes_alone(company: Company) -> None:
    first = make_follow_up(make_customer(company, company["sales1"]), company["sales1"])
    days = {"happened_at": lambda n: first.happened_at - timedelta(days=n)}
    make_crowd(first, subject_id=lambda n: n, parent_id=lambda n: n, **days)
    prefer_indexes(bitmaps=False)
    rows = times_of(MEASURES["follow-ups"], "customers.customer", [1, 2, 3], timezone.now())
    plan = rows.explain()
    assert "follow_subject" in plan
    assert "follow_parent" in plan
    assert len(re.findall(r"COVERING INDEX follow_|Index Only Scan using follow_", plan)) == 2


def test_every_measure_has_a_list_with_its_filters() -> None:
    for measure in MEASURES.values():
        filters = measure.spec.filterset.base_filters
        assert {measure.at_filter, measure.person_filter, "team"} <= filters.keys(), measure.name
        assert filters[measure.at_filter].field_name == measure.at
        assert filters["team"].field_name == measure.person
        assert "all" in {scene.name for scene in measure.spec.scenes}
