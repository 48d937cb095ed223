"""Standard tests of the pages of tasks and appointments, and the few that are theirs alone."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from crm.accounts.models import User
from crm.accounts.services import update_user
from crm.activities.models import FollowUp
from crm.activities.planning.links import key_of
from crm.activities.planning.models import Appointment, Task
from crm.activities.planning.services.appointments import create_appointment
from crm.activities.planning.services.tasks import create_task
from crm.core import clock
from tests.conftest import browser
from tests.factories.company import Company
from tests.factories.customers import make_customer
from tests.kit.html import form_values, row_ids
from tests.kit.views import StandardViewTests

pytestmark = pytest.mark.xdist_group("activities.planning")
HTMX = {"HX-Request": "true"}
HOUR = timedelta(hours=1)
#: Times that do not collide.
_times = (f"2030-{month:02}-01 14:00" for month in range(1, 13))


class TestTaskPages(StandardViewTests):
    """Tasks."""

    model = Task
    prefix = "planning:task"
    event = "activities.task"
    form_field = "title"
    text_field = "description"
    search_word = "报价"
    has_options = False
    bulk = ("complete", {}, "activities.task.completed")
    panels = ("checklist",)

    def make(self, company: Company, owner: Any) -> Task:
        task = Task(title="准备报价", owner=owner, due_at=clock.now() + HOUR, due_has_time=True)
        customer = make_customer(company, owner)
        return create_task(task, actor=company.admin, subject=customer, items=["核对价格"])

    def counts(self, company: Company, record: Any) -> dict[str, int]:
        # the rules of reminders are read once
        values = self.open_form(browser(company, "sales1"), self.url("add"))
        browser(company, "sales1").post(self.url("add"), values | self.new_values(company))
        return super().counts(company, record)

    def new_values(self, company: Company) -> dict[str, Any]:
        customer = make_customer(company, company["sales1"])
        return {"title": "准备报价单", "due_at": "2026-12-01", "subject": key_of(customer)}

    def changed_values(self) -> dict[str, Any]:
        return {"priority": "urgent", "description": "含税和不含税两份"}


class TestAppointmentPages(StandardViewTests):
    """Appointments."""

    model = Appointment
    prefix = "planning:appointment"
    event = "activities.appointment"
    form_field = "title"
    text_field = "purpose"
    search_word = "拜访"
    has_options = False
    bulk = ("cancel", {}, "activities.appointment.cancelled")
    panels = ("outcome",)
    budgets = {**StandardViewTests.budgets, "detail": 20, "create": 20}

    def make(self, company: Company, owner: Any) -> Appointment:
        start = clock.now() + HOUR
        row = Appointment(title="上门拜访", owner=owner, starts_at=start, ends_at=start + HOUR)
        customer = make_customer(company, owner)
        return create_appointment(row, actor=company.admin, subject=customer)

    def new_values(self, company: Company) -> dict[str, Any]:
        customer = make_customer(company, company["sales1"])
        return {"title": "上门拜访", "starts_at": next(_times), "subject": key_of(customer)}

    def changed_values(self) -> dict[str, Any]:
        return {"place": "滨江路 8 号", "purpose": "确认需求和预算"}


def test_one_click_completes_and_offers_the_way_back(company: Company) -> None:
    sales = company["sales1"]
    task = create_task(Task(title="回电话"), actor=sales)
    client, url = browser(company, "sales1"), reverse("planning:task_complete", args=[task.pk])
    page = client.get(reverse("planning:task_list"))
    assert f'hx-post="{url}"' in page.content.decode()
    answer = client.post(url, headers=HTMX)
    undo = reverse("planning:task_reopen", args=[task.pk])
    assert (answer.status_code, undo in answer["HX-Trigger"]) == (204, True)
    task.refresh_from_db()
    assert task.status == "done"
    assert client.post(undo, headers={"Referer": "http://testserver/tasks/?scene=mine"})[
        "Location"
    ] == ("/tasks/?scene=mine")
    task.refresh_from_db()
    assert task.status == "open"


def test_scenes_and_the_overdue_filter(company: Company) -> None:
    sales, boss = company["sales1"], company["manager"]
    late = create_task(Task(title="甲", due_at=clock.now() - HOUR), actor=sales)
    given = create_task(Task(title="乙", owner=sales), actor=boss)
    joined = create_task(Task(title="丙"), actor=boss, participants=[sales])
    client, url = browser(company, "sales1"), reverse("planning:task_list")
    assert row_ids(client.get(url)) == [late.pk, joined.pk, given.pk]
    assert row_ids(client.get(url, {"scene": "created"})) == [late.pk]
    assert row_ids(client.get(url, {"due": "overdue"})) == [late.pk]
    client = browser(company, "manager")
    assert set(row_ids(client.get(url, {"scene": "reports"}))) == {late.pk, given.pk, joined.pk}
    assert set(row_ids(client.get(url, {"scene": "mine"}))) == {joined.pk}


def test_panels_stand_on_every_linked_record(company: Company) -> None:
    customer = make_customer(company, company["sales1"])
    task = create_task(Task(title="寄样品"), actor=company["sales1"], subject=customer)
    client = browser(company, "sales1")
    url = reverse("customers:customer_panel", args=[customer.pk, "tasks"])
    page = client.get(url).content.decode()
    assert (task.title in page, key_of(customer).replace(":", "%3A") in page) == (True, True)
    url = reverse("customers:customer_panel", args=[customer.pk, "appointments"])
    assert client.get(url).status_code == 200


def test_the_name_of_a_hidden_record_is_not_shown(company: Company) -> None:
    customer = make_customer(company, company["sales1"])
    task = create_task(
        Task(title="开票", owner=company["sales2"]), actor=company["sales1"], subject=customer
    )
    client = browser(company, "sales2")
    for url in (reverse("planning:task_list"), task.get_absolute_url()):
        page = client.get(url).content.decode()
        assert (task.title in page, customer.name in page) == (True, False)


def test_whole_days_and_an_hour_where_no_end_is_typed(company: Company) -> None:
    client, url = browser(company, "sales1"), reverse("planning:appointment_add")
    common = {"kind": "visit", "owner": company["sales1"].pk, "repeat": "none"}
    days = {"title": "展会", "starts_at": "2026-12-01", "ends_at": "2026-12-02", "is_all_day": "on"}
    assert client.post(url, common | days).status_code == 302
    assert client.post(url, common | {"title": "电话", "starts_at": "2026-12-01 9:30"}).status_code
    rows = {row.title: row for row in Appointment.objects.all()}
    assert rows["展会"].ends_at - rows["展会"].starts_at == timedelta(days=2)
    assert rows["电话"].ends_at - rows["电话"].starts_at == HOUR


def test_who_is_busy_is_said_without_what_one_may_not_see(company: Company) -> None:
    start = clock.now().replace(microsecond=0) + HOUR
    other = company["sales2"]
    create_appointment(
        Appointment(title="私下谈判", starts_at=start, ends_at=start + HOUR), actor=other
    )
    client, url = browser(company, "sales1"), reverse("planning:appointment_collisions")
    moment = f"{start.astimezone(clock.COMPANY_ZONE):%Y-%m-%d %H:%M}"
    page = client.post(url, {"starts_at": moment, "participants": str(other.pk)}).content.decode()
    assert (other.name in page, "私下谈判" in page) == (True, False)


def test_the_outcome_page_writes_the_follow_up(company: Company) -> None:
    customer = make_customer(company, company["sales1"])
    start = clock.now() - 2 * HOUR
    row = create_appointment(
        Appointment(title="拜访", starts_at=start, ends_at=start + HOUR),
        actor=company["sales1"],
        subject=customer,
    )
    client, url = (
        browser(company, "sales1"),
        reverse("planning:appointment_complete", args=[row.pk]),
    )
    assert client.post(url, {"outcome": "已联系"}).status_code == 422
    assert client.post(url, {"outcome": "客户要两台样机"}).status_code == 302
    assert FollowUp.objects.get().text == "客户要两台样机"
    assert client.post(url, {"outcome": "客户要两台样机"}).status_code == 422
    assert FollowUp.objects.count() == 1


def test_records_are_found_by_typing(company: Company) -> None:
    customer = make_customer(company, company["sales1"])
    make_customer(company, company.stranger())
    client, url = browser(company, "sales1"), reverse("planning:subject_options")
    found = client.get(url, {"q": customer.name}).json()["results"]
    assert [option["value"] for option in found] == [key_of(customer)]
    people = client.get(url, {"people": "1"}).json()["results"]
    assert {option["value"].partition(":")[0] for option in people} == {"customers.contact"}
    assert browser(company, "norole").get(url).status_code == 403


@pytest.mark.parametrize("name", ["task", "appointment"])
def test_editing_keeps_whoever_took_part_and_has_left(company: Company, name: str) -> None:
    mine, gone = company["sales1"], company["manager"]
    start = clock.now() + HOUR
    if name == "task":
        row = create_task(Task(title="准备报价", owner=mine), actor=mine, participants=[gone])
    else:
        row = Appointment(title="上门拜访", owner=mine, starts_at=start, ends_at=start + HOUR)
        row = create_appointment(row, actor=mine, participants=[gone])
    update_user(User.objects.get(pk=gone.pk), changes={"is_active": False}, actor=None)
    client, url = browser(company, "sales1"), reverse(f"planning:{name}_edit", args=[row.pk])
    values = form_values(client.get(url), "title") | {"title": "换个题目"}
    assert client.post(url, values).status_code == 302
    row.refresh_from_db()
    assert (row.title, list(row.participants.all())) == ("换个题目", [gone])
