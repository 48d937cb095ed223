"""Import of leads: columns, duplicates among leads and customers, owners, undo."""

from pathlib import Path

import pytest

from crm.activities.importing.follow_ups import FOLLOW_UPS
from crm.activities.models import FollowUp
from crm.activities.planning.models import Task
from crm.activities.planning.services.tasks import create_task
from crm.dictionaries import lookups
from customers.choices import ENTERPRISE, NATURE
from leads.choices import LeadState
from leads.importing.leads import LEADS
from leads.models import Lead
from leads.services.converting import Wish, convert_lead
from tests.factories.company import Company
from tests.factories.customers import make_customer
from tests.factories.leads import make_lead
from tests.kit.importing import importer, undone

pytestmark = pytest.mark.django_db(transaction=False)
HEADINGS = ["公司名称", "联系人", "联系电话", "来源", "需求", "痛点", "负责人", "标签"]


imported = importer(LEADS, HEADINGS)
said_of_old = importer(FOLLOW_UPS, ["线索编号", "跟进日期", "跟进方式", "跟进内容"])


def test_rows_become_leads_or_are_refused_with_a_reason(company: Company, tmp_path: Path) -> None:
    sales = company["sales1"]
    make_customer(company, sales, name="台州旧友阀门有限公司")
    make_customer(company, company.stranger(), name="舟山远洋渔具有限公司")
    make_lead(company, sales, name="湖州在谈丝绸有限公司")
    job = imported(
        tmp_path, sales,
        ["宁波新客机械有限公司", "张工", "138 0013 8000", "展会", "要报价", "交期慢", "", "重点"],
        ["宁波新客机械有限公司", "李工", "13900139000", "展会", "", "", "", ""],
        ["台州旧友阀门有限公司", "王工", "13700137000", "展会", "", "", "", ""],
        ["舟山远洋渔具有限公司", "赵工", "13600136000", "展会", "", "", "", ""],
        ["湖州在谈丝绸有限公司", "陈工", "13500135000", "展会", "", "", "", ""],
        ["绍兴没电话布业有限公司", "", "", "官网", "", "", "", ""],
    )  # fmt: skip
    assert job.counters["created"] == 2
    assert job.counters["skipped"] == 3
    assert job.counters["refused"] == 1
    lead = Lead.objects.get(name="宁波新客机械有限公司")
    assert (lead.mobile, lead.owner, lead.contact_name) == ("13800138000", sales, "张工")
    assert (lead.need, lead.pain_points) == ("要报价", "交期慢")
    assert lead.first_contact_due_at is not None
    assert [tag.name for tag in lead.tags.all()] == ["重点"]
    assert Lead.objects.get(name="绍兴没电话布业有限公司").is_incomplete


def test_an_undo_keeps_a_lead_that_was_worked_on(company: Company, tmp_path: Path) -> None:
    sales = company["sales1"]
    job = imported(
        tmp_path, sales, ["嘉兴新来箱包有限公司", "周工", "13800138001", "", "", "", "", ""]
    )
    lead = Lead.objects.get(name="嘉兴新来箱包有限公司")
    create_task(Task(title="寄送样品", owner=sales), actor=sales, subject=lead)
    back = undone(job, sales)
    assert back.counters == {"kept": 1}
    assert Lead.objects.filter(pk=lead.pk).exists()


def test_an_update_fills_blanks_and_an_undo_takes_it_back(company: Company, tmp_path: Path) -> None:
    sales = company["sales1"]
    lead = make_lead(company, sales, name="湖州在谈丝绸有限公司")
    job = imported(
        tmp_path, sales,
        ["湖州在谈丝绸有限公司", "", "", "", "想要试用", "", "", ""],
        ["嘉兴新来箱包有限公司", "周工", "13800138001", "官网", "", "", "", ""],
        duplicates="update",
    )  # fmt: skip
    assert (job.counters["created"], job.counters["updated"]) == (1, 1)
    lead.refresh_from_db()
    assert lead.need == "想要试用"
    back = undone(job, sales)
    assert back.state == "done", back.message
    lead.refresh_from_db()
    assert lead.need == ""
    assert not Lead.objects.filter(name="嘉兴新来箱包有限公司").exists()


def test_follow_ups_of_leads_are_imported_too(company: Company, tmp_path: Path) -> None:
    sales, stranger = company["sales1"], company.stranger()
    lead, foreign = make_lead(company, sales), make_lead(company, stranger)
    locked = make_lead(company, sales)
    convert_lead(locked, Wish(nature_id=lookups.by_code(NATURE, ENTERPRISE).pk), actor=sales)
    said = "预算 50 万以内，一周内要方案"
    job = said_of_old(
        tmp_path, sales,
        [lead.number, "2024-03-05", "电话", said],
        [lead.mobile, "2024-03-06", "电话", said],
        [locked.name, "2024-03-07", "电话", said],
        [foreign.name, "2024-03-08", "电话", said],
    )  # fmt: skip
    assert (job.counters["created"], job.counters["refused"]) == (3, 1)
    lead.refresh_from_db()
    assert (lead.status, lead.follow_up_count) == (LeadState.FOLLOWING, 2)
    assert FollowUp.objects.on(lead).count() == 2
    assert FollowUp.objects.on(locked.converted_customer).count() == 1
    assert not FollowUp.objects.on(foreign).exists()
