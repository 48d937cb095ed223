"""Import of follow-ups: from the file to the undo; authors and times of the past are kept."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from crm.activities.importing.follow_ups import FOLLOW_UPS
from crm.activities.models import FollowUp
from crm.activities.services import Said, create_follow_up, update_follow_up
from crm.audit.models import Event
from crm.core import clock
from crm.dictionaries.models import Item
from crm.jobs.importing import services
from crm.jobs.models import Job
from crm.jobs.runner import run_in_process
from crm.notifications.models import Notification
from customers.models import Contact, Customer
from tests.kit import people
from tests.kit.importing import checked, run

HEADINGS = "客户,跟进日期,跟进方式,跟进内容,跟进人,联系人,态度,结果,下次联系时间,通话时长"
TEXT = "预算 50 万以内，一周内要方案"
Importer = Callable[..., Job]


@pytest.fixture
def bring(tmp_path: Path, sales: Any) -> Importer:
    """Import these lines to the end as `sales`."""

    def imported(*lines: str, actor: Any = sales, **options: Any) -> Job:
        path = tmp_path / "旧跟进.csv"
        path.write_text("\n".join([HEADINGS, *lines]), "utf-8")
        return run(checked(FOLLOW_UPS, path, actor, **options))

    return imported


def reasons(job: Job) -> list[str]:
    """Why rows were not written."""
    return list(
        job.rows.exclude(outcome="created").order_by("row_no").values_list("message", flat=True)
    )


def test_author_time_and_values_are_kept(
    bring: Importer, customer: Customer, contact: Contact, sales: Any
) -> None:
    gone = people.make_user("s0", "sales", name="王离", main_department=sales.main_department)
    type(gone).objects.filter(pk=gone.pk).update(is_active=False)
    job = bring(
        f"{customer.name},2024-03-05,电话沟通,{TEXT}，@赵经理,王离,王芳,积极,需重点跟进,2024-03-12,6分钟",
        f"{customer.number},2024-03-06 15:30,拜访,看了样品，很满意,,,,,,",
        "13800138000,2024-03-07,微信,约了下周见面,张伟,李四,,,2024-03-01,很久",
    )
    assert (job.state, job.counters["created"]) == ("done", 3)
    first, second, third = FollowUp.objects.order_by("happened_at")
    assert first.author == gone
    assert first.created_by == sales
    assert first.happened_at == datetime(2024, 3, 5, 12, tzinfo=clock.COMPANY_ZONE)
    assert (first.method.code, first.attitude, first.result) == ("phone", "positive", "priority")
    assert (first.minutes, first.link_count) == (6, 1)
    assert FollowUp.objects.about(contact).get() == first
    assert second.author == sales
    assert second.happened_at == datetime(2024, 3, 6, 15, 30, tzinfo=clock.COMPANY_ZONE)
    assert (third.next_contact_at, third.minutes, third.link_count) == (None, None, 0)
    assert job.counters["incomplete"] == 1
    customer.refresh_from_db()
    assert customer.last_contact_at == third.happened_at
    assert customer.next_contact_at is None
    assert not Notification.objects.filter(kind="mentioned").exists()
    assert Event.objects.filter(code="activities.follow_up.imported").count() == 1


def test_rows_that_cannot_be_kept(bring: Importer, customer: Customer, other: Any) -> None:
    foreign = people.make_customer(other, "宁波东海机械有限公司")
    job = bring(
        f"{foreign.name},2024-03-05,电话,{TEXT},,,,,,",
        f"{customer.name},,电话,{TEXT},,,,,,",
        f"{customer.name},2199-01-01,电话,{TEXT},,,,,,",
        f"{customer.name},2024-03-05,电话,已联系,,,,,,",
        f"{customer.name},2024-03-05,烽火,{TEXT},,,,,,",
        f"{customer.name},2024-03-05,电话,{TEXT},李娜,,,,,",
    )
    assert job.counters["refused"] == 6
    assert not FollowUp.objects.exists()
    assert all(reasons(job))
    assert len(set(reasons(job))) == 6


def test_the_same_twice_is_once(
    bring: Importer, customer: Customer, sales: Any, phone: Item
) -> None:
    line = f"{customer.name},2024-03-05 10:00,电话,{TEXT},,,,,,"
    assert bring(line, line).counters["skipped"] == 1
    job = bring(line)
    assert (job.counters["skipped"], job.counters.get("created", 0)) == (1, 0)
    assert FollowUp.objects.count() == 1


def test_an_unknown_method_is_mapped_or_added(
    bring: Importer, customer: Customer, phone: Item
) -> None:
    line = f"{customer.name},2024-03-05,烽火,{TEXT},,,,,,"
    boss = people.make_user("boss", "admin")
    bring(line, actor=boss, unknown="add")
    assert FollowUp.objects.get().method.name == "烽火"


def test_undo_takes_back_what_nobody_touched(
    bring: Importer, customer: Customer, sales: Any, phone: Item
) -> None:
    create_follow_up(
        customer, Said("更早的", phone, happened_at=clock.now() - timedelta(days=4000)), actor=sales
    )
    job = bring(
        f"{customer.name},2024-03-05,电话,{TEXT},,,,,,",
        f"{customer.name},2024-03-06,电话,客户要样品,,,,,,",
    )
    touched = FollowUp.objects.get(text="客户要样品")
    update_follow_up(touched, changes={"text": "客户要两件样品"}, actor=sales)
    undo = run_in_process(services.undo(job, actor=sales, rings=False))
    assert (undo.counters["reverted"], undo.counters["kept"]) == (1, 1)
    assert {row.text for row in FollowUp.objects.kept()} == {"更早的", "客户要两件样品"}


def test_the_wizard_needs_the_right(client: Client, sales: Any) -> None:
    url = reverse("activities:follow_up_import")
    client.force_login(sales)
    assert client.get(url).status_code == 200
    assert url in client.get(reverse("activities:follow_up_list")).content.decode()
    client.force_login(people.make_user("a1", "service"))
    assert client.get(url).status_code == 403
