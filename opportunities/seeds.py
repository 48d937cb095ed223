"""Default pipeline (`contracts.md` 1.16) and dictionaries; S01's own stages are not added (C5)."""

from dataclasses import dataclass

from crm.dictionaries import stamps
from crm.dictionaries.seeding import DictionarySeed, ItemSeed, declare, seeding
from opportunities import pipelines
from opportunities.choices import (
    INVALID_REASON,
    LOSS_REASON,
    PRODUCT_CATEGORY,
    PRODUCT_UNIT,
    RIVAL_WON,
    STANDARD,
)
from opportunities.models import Pipeline, Stage


@dataclass(frozen=True)
class StageSeed:
    """One stage: code, names, colour, win probability, usual days, what is required to go on."""

    code: str
    name: str
    name_en: str
    color: str
    probability: int
    days: int
    exit_fields: tuple[str, ...] = ()


STAGES = (
    StageSeed("contact", "初步接触", "First contact", "azure", 10, 7),
    StageSeed(
        "analysis", "需求分析", "Requirement analysis", "blue", 30, 14, ("amount", "expected_on")
    ),
    StageSeed("proposal", "方案提交", "Proposal submitted", "indigo", 50, 14),
    StageSeed("negotiation", "商务谈判", "Negotiation", "purple", 70, 21),
    StageSeed("contract", "合同签订", "Contract signing", "teal", 90, 10),
)

declare(
    DictionarySeed(
        LOSS_REASON,
        "输单原因",
        "Loss reason",
        (
            ItemSeed("budget", "预算不足", "Budget too small", "orange", "预算限制,没有预算"),
            ItemSeed(RIVAL_WON, "选择竞品", "Chose a competitor", "red", "客户选择竞品,竞品"),
            ItemSeed("project_stopped", "立项失败", "Project stopped", "gray", "项目取消,项目暂停"),
            ItemSeed("decision", "决策链复杂", "Complicated decision", "gray"),
            ItemSeed("need_changed", "需求变化", "Need changed", "gray", "需求变更"),
            ItemSeed("price", "价格过高", "Price too high", "orange", "价格"),
            ItemSeed("service", "服务能力不足", "Service not sufficient", "gray"),
            ItemSeed("other", "其他", "Other", "gray", "其它"),
        ),
    )
)
declare(
    DictionarySeed(
        INVALID_REASON,
        "商机关闭原因",
        "Reason for closing",
        (
            ItemSeed("no_need", "没有真实需求", "No real need", "gray", "无需求"),
            ItemSeed("unreachable", "联系不上客户", "Customer not reachable", "gray", "失联"),
            ItemSeed("duplicate", "重复商机", "Duplicate opportunity", "gray", "重复"),
            ItemSeed("not_qualified", "客户不符合条件", "Not qualified", "gray"),
            ItemSeed("mistake", "录入错误", "Entered by mistake", "gray"),
        ),
    )
)
declare(
    DictionarySeed(
        PRODUCT_UNIT,
        "产品单位",
        "Product unit",
        tuple(
            ItemSeed(code, name, name_en)
            for code, name, name_en in (
                ("set", "套", "Set"), ("piece", "个", "Piece"), ("unit", "台", "Unit"),
                ("box", "箱", "Box"), ("carton", "盒", "Carton"), ("year", "年", "Year"),
                ("month", "月", "Month"), ("day", "人天", "Person-day"), ("time", "次", "Time"),
                ("ton", "吨", "Ton"), ("kilogram", "千克", "Kilogram"), ("metre", "米", "Metre"),
                ("block", "块", "Block"), ("each", "只", "Each"), ("handful", "把", "Handful"),
                ("chip", "枚", "Chip"), ("bottle", "瓶", "Bottle"),
            )
        ),
    )
)  # fmt: skip
declare(
    DictionarySeed(
        PRODUCT_CATEGORY,
        "产品分类",
        "Product category",
        (
            ItemSeed("software", "软件", "Software", "blue"),
            ItemSeed("hardware", "硬件", "Hardware", "teal"),
            ItemSeed("service", "服务", "Service", "purple"),
            ItemSeed("other", "其他", "Other", "gray"),
        ),
    )
)


def seed_pipeline() -> None:
    """Write the standard pipeline where no pipeline exists; never touch what is there."""
    if Pipeline.objects.exists():
        return
    pipeline = Pipeline.objects.create(
        code=STANDARD, name="标准销售流程", name_en="Standard sales", is_default=True, order=10
    )
    for place, seed in enumerate(STAGES):
        Stage.objects.create(
            pipeline=pipeline,
            code=seed.code,
            name=seed.name,
            name_en=seed.name_en,
            color=seed.color,
            order=(place + 1) * 10,
            probability=seed.probability,
            expected_days=seed.days,
            is_initial=place == 0,
            exit_fields=list(seed.exit_fields),
        )
    stamps.bump(pipelines.STAMP)


seeding.register(seed_pipeline)
