"""Import of opportunities: customers, stages by the same rules, duplicates, undo."""

from decimal import Decimal
from pathlib import Path

import pytest

from crm.core import clock
from opportunities.importing.opportunities import OPPORTUNITIES
from opportunities.models import Opportunity, Pipeline, Stage, StageChange
from opportunities.services.pipelines import update_pipeline
from tests.factories.company import Company
from tests.factories.customers import make_customer
from tests.factories.opportunities import make_opportunity
from tests.kit.importing import importer, undone

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
