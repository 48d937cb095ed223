"""Contact by grade (C1, T9, T10): due actions, the lists of debts, settings, reminders."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from crm.activities.choices import METHOD
from crm.activities.services import Said, create_follow_up
from crm.audit.models import Event
from crm.core.clock import COMPANY_ZONE
from crm.core.errors import NotAllowed
from crm.dictionaries import lookups
from crm.dictionaries.models import Dictionary, Item
from crm.dictionaries.services import create_item
from crm.notifications.models import Notification
from crm.reminders import running, states
from crm.workbench.debts import DEBTS, DebtPanel, TeamDebtPanel
from customers import rhythm, rhythm_lists, rhythm_sweep
from customers.choices import GRADE, LifeCycle
from customers.models import Contact, Customer
from customers.rhythm_models import Action, RhythmDue, RhythmRule
from customers.rhythm_seeds import seed_rhythm
from customers.services.changing import assign_customer, set_life_cycle, update_customer
from customers.services.removing import delete_customer, restore_customer
from customers.services.rhythm import create_rhythm_rule, update_rhythm_rule
from tests.factories.company import Company
from tests.factories.opportunities import make_opportunity
from tests.kit.html import row_ids
from tests.kit.people import make_customer
from tests.kit.plans import make_crowd, prefer_indexes

pytestmark = pytest.mark.django_db
Browser = Callable[[str], Client]


def at(month: int, day: int, hour: int = 9) -> datetime:
    """A moment of 2026 by the company's clock."""
    return datetime(2026, month, day, hour, tzinfo=COMPANY_ZONE)


NOW = at(3, 2)


@pytest.fixture(autouse=True)
def rules(company: Company) -> None:
    """The two sets of the manual."""
    seed_rhythm()


def graded(company: Company, code: str, name: str = "", **values: Any) -> Customer:
    """A customer of sales1 with a grade, made now."""
    grade = lookups.by_code(GRADE, code)
    name = name or f"{code}级客户有限公司"
    return make_customer(company["sales1"], name, grade_id=grade.pk, **values)


def due(customer: Customer) -> dict[str, datetime]:
    """What is due from when."""
    return dict(RhythmDue.objects.filter(customer=customer).values_list("rule__action", "due_at"))


def talk(subject: Any, actor: Any, method: str) -> None:
    """A follow-up now."""
    item = Item.objects.get(dictionary__code=METHOD, code=method)
    create_follow_up(subject, Said("客户反馈产品使用正常", item), actor=actor)


@time_machine.travel(NOW, tick=False)
def test_running_business_is_due_weekly_two_weekly_monthly(company: Company) -> None:
    found = {code: due(graded(company, code)) for code in "abc"}
    assert found == {
        "a": {"any": at(3, 10, 0)},
        "b": {"any": at(3, 17, 0)},
        "c": {"any": at(4, 3, 0)},
    }


@time_machine.travel(NOW, tick=False)
def test_closed_customers_have_actions_of_their_own(company: Company) -> None:
    customer = graded(company, "a")
    set_life_cycle(customer, LifeCycle.CLOSED, actor=company.admin)
    assert due(customer) == {"phone": at(4, 3, 0), "visit": at(4, 3, 0)}
    with time_machine.travel(at(3, 20), tick=False):
        talk(Contact.objects.get(customer=customer), company["sales1"], "phone")
    assert due(customer) == {"phone": at(4, 21, 0), "visit": at(4, 3, 0)}
    for code, expected in (("b", {"phone", "visit"}), ("c", {"message"})):
        grade = lookups.by_code(GRADE, code)
        customer.refresh_from_db()
        update_customer(customer, changes={"grade": grade.pk}, actor=company.admin)
        assert set(due(customer)) == expected


@time_machine.travel(NOW, tick=False)
def test_bin_lost_and_handing_over(company: Company) -> None:
    customer = graded(company, "a")
    delete_customer(customer, actor=company.admin)
    assert due(customer) == {}
    restore_customer(customer, actor=company.admin)
    assign_customer(customer, company["manager"], actor=company.admin)
    assert RhythmDue.objects.get().owner == company["manager"]
    assign_customer(customer, None, actor=company.admin, note="没有预算")
    assert due(customer) == {}


@time_machine.travel(NOW, tick=False)
def test_the_sweep_finds_what_changed_otherwise(company: Company) -> None:
    customer = graded(company, "a")
    RhythmDue.objects.all().delete()
    assert rhythm_sweep.run() == 0  # the transaction may be open still
    with time_machine.travel(NOW + timedelta(minutes=2), tick=False):
        assert rhythm_sweep.run() == 1 and rhythm_sweep.run() == 0
    assert set(due(customer)) == {"any"}
    rule = RhythmRule.objects.get(rule_set="running", grade__code="a")
    update_rhythm_rule(rule, changes={"every": 2}, actor=company.admin)
    rhythm_sweep.run()
    assert due(customer) == {"any": at(3, 17, 0)}
    rule.refresh_from_db()
    assert rule.refresh_after is None
    update_rhythm_rule(rule, changes={"is_on": False}, actor=company.admin)
    rhythm_sweep.run()
    assert due(customer) == {}


def test_many_customers_take_as_many_statements_as_few(company: Company) -> None:
    counts = []
    for count in (2, 8):
        keys = [graded(company, "a", f"批量{count}-{n}有限公司").pk for n in range(count)]
        RhythmDue.objects.all().delete()
        rhythm.refresh(keys[:1])  # warm
        RhythmDue.objects.all().delete()
        with CaptureQueriesContext(connection) as found:
            rhythm.refresh(keys)
        asked = [str(query["sql"]) for query in found]
        counts.append(sum("customers_" in sql or "follow" in sql for sql in asked))
    assert counts[0] == counts[1]


def test_the_list_of_those_below_their_frequency(company: Company, browser_of: Browser) -> None:
    with time_machine.travel(NOW, tick=False):
        late, kept = (
            graded(company, "a", "久未联系有限公司"),
            graded(company, "c", "刚联系有限公司"),
        )
    client, url = browser_of("sales1"), reverse("customers:rhythm_list")
    with time_machine.travel(at(3, 12), tick=False):
        page = client.get(url).content.decode()
        assert f'data-id="{late.pk}"' in page and f'data-id="{kept.pk}"' not in page
        assert "任意方式联系 · 每 1 周 · 逾期 3 天" in page
        assert f'data-id="{late.pk}"' not in client.get(f"{url}?action=visit").content.decode()
        inside = client.get(f"{url}?late_since_after=2026-03-10&late_since_before=2026-03-10")
        assert f'data-id="{late.pk}"' in inside.content.decode()
        talk(late, company["sales1"], "phone")
        assert f'data-id="{late.pk}"' not in client.get(url).content.decode()
        assert f'data-id="{late.pk}"' not in browser_of("sales2").get(url).content.decode()


def test_the_list_looks_at_the_clock_each_time(company: Company, browser_of: Browser) -> None:
    with time_machine.travel(NOW, tick=False):
        late = graded(company, "a", "久未联系有限公司")
    client, url = browser_of("sales1"), reverse("customers:rhythm_list")
    for day, is_there in ((4, False), (12, True)):
        with time_machine.travel(at(3, day), tick=False):
            page = client.get(url).content.decode()
            assert (f'data-id="{late.pk}"' in page) is is_there


# --- contacted too often (S11-65) ---------------------------------------------------------------
def often_called(company: Company, name: str, *days: int, grade: str = "a") -> Customer:
    """A customer called at ten on these days of March."""
    with time_machine.travel(NOW, tick=False):
        customer = graded(company, grade, name)
    for day in days:
        with time_machine.travel(at(3, day, 10), tick=False):
            talk(Customer.objects.get(pk=customer.pk), company["sales1"], "phone")
    return customer


def test_more_than_twice_within_the_interval_is_too_often(
    company: Company, browser_of: Browser
) -> None:
    over = often_called(company, "联系过多有限公司", 3, 5, 6)
    often_called(company, "两次有限公司", 5, 6)
    often_called(company, "隔得开有限公司", 3, 9, 15)
    with time_machine.travel(at(3, 10, 23), tick=False):
        client, url = browser_of("sales1"), reverse("customers:over_list")
        page = client.get(url).content.decode()
        assert row_ids(client.get(url)) == [over.pk]
        assert "任意方式联系 · 每 1 周 · 超过 2 次，至 03-10" in page
        same = client.get(reverse("customers:customer_list"), {"frequency": "over"})
        assert row_ids(same) == [over.pk]
        beside = client.get(reverse("customers:rhythm_list")).content.decode()
        assert "过度联系 (1)" in beside and f"{url}?scene=all" in beside
        panel = reverse("customers:customer_panel", args=[over.pk, "rhythm"])
        assert "过度联系" in client.get(panel).content.decode()
        assert row_ids(browser_of("sales2").get(url)) == []
    with time_machine.travel(at(3, 11), tick=False):  # the first of the three is a week ago
        assert row_ids(client.get(url)) == []


def test_only_contacts_of_the_rule_count(company: Company) -> None:
    customer = often_called(company, "成交客户有限公司")
    with time_machine.travel(at(3, 3), tick=False):
        set_life_cycle(customer, LifeCycle.CLOSED, actor=company.admin)
        for method in ("wechat", "wechat", "wechat", "phone", "phone"):
            talk(customer, company["sales1"], method)
        assert Customer.objects.get().over_until is None
        talk(customer, company["sales1"], "phone")
        assert Customer.objects.get().over_until == at(4, 4, 0)
        assert [row.over_until for row in RhythmDue.objects.order_by("rule__action")] == [
            at(4, 4, 0), None,
        ]  # fmt: skip


def test_how_often_is_too_often_is_the_companys_choice(
    company: Company, browser_of: Browser
) -> None:
    customer = often_called(company, "联系过多有限公司", 3, 5, 6)
    rule = RhythmRule.objects.get(rule_set="running", grade__code="a")
    url = reverse("admin:customers_rhythmrule_change", args=[rule.pk])
    data = {"every": "1", "unit": "week", "most": "3", "is_on": "on", "version": rule.version}
    with time_machine.travel(at(3, 7), tick=False):
        assert browser_of("admin").post(url, {**data, "most": "0"}).status_code == 200
        assert Customer.objects.get(pk=customer.pk).over_until == at(3, 11, 0)
        assert browser_of("admin").post(url, data).status_code == 302
        rhythm_sweep.run()
        assert Customer.objects.get(pk=customer.pk).over_until is None


@time_machine.travel(at(3, 7), tick=False)
def test_the_dates_stand_on_the_customer(company: Company) -> None:
    customer = often_called(company, "联系过多有限公司", 3, 5, 6)

    def stored() -> tuple:
        return Customer.objects.values_list("rhythm_due_at", "over_until").get(pk=customer.pk)

    assert stored() == (at(3, 14, 0), at(3, 11, 0))
    assign_customer(Customer.objects.get(), None, actor=company.admin, note="没有预算")
    assert stored() == (None, None)


@pytest.mark.parametrize(
    ("query", "index"),
    [
        (lambda rows: rhythm.below_frequency(rows), "cust_rhythm"),
        (lambda rows: rhythm.below_frequency(rows).order_by("rhythm_due_at", "pk"), "cust_rhythm"),
        (lambda rows: rhythm.contacted_too_often(rows), "cust_over"),
        (lambda rows: rhythm.contacted_too_often(rows).order_by("-over_until", "-pk"), "cust_over"),
        (lambda rows: rhythm.due_between(rows, NOW, at(3, 3)), "rhythm_due"),
    ],
)
def test_the_lists_read_an_index_not_all_customers(
    company: Company, query: Callable, index: str
) -> None:
    customer = graded(company, "c")
    later = datetime(2099, 1, 1, tzinfo=COMPANY_ZONE)
    make_crowd(customer, number="CROWD-{}".format, rhythm_due_at=later, over_until=None)
    prefer_indexes()
    plan = query(Customer.objects.kept().order_by()).values_list("pk")[:10_001].explain()
    assert index in plan
    assert "TEMP B-TREE FOR ORDER" not in plan
    assert "Sort" not in plan


@pytest.mark.parametrize(
    ("few", "index"), [(True, "rhythm_rule_due"), (False, "cust_rhythm")], ids=["rare", "common"]
)
def test_what_is_overdue_by_an_action_is_read_from_an_index(
    company: Company, monkeypatch: pytest.MonkeyPatch, few: bool, index: str
) -> None:
    """Few overdue actions lead to their customers; of many a page is found along its order."""
    monkeypatch.setattr(rhythm_lists, "FEW_LATE", 1 if few else 0)
    with time_machine.travel(NOW, tick=False):
        customer = graded(company, "a")
        rhythm.refresh([customer.pk])
        others = RhythmRule.objects.exclude(action=Action.ANY).first()
        first = RhythmDue.objects.get(customer=customer)
        customer.refresh_from_db()
        make_crowd(customer, number="CROWD-{}".format)
        later = datetime(2099, 1, 1, tzinfo=COMPANY_ZONE)
        keys = Customer.objects.exclude(pk=customer.pk).order_by("pk").values_list("pk", flat=True)
        crowd = list(keys) or [customer.pk]
        make_crowd(
            first, customer_id=lambda n: crowd[n % len(crowd)], rule_id=others.pk, due_at=later
        )
    with time_machine.travel(NOW + timedelta(days=60), tick=False):
        prefer_indexes(sorts=few)
        rows = rhythm.below_frequency(Customer.objects.kept().order_by())
        late = rhythm_lists.late_by(rows, action=Action.ANY)
        page = late.order_by("rhythm_due_at", "pk").values_list("pk")
        plan = page[:21].explain()
        # PostgreSQL takes either index of what is due when the table is this small.
        assert index in plan or (few and "rhythm_due" in plan and "customer_pkey" in plan), plan
        assert "Seq Scan" not in plan, plan
        assert list(page) == [(customer.pk,)]


def test_lists_do_not_grow_with_their_rows(company: Company, browser_of: Browser) -> None:
    client, counts = browser_of("sales1"), []
    with time_machine.travel(NOW, tick=False):
        graded(company, "a", "第一家有限公司")
    for url in (reverse("customers:rhythm_list"), reverse("customers:unattended_list")):
        for number in (0, 4):
            with time_machine.travel(NOW, tick=False):
                for place in range(number):
                    graded(company, "a", f"{url[11:15]}{place}有限公司")
            with time_machine.travel(at(3, 20), tick=False):
                client.get(url)
                with CaptureQueriesContext(connection) as found:
                    client.get(url)
            counts.append(len(found))
    assert counts[0] == counts[1] <= 12 and counts[2] == counts[3] <= 12


def test_nobody_follows_these(company: Company, browser_of: Browser) -> None:
    alone, planned = (
        graded(company, "a", "无人跟进有限公司"),
        graded(company, "a", "有计划有限公司"),
    )
    graded(company, "b", "普通有限公司")
    lost = graded(company, "a", "流失有限公司")
    Customer.objects.filter(pk=lost.pk).update(life_cycle=LifeCycle.LOST)
    Customer.objects.filter(pk=planned.pk).update(next_contact_at=at(12, 1))
    page = browser_of("sales1").get(reverse("customers:unattended_list")).content.decode()
    assert f'data-id="{alone.pk}"' in page and 'data-total="1"' in page
    seller, manager = company["sales1"], company["manager"]
    own = {row["title"]: row["amount"] for row in DebtPanel().context(seller)["rows"]}
    assert own[str(DEBTS["unattended_customers"].label)] == "1"
    rows = [
        (row["person"], row["amount"], row["url"])
        for row in TeamDebtPanel().context(manager)["rows"]
        if row["meta"] == str(DEBTS["unattended_customers"].label)
    ]
    assert [(person, amount) for person, amount, _url in rows] == [(seller, "1")]
    opened = browser_of("manager").get(rows[0][2]).content.decode()
    assert f'data-id="{alone.pk}"' in opened and 'data-total="1"' in opened


def test_open_opportunities_without_a_next_step(company: Company, browser_of: Browser) -> None:
    seller, manager = company["sales1"], company["manager"]
    alone, planned = make_opportunity(company, seller), make_opportunity(company, seller)
    type(planned).objects.filter(pk=planned.pk).update(next_contact_at=at(12, 1))
    debt = DEBTS["unattended_opportunities"]
    own = {row["title"]: row for row in DebtPanel().context(seller)["rows"]}
    assert own[str(debt.label)]["amount"] == "1"
    page = browser_of("sales1").get(own[str(debt.label)]["url"]).content.decode()
    assert f'data-id="{alone.pk}"' in page and 'data-total="1"' in page
    team = [row for row in TeamDebtPanel().context(manager)["rows"] if row["person"] == seller]
    (row,) = [row for row in team if row["meta"] == str(debt.label)]
    opened = browser_of("manager").get(row["url"]).content.decode()
    assert row["amount"] == "1" and 'data-total="1"' in opened


def test_the_plan_stands_on_the_customers_page(company: Company, browser_of: Browser) -> None:
    customer = graded(company, "a")
    url = reverse("customers:customer_panel", args=[customer.pk, "rhythm"])
    page = browser_of("sales1").get(url).content.decode()
    assert "任意方式联系" in page and "每 1 周" in page and "从未" in page


def test_the_owner_is_told_once(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(states, "moment", lambda offset=timedelta(0): at(3, 10, 9) + offset)
    with time_machine.travel(NOW, tick=False):
        graded(company, "a", "久未联系有限公司")
    with time_machine.travel(at(3, 10, 9), tick=False):
        assert running.run_due() == 1 and running.run_due() == 0
    notice = Notification.objects.get(kind="reminder_below_frequency")
    assert notice.title == "您有 1 个客户低于等级要求的联系频率"
    assert "late_since_after=2026-03-10" in notice.url


def test_administrators_give_a_grade_of_their_own_a_frequency(
    company: Company, browser_of: Browser
) -> None:
    parent = Dictionary.objects.get(code=GRADE)
    create_item(Item(dictionary=parent, code="s", name="S 战略客户"), actor=company.admin)
    customer = graded(company, "s")
    assert due(customer) == {}
    client, url = browser_of("admin"), reverse("admin:customers_rhythmrule_add")
    data = {"rule_set": "running", "action": "any", "every": "1", "unit": "week", "most": "2"}
    data["is_on"] = "on"
    assert client.post(url, data).status_code == 200  # without a grade
    data["grade"] = str(customer.grade_id)
    assert client.post(url, data).status_code == 302
    assert Event.objects.filter(code="customers.rhythm.created").count() == 1
    rhythm_sweep.run()
    assert set(due(customer)) == {"any"}
    assert client.post(url, data).status_code == 200  # there is one already
    assert RhythmRule.objects.filter(grade=customer.grade_id).count() == 1
    assert browser_of("sales1").post(url, data).status_code == 403
    with pytest.raises(NotAllowed):
        create_rhythm_rule(RhythmRule(rule_set="closed"), actor=company["sales1"])


def test_administrators_set_the_frequencies(company: Company, browser_of: Browser) -> None:
    client = browser_of("admin")
    assert client.get(reverse("admin:customers_rhythmrule_changelist")).status_code == 200
    rule = RhythmRule.objects.get(rule_set="closed", grade__code="b", action="visit")
    url = reverse("admin:customers_rhythmrule_change", args=[rule.pk])
    data = {"every": "3", "unit": "month", "most": "2", "is_on": "on", "version": rule.version}
    assert client.post(url, data).status_code == 302
    rule.refresh_from_db()
    assert (rule.every, rule.refresh_after) == (3, 0)
    assert client.post(url, {**data, "every": "0", "version": rule.version}).status_code == 200
    assert browser_of("sales1").get(url).status_code == 403
