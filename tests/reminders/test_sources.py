"""Sources walk their ladder once a day: owner after 3 days, manager after 5, director after 7."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client

from crm.dictionaries import stamps, statutory
from crm.notifications.models import Notification
from crm.reminders import running, sources
from crm.reminders.choices import STAMP
from crm.reminders.models import Reminder, ReminderRule, SourceRun
from crm.reminders.rules import NEXT_DAY
from customers.models import Customer
from customers.overdue import RULE
from tests.factories.company import Company
from tests.kit.people import make_customer
from tests.reminders.conftest import at
from tests.reminders.test_reminders import run_at

pytestmark = pytest.mark.django_db
MONDAY = at(2026, 9, 7, 15)


def late(company: Company, login: str, since: datetime, name: str) -> Customer:
    """A customer whose next contact was agreed for `since`."""
    customer = make_customer(company[login], name)
    Customer.objects.filter(pk=customer.pk).update(next_contact_at=since)
    return customer


def notices() -> list[tuple[str, str]]:
    """Recipient and title of the summaries, oldest first."""
    rows = Notification.objects.filter(kind=f"reminder_{RULE}").order_by("id")
    return [(row.user.username, row.title) for row in rows]


def test_the_ladder(company: Company) -> None:
    boss = company.person("boss", "sales_manager")
    manager, seller = company["manager"], company["sales1"]
    type(manager).objects.filter(pk=manager.pk).update(superior=boss)
    late(company, "sales1", MONDAY, "逾期甲有限公司")
    late(company, "sales1", MONDAY + timedelta(hours=1), "逾期乙有限公司")
    late(company, "sales2", MONDAY + timedelta(days=30), "未到期有限公司")
    assert run_at(*(at(2026, 9, day, 9) for day in range(8, 20))) == 3
    name = seller.name
    assert notices() == [
        ("sales1", "您有 2 个客户逾期 3 天未联系"),
        ("manager", f"{name}有 2 个客户逾期 5 天未联系"),
        ("boss", f"{name}有 2 个客户逾期 7 天未联系"),
    ]
    assert SourceRun.objects.filter(source=RULE, is_done=True).count() == 12


def test_the_notice_leads_to_exactly_these_rows(company: Company) -> None:
    customer = late(company, "sales1", MONDAY, "逾期甲有限公司")
    late(company, "sales1", MONDAY + timedelta(days=1), "逾期乙有限公司")
    with time_machine.travel(at(2026, 9, 10, 9), tick=False):
        running.run_due()
    client = Client()
    client.force_login(company["sales1"])
    page = client.get(Notification.objects.get(kind=f"reminder_{RULE}").url).content.decode()
    assert f'data-id="{customer.pk}"' in page and "逾期乙" not in page


def test_two_beats_and_a_day_of_downtime_make_one_summary(company: Company) -> None:
    for day in range(3):
        late(company, "sales1", MONDAY + timedelta(days=day), f"逾期{day}有限公司")
    assert run_at(at(2026, 9, 10, 8, 59)) == 0
    assert run_at(at(2026, 9, 10, 9), at(2026, 9, 10, 9), at(2026, 9, 10, 18)) == 1
    # two days without a worker: the newest summary tells of both
    assert run_at(at(2026, 9, 12, 11)) == 2
    titles = [title for login, title in notices() if login == "sales1"]
    assert titles == ["您有 1 个客户逾期 3 天未联系", "您有 2 个客户逾期 3 天未联系（迟到）"]


def test_a_second_worker_finds_the_level_taken(company: Company) -> None:
    late(company, "sales1", MONDAY, "逾期甲有限公司")
    with time_machine.travel(at(2026, 9, 10, 9), tick=False):
        assert sources.run() == 1
        assert sources.run() == 0
        SourceRun.objects.filter(source=RULE).update(level=0, is_done=False)
        sources.run()  # even a row put back by hand tells nobody twice
    assert Reminder.objects.filter(rule=RULE).count() == 1


def test_working_days_count_where_the_rule_says_so(company: Company) -> None:
    statutory.seed()
    rule = ReminderRule(
        code=RULE, steps=[0], escalation=[3, 5, 7], working_days=NEXT_DAY, at="09:00"
    )
    rule.save()
    stamps.bump(STAMP)
    late(company, "sales1", at(2026, 9, 30, 15), "节前有限公司")
    # 1 to 7 October are holidays, Saturday the 10th is worked
    days = [at(2026, 10, day, 9) for day in range(1, 11)]
    assert run_at(*days[:9]) == 0
    assert run_at(days[9]) == 1


def test_what_somebody_who_left_has_forgotten_is_told_his_superiors(company: Company) -> None:
    boss = company.person("boss", "sales_manager")
    manager, seller = company["manager"], company["sales1"]
    type(manager).objects.filter(pk=manager.pk).update(superior=boss)
    late(company, "sales1", MONDAY, "逾期甲有限公司")
    type(seller).objects.filter(pk=seller.pk).update(is_active=False)
    run_at(*(at(2026, 9, day, 9) for day in range(8, 16)))
    assert [login for login, _title in notices()] == ["manager", "boss"]


def test_somebody_without_a_superior_ends_the_ladder(company: Company) -> None:
    alone = company.person("alone", "sales", department="独立部")
    customer = make_customer(alone, "无人上级有限公司")
    Customer.objects.filter(pk=customer.pk).update(next_contact_at=MONDAY)
    assert run_at(*(at(2026, 9, day, 9) for day in range(8, 16))) == 1
