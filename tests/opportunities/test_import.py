"""Import of opportunities: customers, stages by the same rules, duplicates, undo."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from crm.core import clock
from opportunities.importing.opportunities import OPPORTUNITIES
from opportunities.models import Opportunity, Pipeline, Stage, StageChange
from opportunities.services.pipelines import update_pipeline
from tests.factories.company import Company
from tests.factories.customers import make_customer
from tests.factories.opportunities import make_opportunity
from tests.kit.importing import checked, importer, run, undone, workbook

pytestmark = pytest.mark.django_db(transaction=False)
HEADINGS = ["客户名称", "商机名称", "商机金额", "预计成交日期", "商机阶段", "进展说明", "赢单率"]


imported = importer(OPPORTUNITIES, HEADINGS)


def test_rows_become_opportunities_by_the_rules_of_the_stages(
    company: Company, tmp_path: Path
) -> None:
    sales = company["sales1"]
    customer = make_customer(company, sales, name="宁波东钱湖阀门有限公司")
    make_customer(company, company.stranger(), name="舟山远洋渔具有限公司")
    held = make_opportunity(company, sales, customer=customer, name="老项目", expected_on=None)
    job = imported(
        tmp_path, sales,
        [customer.name, "系统升级", "12.5万", "2027-03-01", "需求分析", "预算已批", "45%"],
        [customer.number, "外勤终端", "8000", "2027/4/1", "", "", ""],
        [customer.name, "跳级项目", "", "", "方案提交", "", ""],
        [customer.name, "系统升级", "1", "", "", "", ""],
        ["舟山远洋渔具有限公司", "渔具平台", "1", "", "", "", ""],
        [customer.name, "老项目", "", "", "方案提交", "直接报价", ""],
        duplicates="update",
    )  # fmt: skip
    counters = job.counters
    assert (counters["created"], counters["skipped"], counters["refused"]) == (2, 1, 3)
    made = Opportunity.objects.get(name="系统升级")
    assert (made.amount, made.probability, made.stage.code) == (Decimal(125_000), 45, "analysis")
    assert StageChange.objects.get(opportunity=made).note == "预算已批"
    held.refresh_from_db()
    assert held.stage.code == "contact"


def test_an_update_moves_the_stage_and_an_undo_takes_it_back(
    company: Company, tmp_path: Path
) -> None:
    sales = company["sales1"]
    row = make_opportunity(company, sales, name="系统升级")
    name = row.customer.name
    job = imported(
        tmp_path, sales,
        [name, "系统升级", "", "", "需求分析", "需求已确认", ""],
        [name, "全新项目", "5", "2027-01-01", "", "", ""],
        duplicates="update",
    )  # fmt: skip
    row.refresh_from_db()
    assert row.stage.code == "analysis"
    done = undone(job, sales)
    assert done.state == "done"
    row.refresh_from_db()
    assert row.stage.code == "contact"
    assert not Opportunity.objects.filter(name="全新项目").exists()


def test_a_stage_is_that_of_the_pipeline_it_is_said_of(company: Company, tmp_path: Path) -> None:
    sales = company["sales2"]
    line = Pipeline.objects.create(code="channel", name="渠道销售", order=9)
    line.departments.add(sales.main_department)
    Stage.objects.create(pipeline=line, code="report", name="报备", is_initial=True, order=1)
    Stage.objects.create(pipeline=line, code="need", name="需求分析", order=2)
    update_pipeline(line, changes={"committed_from": 60}, actor=company.admin)
    usual = make_opportunity(company, sales, name="直销项目")  # stands in the first pipeline
    mine = make_opportunity(company, sales, name="渠道项目", stage=line.stages.get(code="report"))
    job = imported(
        tmp_path, sales,
        [usual.customer.name, "直销项目", "", "", "需求分析", "需求已确认", ""],
        [mine.customer.name, "渠道项目", "", "", "需求分析", "需求已确认", ""],
        [mine.customer.name, "新项目", "5", "2027-01-01", "需求分析", "需求已确认", ""],
        duplicates="update",
    )  # fmt: skip
    assert (job.counters["updated"], job.counters["created"]) == (2, 1)
    found = Opportunity.objects.values_list("name", "pipeline__code", "stage__code")
    assert set(found) == {
        ("直销项目", usual.pipeline.code, "analysis"),
        ("渠道项目", "channel", "need"),
        ("新项目", "channel", "need"),
    }


def test_an_undo_takes_the_day_of_an_evaluation_back(company: Company, tmp_path: Path) -> None:
    sales = company["sales1"]
    row = make_opportunity(company, sales, name="系统升级")
    read = importer(OPPORTUNITIES, ["客户名称", "商机名称", "我方优势"])
    job = read(tmp_path, sales, [row.customer.name, "系统升级", "本地服务"], duplicates="update")
    row.refresh_from_db()
    assert (row.strengths, row.evaluated_on) == ("本地服务", clock.company_today())
    assert undone(job, sales).state == "done"
    row.refresh_from_db()
    assert (row.strengths, row.evaluated_on) == ("", None)


def test_the_check_foresees_what_a_stage_refuses(company: Company, tmp_path: Path) -> None:
    sales = company["sales1"]
    customer = make_customer(company, sales, name="宁波东钱湖阀门有限公司")
    name = customer.name
    make_opportunity(company, sales, customer=customer, name="老项目", expected_on=None)
    make_opportunity(company, sales, customer=customer, name="新项目")
    path = workbook(
        tmp_path, HEADINGS,
        [name, "跳级项目", "很多", "", "方案提交", "", ""],
        [name, "老项目", "", "", "方案提交", "", ""],
        [name, "新项目", "", "", "方案提交", "直接报价", ""],
        [name, "可行项目", "1", "2027-03-01", "方案提交", "", ""],
    )  # fmt: skip
    job = checked(OPPORTUNITIES, path, sales, duplicates="update")
    assert (job.counters["new"], job.counters["update"], job.counters["refuse"]) == (1, 1, 2)
    refused = {
        item["row"]: item["reason"] for item in job.params["problems"] if item["level"] == "refused"
    }
    assert refused == {
        2: "保存失败：从该阶段开始还缺少：商机金额、预计成交日期。",
        3: "变更阶段失败：当前阶段还缺少：进展说明、预计成交日期。",
    }
    amounts = [item for item in job.params["problems"] if item["field"] == "amount"]
    assert len([item for item in amounts if item["row"] == 2]) == 1
    counters = run(job).counters
    assert (counters["created"], counters["updated"], counters["refused"]) == (1, 1, 2)


def test_a_customer_that_is_not_there_is_named(company: Company, tmp_path: Path) -> None:
    path = workbook(tmp_path, HEADINGS, ["舟山远洋渔具有限公司", "渔具平台", "1", "", "", "", ""])
    job = checked(OPPORTUNITIES, path, company["sales1"])
    reasons = [item["reason"] for item in job.params["problems"] if item["level"] == "refused"]
    assert reasons == ["您的数据权限范围内没有客户“舟山远洋渔具有限公司”。"]


def test_the_button_counts_what_will_be_written(
    company: Company, browser_of: Any, tmp_path: Path
) -> None:
    sales = company["sales1"]
    customer = make_customer(company, sales, name="宁波东钱湖阀门有限公司")
    path = workbook(
        tmp_path, HEADINGS,
        [customer.name, "系统升级", "1", "2027-03-01", "", "", ""],
        ["没有的客户", "系统升级", "1", "2027-03-01", "", "", ""],
    )  # fmt: skip
    job = checked(OPPORTUNITIES, path, sales)
    page = browser_of("sales1").get(reverse("opportunities:opportunity_import_job", args=[job.pk]))
    assert page.context["submit_label"] == "导入 1 行"
    run(job)
    job = checked(OPPORTUNITIES, path, sales)
    page = browser_of("sales1").get(reverse("opportunities:opportunity_import_job", args=[job.pk]))
    assert page.context["submit_label"] == "完成（没有要写入的数据）"
