"""Work reports: filled by the records, sent, read, commented; who owes one (`market` 2.11)."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse

from crm.accounts.models import User
from crm.activities.planning import duties, reporting, states
from crm.activities.planning.models import Appointment, Task
from crm.activities.planning.models_personal import WorkReport
from crm.activities.planning.services import reports as services
from crm.activities.planning.services.appointments import create_appointment
from crm.activities.planning.services.tasks import complete_task, create_task
from crm.audit.models import Event
from crm.core import clock
from crm.core.errors import InvalidTransition, InvalidValue, NotAllowed, Stale
from crm.dictionaries import statutory
from crm.notifications.models import Notification
from customers.services.transferring import transfer_customer
from opportunities.models import StageChange
from tests.activities.planning.conftest import NOW
from tests.conftest import browser
from tests.factories.company import Company
from tests.factories.customers import make_customer, make_follow_up
from tests.factories.opportunities import make_opportunity
from tests.kit.html import form_values, row_ids
from tests.kit.permissions import disagreements
from tests.kit.queries import count_queries
from tests.kit.states import check_constraint

TODAY = NOW.date()
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def frozen() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def write(actor: Any, *, sent: bool = True, day: date = TODAY, **values: Any) -> WorkReport:
    report = services.report_for(values.pop("kind", "daily"), day, actor=actor)
    services.save_report(report, changes={"work": "拜访两家客户", **values}, actor=actor)
    return services.submit_report(report, actor=actor) if sent else report


def test_spans_of_the_three_kinds() -> None:
    assert reporting.span_of("daily", TODAY) == (TODAY, TODAY)
    assert reporting.span_of("weekly", TODAY) == (date(2026, 11, 16), date(2026, 11, 22))
    assert reporting.span_of("monthly", date(2028, 2, 9)) == (date(2028, 2, 1), date(2028, 2, 29))


def test_it_fills_itself_with_the_records_of_the_day(company: Company) -> None:
    sales = company["sales1"]
    customer = make_customer(company, sales)
    make_follow_up(customer, sales, "客户要两台样机")
    complete_task(create_task(Task(title="寄样品"), actor=sales), actor=sales)
    create_task(Task(title="还没做"), actor=sales)
    create_appointment(Appointment(title="演示会", starts_at=NOW, ends_at=NOW + HOUR), actor=sales)
    facts = {each["name"]: each for each in reporting.facts_of(sales, TODAY, TODAY)}
    assert {name: each["count"] for name, each in facts.items()} == {
        "follow_ups": 1, "tasks": 1, "appointments": 1,
    }  # fmt: skip
    text = reporting.in_words(list(facts.values()))
    assert all(part in text for part in (customer.name, "客户要两台样机", "寄样品", "10:00 演示会"))
    assert "还没做" not in text
    assert reporting.facts_of(company["sales2"], TODAY, TODAY) == []
    page = browser(company, "sales1").get(reverse("planning:report_write", args=["daily", TODAY]))
    assert "客户要两台样机" in page.content.decode()


def work_at(at: datetime, number: int, sales: Any, customer: Any) -> None:
    """A follow-up, a task done and an appointment at one moment."""
    with time_machine.travel(at, tick=False):
        make_follow_up(customer, sales, f"第 {number} 次沟通，谈了报价")
        complete_task(create_task(Task(title=f"第 {number} 件事"), actor=sales), actor=sales)
        meeting = Appointment(title=f"第 {number} 次演示", starts_at=at, ends_at=at + HOUR)
        create_appointment(meeting, actor=sales)


@pytest.mark.parametrize("kind", ["weekly", "monthly"])
def test_weeks_and_months_fill_themselves_with_the_records_of_their_days(
    company: Company, kind: str
) -> None:
    sales = company["sales1"]
    customer = make_customer(company, sales)
    first, last = reporting.span_of(kind, TODAY)
    begin, end = clock.day_bounds(first)[0], clock.day_bounds(last)[1]
    minute = timedelta(minutes=1)
    inside = (begin, begin + timedelta(days=2, hours=9), end - minute)
    for number, at in enumerate((begin - minute, *inside, end)):
        work_at(at, number, sales, customer)
    with time_machine.travel(end + HOUR, tick=False):
        report = write(sales, kind=kind, day=last)
        url = reverse("planning:report_write", args=[kind, last])
        page = browser(company, "sales1").get(url).content.decode()
    report.refresh_from_db()
    assert (report.starts_on, report.ends_on) == (first, last)
    assert {each["name"]: each["count"] for each in report.facts} == {
        "follow_ups": 3, "tasks": 3, "appointments": 3,
    }  # fmt: skip
    lines = {each["name"]: each["lines"] for each in report.facts}
    assert lines["tasks"] == [f"第 {number} 件事" for number in (1, 2, 3)]
    assert lines["follow_ups"][2] == f"{customer.name}：第 3 次沟通，谈了报价"
    assert lines["appointments"][0] == "00:00 第 1 次演示"
    assert all(text in page for text in lines["tasks"])
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    daily = [line for day in days for each in reporting.facts_of(sales, day, day)
             for line in each["lines"]]  # fmt: skip
    assert sorted(daily) == sorted(line for found in lines.values() for line in found)


def test_sent_to_the_superior_and_kept_as_it_was(company: Company) -> None:
    sales, boss = company["sales1"], company["manager"]
    task = create_task(Task(title="寄样品"), actor=sales)
    complete_task(task, actor=sales)
    report = write(sales)
    assert [reader.user for reader in report.readers.all()] == [boss]
    told = Notification.objects.filter(kind="report_received")
    assert [notice.user for notice in told] == [boss]
    Task.objects.filter(pk=task.pk).update(title="后来改了")
    report.refresh_from_db()
    assert report.facts == [{"name": "tasks", "count": 1, "lines": ["寄样品"]}]
    assert Event.objects.filter(code="activities.report.submitted").count() == 1


def test_what_cannot_be_sent(company: Company) -> None:
    sales = company["sales1"]
    with pytest.raises(InvalidValue) as refusal:
        write(sales, work="  ")
    assert refusal.value.field == "work"
    report = services.report_for("daily", TODAY, actor=sales)
    services.save_report(report, changes={"work": "x"}, recipients=[], actor=sales)
    with pytest.raises(InvalidValue) as refusal:
        services.submit_report(report, actor=sales)
    assert refusal.value.field == "recipients"
    with pytest.raises(InvalidValue):
        services.report_for("daily", TODAY + timedelta(days=1), actor=sales)
    services.save_report(report, changes={}, recipients=[company["admin"]], actor=sales)
    services.submit_report(report, actor=sales)
    with pytest.raises(InvalidTransition):
        services.submit_report(report, actor=sales)
    assert Notification.objects.filter(kind="report_received").count() == 1


def test_one_of_a_span_and_two_windows(company: Company) -> None:
    sales = company["sales1"]
    report = write(sales, sent=False)
    assert services.report_for("daily", TODAY, actor=sales) == report
    with pytest.raises(Stale):
        services.save_report(report, changes={"work": "旧窗口"}, actor=sales, version=99)
    twin = {name: getattr(report, name) for name in (
        "author", "kind", "starts_on", "ends_on", "created_at", "updated_at")}  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        WorkReport(**twin).save()
    check_constraint(report, "kind")
    assert states.REPORT.leaving("submitted") == []


def test_drafts_are_their_authors_alone_and_rights_agree(company: Company) -> None:
    sales, boss, other = company["sales1"], company["manager"], company["sales2"]
    draft = write(sales, sent=False, day=TODAY - timedelta(days=1))
    sent = write(sales)
    passed = services.report_for("weekly", TODAY, actor=other)
    services.save_report(passed, changes={"work": "x"}, recipients=[sales], actor=other)
    services.submit_report(passed, actor=other)
    people = [sales, boss, other, company["auditor"], company["admin"], company["agent1"]]
    assert disagreements(WorkReport, [draft, sent, passed], people) == []
    seen = {person.username: set(WorkReport.objects.visible_to(person)) for person in people}
    assert seen == {
        "sales1": {draft, sent, passed}, "manager": {sent}, "sales2": {passed},
        "auditor": {sent, passed}, "admin": {sent, passed}, "agent1": set(),
    }  # fmt: skip
    with pytest.raises(NotAllowed):
        services.save_report(sent, changes={"work": "改写"}, actor=boss)


def test_read_and_commented(company: Company) -> None:
    report = write(company["sales1"])
    url = report.get_absolute_url()
    author, boss = browser(company, "sales1"), browser(company, "manager")
    assert "未读" in author.get(url).content.decode()
    assert boss.get(url).status_code == 200
    page = author.get(url).content.decode()
    assert "未读" not in page
    where = reverse("planning:report_comment", args=[report.pk])
    assert boss.post(where, {"text": " "}).status_code == 422
    assert boss.post(where, {"text": "样机要跟紧"}).status_code == 302
    assert "样机要跟紧" in author.get(url).content.decode()
    assert [n.user for n in Notification.objects.filter(kind="report_commented")] == [
        company["sales1"]
    ]
    assert browser(company, "sales2").post(where, {"text": "x"}).status_code == 404


def test_the_form_saves_sends_and_deletes(company: Company) -> None:
    client, url = (
        browser(company, "sales1"),
        reverse("planning:report_write", args=["daily", TODAY]),
    )
    values = {"work": "写方案", "plan": "送方案", "recipients": [company["manager"].pk]}
    assert client.post(url, values | {"step": "draft"}).status_code == 302
    report = WorkReport.objects.get()
    assert (report.status, report.plan) == ("draft", "送方案")
    assert client.post(url, values | {"step": "submit", "version": 1}).status_code == 422
    version = report.version
    assert client.post(url, values | {"step": "submit", "version": version}).status_code == 302
    assert row_ids(browser(company, "manager").get(reverse("planning:report_list"))) == [report.pk]
    where = reverse("planning:report_delete", args=[report.pk])
    assert client.post(where).status_code == 409
    draft = write(company["sales1"], sent=False, kind="weekly")
    assert client.post(reverse("planning:report_delete", args=[draft.pk])).status_code == 302
    assert list(WorkReport.objects.all()) == [report]
    assert client.get(reverse("planning:report_write", args=["yearly", TODAY])).status_code == 404
    assert client.get(reverse("planning:report_write", args=["daily", "x"])).status_code == 404


def test_a_reader_who_has_left_stays_among_the_readers(company: Company) -> None:
    report = write(company["sales1"])
    gone = report.readers.get().user
    User.objects.filter(pk=gone.pk).update(is_active=False)
    client = browser(company, "sales1")
    url = reverse("planning:report_write", args=["daily", report.starts_on.isoformat()])
    values = form_values(client.get(url), "work") | {"plan": "改送方案"}
    assert client.post(url, values).status_code == 302
    report.refresh_from_db()
    assert (report.plan, report.readers.get().user) == ("改送方案", gone)


def is_asked(company: Company, login: str, day: date = TODAY) -> bool:
    """Whether the person's things to do name, on that day, the report to write."""
    with time_machine.travel(clock.at_hour(day, 10), tick=False):
        page = browser(company, login).get(reverse("workbench:panel", args=["todo"]))
    assert page.status_code == 200
    return reverse("planning:report_write", args=["daily", day]) in page.content.decode()


def test_who_has_sent_one_and_who_owes_one(company: Company) -> None:
    statutory.seed()
    sales, boss = company["sales1"], company["manager"]
    peer = company.person("peer", superior=boss)
    agent = company.person("desk", "service", superior=boss)
    report = write(sales)
    lines = duties.lines_for(boss, "daily", TODAY)
    assert [(line.person, line.report) for line in lines] == [(peer, None), (sales, report)]
    assert not duties.must_submit(agent.pk) and not duties.must_submit(company.admin.pk)
    assert is_asked(company, "peer") and not is_asked(company, "sales1")
    assert not is_asked(company, "peer", date(2026, 10, 1))  # a holiday
    assert is_asked(company, "peer", date(2026, 10, 10))  # a working Saturday
    page = browser(company, "manager").get(reverse("planning:report_team")).content.decode()
    assert f'data-id="{peer.pk}"' in page and f'data-id="{agent.pk}"' not in page


def test_the_list_costs_the_same_however_long_it_is(company: Company) -> None:
    boss, url = browser(company, "manager"), reverse("planning:report_list")

    def fill(first: int, number: int) -> None:
        for place in range(first, first + number):
            write(company["sales1"], day=TODAY - timedelta(days=place))

    fill(0, 3)
    boss.get(url, {"page_size": 50})
    few = count_queries(lambda: boss.get(url, {"page_size": 50}))
    fill(3, 17)
    assert count_queries(lambda: boss.get(url, {"page_size": 50})) == few <= 10


def test_stages_of_opportunities_stand_in_it(company: Company) -> None:
    sales = company["sales1"]
    deal = make_opportunity(company, sales)
    StageChange.objects.filter(opportunity=deal).update(actor=sales)
    facts = {each["name"]: each for each in reporting.facts_of(sales, TODAY, TODAY)}
    assert facts["stages"]["count"] == 1
    assert str(deal) in facts["stages"]["lines"][0]
    StageChange.objects.filter(opportunity=deal).update(actor=company["sales2"])
    assert reporting.facts_of(company["sales2"], TODAY, TODAY) == []


def test_a_draft_is_kept_on_the_server_while_it_is_typed(company: Company) -> None:
    sales, boss = company["sales1"], company["manager"]
    client = browser(company, "sales1")
    url = reverse("planning:report_write", args=["daily", TODAY.isoformat()])
    typed = {"step": "keep", "work": "上午拜访", "recipients": [boss.pk]}
    answer = client.post(url, typed | {"version": ""})
    assert answer.status_code == 200
    report = WorkReport.objects.get(author=sales)
    assert (report.work, report.version) == ("上午拜访", answer.json()["version"])
    assert [reader.user for reader in report.readers.all()] == [boss]
    answer = client.post(url, typed | {"work": "上午拜访，下午", "version": report.version})
    assert answer.json()["version"] == report.version + 1
    stale = client.post(url, typed | {"work": "旧窗口", "version": report.version})
    assert (stale.status_code, bool(stale.json()["text"])) == (409, True)
    long = client.post(url, typed | {"work": "长" * 5000, "version": report.version + 1})
    assert long.status_code == 422
    report.refresh_from_db()
    assert (report.work, report.is_submitted) == ("上午拜访，下午", False)
    assert not Notification.objects.filter(user=boss).exists()
    services.submit_report(report, actor=sales)
    report.refresh_from_db()
    after = client.post(url, typed | {"work": "改了", "version": report.version})
    assert after.status_code == 409
    report.refresh_from_db()
    assert report.work == "上午拜访，下午"


def test_own_follow_ups_stay_when_somebody_else_has_got_the_customer(company: Company) -> None:
    author = company["sales1"]
    given, kept = make_customer(company, author), make_customer(company, author)
    make_follow_up(given, author, "上午签了合同。")
    make_follow_up(kept, author, "下午送了样品。")
    transfer_customer(given, company["sales2"], actor=company["manager"])
    (facts,) = reporting.facts_of(author, TODAY, TODAY)
    assert (facts["name"], facts["count"]) == ("follow_ups", 2)
    assert facts["lines"] == ["上午签了合同。", f"{kept.name}：下午送了样品。"]
    assert not reporting.facts_of(company["sales2"], TODAY, TODAY)
