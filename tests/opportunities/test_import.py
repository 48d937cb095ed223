"""Import of opportunities: customers, stages by the same rules, duplicates, undo."""

from decimal import Decimal
from pathlib import Path

import pytest

from opportunities.importing.opportunities import OPPORTUNITIES
from opportunities.models import Opportunity, StageChange
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
