"""What a new installation begins with are the numbers and words of the sales rules.

The values that the manuals name stand first, usual ones of the market behind them
(`contracts` 1.16); numbers are those of `requirements` 2.2 and `market` 2.1.
"""

from datetime import time, timedelta

import pytest

from crm.activities.choices import METHOD, PHRASE, Attitude, Result
from crm.dictionaries.seeding import DICTIONARIES
from crm.pool.models import Pool, PoolRuleVersion
from crm.reminders.rules import RULES
from customers.choices import GRADE, INDUSTRY, SOURCE, LifeCycle
from leads.choices import LeadState
from opportunities import pipelines
from opportunities.choices import LOSS_REASON, PRODUCT_UNIT, Outcome
from opportunities.models import Pipeline
from tests.factories.company import Company
from tests.factories.leads import make_lead

#: The dictionary, how it begins, and what it holds behind that, by name or synonym.
VALUES = [
    (METHOD, "电话 拜访 邮件 微信 会议", "打电话 发短信 发邮件 见面拜访 微信沟通 活动"),
    (PHRASE, "电话无人接听 客户无意向",
     "客户意向度适中，后续继续跟进 客户意向度较强，成交几率较大"),
    (GRADE, "A B C", "A（重点客户） B（普通客户） C（非优先客户）"),
    (SOURCE, "官网咨询 展会 转介绍", "展会推广 线上表单 线上推广 渠道推广 促销 搜索引擎 广告 "
     "线上注册 线上询价 预约上门 陌拜 电话咨询 邮件咨询 官网 400电话 抖音 百度推广 代理商"),
    (INDUSTRY, "制造业 零售业 IT 金融", "金融业 房地产 商业服务 运输/物流 生产 政府 文化传媒"),
    (LOSS_REASON, "预算不足 选择竞品", "客户选择竞品 立项失败 决策链复杂 预算限制 需求变化"),
    (PRODUCT_UNIT, "", "个 块 只 把 枚 瓶 盒 台 吨 千克 米 箱 套"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "first", "further"), VALUES, ids=[row[0] for row in VALUES])
def test_dictionaries_begin_with_the_manuals_values(code: str, first: str, further: str) -> None:
    items = DICTIONARIES[code].items
    names = [item.name for item in items]
    assert names[: len(first.split())] == first.split()
    known = set(names) | {word for item in items for word in item.synonyms.split(",")}
    assert set(further.split()) <= known
    assert all(item.name_en or item.name.isascii() for item in items) or code == PRODUCT_UNIT


def test_closed_lists_are_called_as_the_manuals_call_them(company: Company) -> None:
    found = {
        kind: [str(label) for label in kind.labels]
        for kind in (Attitude, Result, LifeCycle, LeadState)
    }
    assert found == {
        Attitude: ["积极", "中性", "消极"],
        Result: ["持续跟进", "需重点跟进", "暂缓跟进", "成交", "无效"],
        LifeCycle: ["潜在客户", "意向客户", "成交客户", "流失客户"],
        LeadState: ["未跟进", "跟进中", "已转化", "无效"],
    }
    assert [str(label) for label in Outcome.labels][1:] == ["成交", "失败", "无效"]


def test_the_stages_and_their_chances(company: Company) -> None:
    line = pipelines.line(Pipeline.objects.get(is_default=True).pk)
    assert [(step.name, step.probability) for step in line.active_steps] == [
        ("初步接触", 10), ("需求分析", 30), ("方案提交", 50), ("商务谈判", 70), ("合同签订", 90),
    ]  # fmt: skip
    assert line.first.name == "初步接触"


def test_reminders_come_at_nine_and_climb_after_three_five_seven_days() -> None:
    assert RULES["next_contact"].at == time(9)
    ladders = {code: rule.escalation for code, rule in RULES.items() if code.startswith("overdue")}
    assert {"overdue_contact", "overdue_lead", "overdue_first_contact"} <= ladders.keys()
    assert set(ladders.values()) == {(3, 5, 7)}


def test_a_new_lead_is_to_be_contacted_within_a_day(company: Company) -> None:
    lead = make_lead(company, company["sales1"])
    assert lead.first_contact_due_at - lead.created_at == timedelta(hours=24)


def test_pools_recycle_nothing_until_somebody_wants_it(company: Company) -> None:
    names = dict(Pool.objects.values_list("kind", "name"))
    assert names == {"customer": "客户公海", "lead": "线索池"}
    for rules in PoolRuleVersion.objects.all():
        assert (rules.recycles, rules.follow_up_days, rules.deal_days) == (False, 30, 90)
        assert rules.warn_days == [7]
        assert rules.spares_deals and rules.spares_open_opportunities
        assert rules.claim_limit is None
