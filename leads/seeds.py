"""The number rule of leads and the default reasons for giving one up."""

from crm.dictionaries.seeding import (
    DictionarySeed,
    ItemSeed,
    RuleSeed,
    declare,
    declare_rule,
)
from leads.choices import NUMBER, REASON

declare(
    DictionarySeed(
        REASON,
        "线索无效原因",
        "Reason for an invalid lead",
        (
            ItemSeed("no_need", "没有需求", "No need", "gray", "无需求,暂无需求,无意向"),
            ItemSeed("no_budget", "没有预算", "No budget", "orange", "预算不足,预算限制"),
            ItemSeed(
                "unreachable", "联系不上", "Cannot be reached", "yellow", "无法接通,空号,停机"
            ),
            ItemSeed("competitor", "已选择竞品", "Chose a competitor", "red", "选择竞品"),
            ItemSeed("not_target", "不是目标客户", "Not a target customer", "gray"),
            ItemSeed("wrong_data", "信息有误", "Wrong data", "gray", "信息错误,虚假信息"),
            ItemSeed("duplicate", "重复线索", "Duplicate", "gray", "重复"),
            ItemSeed("other", "其他", "Other", "gray", "其它"),
        ),
    )
)
declare_rule(RuleSeed(NUMBER, "线索编号", "XS"))
