"""Forecast, movement, funnel and targets: totals equal the sum of their listed rows."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.db import connection
from django.db.models import F
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from crm.accounts.services import update_profile, update_user
from crm.core import clock
from crm.core.errors import NotAllowed, Stale
from crm.dictionaries import stamps
from crm.web.listing import Listing
from crm.workbench.looks import look_of
from crm.workbench.panels import PANELS
from opportunities import forecast, lists, movement, pipelines, targets
from opportunities.choices import Outcome
from opportunities.models import Competitor, Opportunity, Pipeline, Rival, Snapshot, Stage, Target
from opportunities.services.changing import update_opportunity
from opportunities.services.pipelines import update_pipeline
from opportunities.services.stages import lose, move_stage, reopen, win
from opportunities.services.targets import Holder, MonthPlan, set_targets, spread
from tests.conftest import browser
from tests.factories.company import Company
from tests.factories.opportunities import make_ended, make_opportunity, reason, share, stage
from tests.kit.people import make_user

ROLES = ("admin", "manager", "sales1", "sales2", "service_lead", "finance", "auditor")


def rows_behind(company: Company, actor: str, url: str) -> list[Opportunity]:
    """The rows of the list that a link opens."""
    query = QueryDict(urlsplit(url).query)
    assert parse_qs(urlsplit(url).query)
    return list(Listing(lists.OPPORTUNITIES, company[actor], query).queryset)


def sum_of(rows: list[Opportunity], name: str) -> Decimal:
    """What a cell of the forecast says about these rows."""
    if name == "won":
        return sum((row.actual_amount for row in rows), Decimal(0))
    if name == "weighted":
        return sum((row.amount * row.probability for row in rows), Decimal(0)) / 100
    return sum((row.amount for row in rows), Decimal(0))


def scatter(company: Company, seed: int) -> None:
    """Opportunities of several owners, dates, chances and ends."""
    random, today = Random(seed), clock.company_today()
    owners = [company["sales1"], company["sales2"], company["manager"], company.stranger()]
    for place in range(14):
        values: dict[str, Any] = {
            "amount": Decimal(random.randrange(1, 10**8)) / 100,
            "expected_on": today + timedelta(days=random.randrange(-70, 200)),
            "probability": random.choice((5, 30, 69, 70, 90)),
            "stage": random.choice(("contact", "analysis", "negotiation")),
        }
        end = random.choice((Outcome.OPEN, Outcome.OPEN, Outcome.WON, Outcome.LOST))
        if end == Outcome.OPEN and place % 2:
            values |= {"expected_on": None, "stage": "contact"}
        row = make_ended(company, owners[place % 4], end, **values)
        if place % 5 == 0 and row.owner != company["sales1"]:
            share(company, row, company["sales1"])


def test_forecast_equals_its_rows_for_every_role(company: Company) -> None:
    scatter(company, 1)
    checked = checked_undated = 0
    for actor in ROLES:
        client = browser(company, actor)
        for query in ({}, {"owner": company["sales1"].pk}, {"month": "overdue"}):
            page = client.get(reverse("opportunities:forecast"), query).context
            lines = [*page["months"], page["sum"], *page["owners"]]
            lines += [page["undated"]] if page["undated"] else []
            checked_undated += check_undated(company, actor, page["undated"], query)
            for line in lines:
                for cell in line["cells"]:
                    if not cell["url"]:
                        assert cell["value"] == 0
                        continue
                    rows = rows_behind(company, actor, cell["url"])
                    assert all(row.outcome != Outcome.LOST for row in rows)
                    exact = sum_of(rows, cell["name"])
                    assert abs(exact - cell["value"]) <= Decimal("0.05"), (actor, line, cell)
                    checked += 1
            for place in range(4):
                whole = page["sum"]["cells"][place]["value"]
                parts = sum(line["cells"][place]["value"] for line in page["months"])
                assert whole == parts
    assert checked > 60
    assert checked_undated > 10


def check_undated(company: Company, actor: str, line: Any, query: dict[str, Any]) -> int:
    """The row of what has no date opens exactly those the reader sees; 1 where there are any."""
    seen = Opportunity.objects.open().visible_to(company[actor]).filter(expected_on__isnull=True)
    if "owner" in query:
        seen = seen.filter(owner_id=query["owner"])
    if line is None:
        assert not seen.exists()
        return 0
    assert {row.pk for row in rows_behind(company, actor, line["url"])} == {row.pk for row in seen}
    assert line["count"] == seen.count()
    assert str(line["count"]) in line["label"]
    return 1


def test_each_pipeline_says_what_is_committed(company: Company) -> None:
    owner, line = company["sales1"], Pipeline.objects.get(is_default=True)
    for chance in (39, 40, 69, 70):
        make_opportunity(company, owner, probability=chance, amount=Decimal(100))
    sure = Opportunity.objects.filter(forecast.committed())
    assert sure.count() == 1
    update_pipeline(line, changes={"committed_from": 40}, actor=company.admin)
    assert sorted(Opportunity.objects.filter(forecast.committed()).values_list(
        "probability", flat=True)) == [40, 69, 70]  # fmt: skip
    page = browser(company, "sales1").get(reverse("opportunities:forecast"))
    assert page.context["limits"] == "40%"
    assert page.context["sum"]["cells"][1]["value"] == 300


def test_targets_of_the_month_stand_on_the_start_page(company: Company) -> None:
    owner, manager, today = company["sales1"], company["manager"], clock.company_today()
    months = {month: MonthPlan(*map(Decimal, (200_000, 300_000, 0))) for month in range(1, 13)}
    for holder in (Holder(owner=owner), Holder(department=owner.main_department)):
        set_targets(holder, today.year, months, actor=company.admin)
    won = make_ended(company, owner, Outcome.WON, amount=Decimal(250_000))
    make_ended(company, owner, Outcome.LOST)
    panel = PANELS["targets"]
    for user, labels in ((owner, 1), (manager, 2)):
        rows = panel.context_of(look_of(user, {}))["rows"]
        assert len(rows) == labels
        for row in rows:
            assert (row["rate"], row["reached"]) == ("125%", True)
            assert [mark["reached"] for mark in row["marks"]] == [True, False]
            assert rows_behind(company, user.username, row["url"]) == [won]
    assert panel.shape(look_of(manager, {}))["body"]


def test_a_target_and_a_name_show_on_the_start_page_as_soon_as_they_are_changed(
    company: Company,
) -> None:
    owner, year = company["sales1"], clock.company_today().year
    panel, holder = PANELS["targets"], Holder(owner=owner)

    def shown() -> list[tuple[str, list[str]]]:
        rows = panel.context_of(look_of(company["manager"], {}))["rows"]
        return [(row["label"], [mark["amount"] for mark in row["marks"]]) for row in rows]

    month, zero = clock.company_today().month, Decimal(0)
    assert shown() == []
    first = MonthPlan(Decimal(20_000), zero, zero)
    saved = set_targets(holder, year, {month: first}, actor=company.admin)
    assert shown() == [(owner.name, ["¥2万"])]
    more = MonthPlan(Decimal(30_000), zero, zero, version=saved[month].version)
    set_targets(holder, year, {month: more}, actor=company.admin)
    update_profile(owner, changes={"name": "李小明"})
    assert shown() == [("李小明", ["¥3万"])]


def test_the_movement_panel_opens_its_rows(company: Company) -> None:
    owner = company["sales1"]
    make_opportunity(company, owner)
    make_ended(company, owner, Outcome.WON)
    make_opportunity(company, company.stranger())
    found = PANELS["movement"].context_of(look_of(owner, {}))["rows"]
    assert [len(rows_behind(company, "sales1", row["url"])) for row in found] == [1, 1]


def test_the_evaluation_form_has_all_that_the_paper_asks_for(company: Company) -> None:
    row = make_opportunity(company, company["sales1"], strengths="本地服务", weaknesses="价格高")
    Rival.objects.create(
        opportunity=row, competitor=Competitor.objects.create(name="远拓软件"), strengths="品牌"
    )
    url = reverse("opportunities:opportunity_evaluation", args=[row.pk])
    page = browser(company, "sales1").get(url).content.decode()
    for text in (row.number, row.customer.name, "本地服务", "价格高", "远拓软件", "品牌"):
        assert text in page


def test_movement_opens_its_rows(company: Company) -> None:
    owner, today = company["sales1"], clock.company_today()
    rows = [make_opportunity(company, owner, stage="analysis") for _place in range(6)]
    old = clock.now() - timedelta(days=20)
    Opportunity.objects.update(created_at=old)
    day = today - timedelta(days=7)
    assert movement.take_snapshot(day) == 6
    assert movement.take_snapshot(day) == 0
    move_stage(rows[0], stage("proposal"), note="x", actor=owner)
    move_stage(rows[1], stage("contact"), note="x", actor=owner)
    later = {"expected_on": today + timedelta(days=40), "amount": Decimal(5)}
    update_opportunity(rows[2], changes=later, actor=owner)
    for outcome in (Outcome.WON, Outcome.LOST, Outcome.INVALID):
        make_ended(company, owner, outcome)
    make_opportunity(company, owner)
    make_opportunity(company, company.stranger())
    won_before = make_ended(company, owner, Outcome.WON)
    created = {"created_at": old, "closed_at": old}
    Opportunity.objects.filter(pk=won_before.pk).update(**created)
    reopen(Opportunity.objects.get(pk=won_before.pk), note="客户追加采购", actor=owner)
    wanted = {
        "new": 1, "advanced": 1, "reopened": 1, "regressed": 1, "slipped": 1, "shrunk": 1, "won": 1,
        "lost": 2,
    }  # fmt: skip
    page = browser(company, "sales1").get(reverse("opportunities:movement")).context
    assert page["day"] == day
    assert {kind["code"]: kind["count"] for kind in page["kinds"]} == wanted
    for actor in ROLES:
        for kind in browser(company, actor).get(reverse("opportunities:movement")).context["kinds"]:
            assert len(rows_behind(company, actor, kind["url"])) == kind["count"], (actor, kind)


def test_what_was_open_all_the_same_is_not_taken_up_again(company: Company) -> None:
    owner, day = company["sales1"], clock.company_today() - timedelta(days=7)
    kept, ended, new = (make_opportunity(company, owner) for _place in range(3))
    old = clock.now() - timedelta(days=20)
    Opportunity.objects.filter(pk__in=[kept.pk, ended.pk]).update(created_at=old)
    movement.take_snapshot(day)
    Snapshot.objects.filter(opportunity=ended).delete()  # it was lost long before that day
    for row in (kept, ended, new):
        lose(Opportunity.objects.get(pk=row.pk), reason=reason(), actor=owner)
        reopen(Opportunity.objects.get(pk=row.pk), note="又来询价", actor=owner)
    seen = Opportunity.objects.visible_to(owner)
    assert list(movement.moved(seen, "reopened", day)) == [ended]
    assert list(movement.moved(seen, "new", day)) == [new]


def test_only_what_was_changed_has_moved(company: Company) -> None:
    owner, today = company["sales1"], clock.company_today()
    rows = [make_opportunity(company, owner, stage="analysis") for _place in range(3)]
    old = clock.now() - timedelta(days=20)
    Opportunity.objects.update(created_at=old, updated_at=old)
    day = today - timedelta(days=7)
    movement.take_snapshot(day)
    Stage.objects.filter(code="analysis").update(order=F("order") + 1)
    stamps.bump(pipelines.STAMP)
    seen = Opportunity.objects.visible_to(owner)
    assert not any(change.count for change in movement.changes(seen, day))
    update_opportunity(rows[0], changes={"amount": Decimal(5)}, actor=owner)
    counts = {change.kind.code: change.count for change in movement.changes(seen, day)}
    assert counts["shrunk"] == 1


def test_old_snapshots_are_thinned_out(company: Company) -> None:
    make_opportunity(company, company["sales1"])
    today = clock.company_today()
    for back in range(50, 36, -1):
        Snapshot.objects.bulk_create(
            Snapshot(
                day=today - timedelta(days=back),
                opportunity=row,
                stage=row.stage,
                stage_order=10,
                outcome=row.outcome,
                amount=1,
            )
            for row in Opportunity.objects.all()
        )
    movement.take_snapshot(today)
    kept = Snapshot.objects.filter(day__lt=today).values_list("day", flat=True)
    assert {day.weekday() for day in kept} == {0}


def test_the_days_are_found_without_reading_the_table(company: Company) -> None:
    assert movement.days() == []
    rows = [make_opportunity(company, company["sales1"]) for _place in range(3)]
    today = clock.company_today()
    wanted = [today - timedelta(days=back) for back in (1, 2, 5, 9)]
    Snapshot.objects.bulk_create(
        Snapshot(
            day=day, opportunity=row, stage=row.stage, stage_order=1, outcome=row.outcome, amount=1
        )
        for row in rows
        for day in wanted
    )
    with CaptureQueriesContext(connection) as asked:
        assert movement.days() == wanted
    (query,) = asked.captured_queries
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")  # so few rows are read in one go
        explain = "EXPLAIN" if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN"
        cursor.execute(f"{explain} {query['sql']}")
        plan = [str(line) for line in cursor.fetchall()]
    reads = [line for line in plan if "snapshot" in line]
    assert reads
    assert all("opp_snapshot_day" in line for line in reads)


def test_the_funnel_tells_the_days_of_each_stage(company: Company) -> None:
    """Average of those that left a stage, by the company's whole log; None where nobody has."""
    owner = company["sales1"]
    began = datetime(2026, 3, 2, 4, tzinfo=UTC)
    with time_machine.travel(began, tick=False) as traveller:
        rows = [make_opportunity(company, owner) for _place in range(3)]
        foreign = make_opportunity(company, company.stranger())
        for days, row in ((2, rows[0]), (3, rows[1]), (4, foreign)):
            traveller.move_to(began + timedelta(days=days))
            move_stage(row, stage("analysis"), note="x", actor=company.admin)
        traveller.move_to(began + timedelta(days=9, hours=12))
        move_stage(rows[0], stage("proposal"), note="x", actor=owner)
        traveller.move_to(began + timedelta(days=11, hours=12))
        win(rows[0], actual_amount=Decimal(5), contract_number="HT-1", actor=owner)
    page = browser(company, "sales1").get(reverse("opportunities:funnel")).context
    days = [level["days"] for level in page["levels"]]
    assert days == [Decimal("2.5"), Decimal("7.5"), Decimal("2.0"), None, None]
    whole = browser(company, "admin").get(reverse("opportunities:funnel")).context
    assert whole["levels"][0]["days"] == Decimal("3.0")


def test_funnel_opens_its_rows(company: Company) -> None:
    owner = company["sales1"]
    rows = [make_opportunity(company, owner) for _place in range(4)]
    for row, code in zip(rows, ("analysis", "proposal", "negotiation"), strict=False):
        move_stage(row, stage(code), note="x", actor=owner)
    make_ended(company, owner, Outcome.WON)
    make_ended(company, owner, Outcome.LOST)
    make_ended(company, company.stranger(), Outcome.WON)
    url = reverse("opportunities:funnel")
    page = browser(company, "sales1").get(url).context
    assert [level["count"] for level in page["levels"]] == [6, 4, 3, 2, 1]
    assert page["levels"][1]["rate"] == Decimal("66.7")
    assert (page["won"], page["lost"]) == (1, 1)
    for actor in ROLES:
        for query in ({}, {"owner": owner.pk}, {"created_after": f"{clock.company_today()}"}):
            page = browser(company, actor).get(url, query).context
            for level in page["levels"]:
                assert len(rows_behind(company, actor, level["url"])) == level["count"]
                found = rows_behind(company, actor, level["present_url"])
                assert len(found) == level["present"]
            assert len(rows_behind(company, actor, page["won_url"])) == page["won"]
            assert len(rows_behind(company, actor, page["lost_url"])) == page["lost"]


@pytest.mark.parametrize("total", ["0", "100", "1000000.01", "0.11", "99999999.99"])
def test_spreading_keeps_the_sum(total: str) -> None:
    parts = spread(Decimal(total))
    assert len(parts) == 12
    assert sum(parts) == Decimal(total)
    assert max(parts) - min(parts) < Decimal("0.12")


def test_years_and_quarters_are_sums_of_months(company: Company) -> None:
    manager, seller = company["manager"], company["sales1"]
    year, holder = 2027, Holder(owner=seller)
    plan = {n: MonthPlan(Decimal(n), Decimal(n * 2), Decimal(n * 3)) for n in range(1, 13)}
    set_targets(holder, year, plan, actor=manager)
    with pytest.raises(Stale):
        set_targets(holder, year, plan, actor=manager)
    with pytest.raises(NotAllowed):
        set_targets(holder, year, plan, actor=seller)
    with pytest.raises(NotAllowed):
        set_targets(Holder(owner=company.stranger()), year, plan, actor=manager)
    found = {each.holder.owner: each for each in targets.plans(manager, year)}[seller]
    assert found.year() == sum(found.quarter(number) for number in (1, 2, 3, 4)) == 78
    assert found.year("challenge") == 234
    table = forecast.table(
        Opportunity.objects.visible_to(manager), date(2027, 1, 1), owners={seller.pk}
    )
    assert forecast.total(table, month=date(2027, 3, 1)).target == 3


def test_whoever_has_left_stands_in_the_years_of_his_targets_and_deals(company: Company) -> None:
    manager, admin = company["manager"], company.admin
    planned, sold, idle = (
        make_user(f"left{number}", "sales", name=f"离职{number}", superior=manager)
        for number in range(3)
    )
    set_targets(
        Holder(owner=planned),
        2027,
        {3: MonthPlan(Decimal(5), Decimal(6), Decimal(7))},
        actor=manager,
    )
    won = make_opportunity(company, sold)
    with time_machine.travel(datetime(2027, 3, 1, 4, tzinfo=UTC), tick=False):
        win(won, actual_amount=Decimal(70), contract_number="HT-1", actor=sold)
    assert won.deal_on == date(2027, 3, 1)
    for person in (planned, sold, idle):
        update_user(person, changes={"is_active": False}, actor=None)
    for reader in (manager, admin):
        found = {plan.holder.owner: plan for plan in targets.plans(reader, 2027)}
        assert (found[planned].year(), found[sold].sold) == (5, 70)
        assert idle not in found
        assert {planned, sold}.isdisjoint(plan.holder.owner for plan in targets.plans(reader, 2026))
    page = browser(company, "manager").get(reverse("opportunities:targets"), {"year": 2027})
    assert "离职0 （已离职）" in page.content.decode()


def test_targets_are_set_on_their_page(company: Company) -> None:
    client: Client = browser(company, "manager")
    seller = company["sales1"]
    url = reverse("opportunities:target_edit", args=["person", seller.pk]) + "?year=2028"
    page = client.get(url)
    data = {f"version-{month}": 0 for month in range(1, 13)} | {"year-amount": "1200.05"}
    spreaded = client.post(url, data | {"spread": "1"}).context["rows"]
    assert spreaded[11]["fields"][0].value() == "100.05"
    assert not Target.objects.filter(year=2028).exists()
    data |= {row["fields"][0].html_name: row["fields"][0].value() for row in spreaded}
    assert client.post(url, data).status_code == 302
    assert sum(Target.objects.filter(year=2028).values_list("amount", flat=True)) == Decimal(
        "1200.05"
    )
    assert client.post(url, data).status_code == 422
    assert page.status_code == 200
    shown = client.get(reverse("opportunities:targets"), {"year": 2028}).content.decode()
    assert "1,200" in shown
    assert browser(company, "sales1").get(url).status_code == 403
    stranger = reverse("opportunities:target_edit", args=["person", company.stranger().pk])
    assert client.get(stranger).status_code == 404
