"""What every installation starts with: types, sources, moods, the number rule, the statuses."""

from dataclasses import dataclass

from crm.core import clock
from crm.dictionaries import stamps
from crm.dictionaries.seeding import (
    DictionarySeed,
    ItemSeed,
    RuleSeed,
    declare,
    declare_rule,
    seeding,
)
from tickets.catalog import STATUS_STAMP
from tickets.choices import CAUSE, COMPLAINT, MOOD, NUMBER, SOURCE, TYPE, Pause, Phase
from tickets.models import TicketStatus

declare(
    DictionarySeed(
        TYPE,
        "工单类型",
        "Ticket type",
        (
            ItemSeed("enquiry", "咨询", "Enquiry", "blue", "业务咨询,问题咨询,问题"),
            ItemSeed(COMPLAINT, "投诉", "Complaint", "red", "客户投诉,抱怨"),
            ItemSeed("suggestion", "建议", "Suggestion", "teal", "意见,意见建议"),
            ItemSeed("support", "技术支持", "Technical support", "purple", "技术,故障,技术咨询"),
            ItemSeed("repair", "报修", "Repair", "orange", "维修,售后维修,保修"),
        ),
    )
)
declare(
    DictionarySeed(
        SOURCE,
        "工单来源",
        "Ticket source",
        (
            ItemSeed("phone", "电话", "Phone", "blue", "来电,电话咨询,呼入"),
            ItemSeed("hotline", "400电话", "400 hotline", "azure", "400,热线"),
            ItemSeed("web", "网页表单", "Web form", "teal", "网站,官网,在线表单,线上"),
            ItemSeed("email", "邮件", "E-mail", "purple", "电子邮件"),
            ItemSeed("wechat", "微信", "WeChat", "green", "公众号,企业微信"),
            ItemSeed("visit", "上门", "Visit", "orange", "来访,到店"),
            ItemSeed("platform", "电商平台", "Shop platform", "yellow", "淘宝,京东,拼多多"),
            ItemSeed("authority", "12315", "12315 hotline", "red", "消费者协会,消协,市场监管"),
            ItemSeed("internal", "内部", "Internal", "gray", "同事转交,内部转办"),
            ItemSeed("other", "其他", "Other", "gray", "其它"),
        ),
    )
)
declare(
    DictionarySeed(
        MOOD,
        "客户情绪",
        "Customer's mood",
        (
            ItemSeed("calm", "平和", "Calm", "green", "平静"),
            ItemSeed("disappointed", "失望", "Disappointed", "orange", "不满"),
            ItemSeed("agitated", "激动", "Agitated", "red", "愤怒,生气"),
        ),
    )
)
declare(
    DictionarySeed(
        CAUSE,
        "投诉原因",
        "Cause of a complaint",
        (
            ItemSeed("product", "产品质量", "Product quality", "red", "质量问题,产品"),
            ItemSeed("process", "服务流程", "Service process", "orange", "流程,服务"),
            ItemSeed("delivery", "交付延误", "Late delivery", "yellow", "延误,交货延误,物流"),
            ItemSeed("attitude", "服务态度", "Attitude", "purple", "态度"),
            ItemSeed("billing", "价格与开票", "Price and invoice", "blue", "价格,发票"),
            ItemSeed("other", "其他", "Other", "gray", "其它"),
        ),
    )
)
declare_rule(RuleSeed(NUMBER, "工单编号", "FW"))


@dataclass(frozen=True)
class StatusSeed:
    """A status: fixed code, names, what the customer reads, and which clocks stand still."""

    code: str
    phase: Phase
    name: str
    name_en: str
    color: str
    customer_label: str = ""
    pauses: tuple[str, ...] = ()
    is_default: bool = True
    wakes_on_reply: bool = True


STATUSES = (
    StatusSeed("new", Phase.NEW, "待分配", "To be assigned", "orange", "已受理"),
    StatusSeed(
        "assigned", Phase.NEW, "待确认", "To be confirmed", "yellow", "已受理", is_default=False
    ),
    StatusSeed("open", Phase.OPEN, "处理中", "In progress", "blue"),
    StatusSeed(
        "waiting_customer", Phase.WAITING_CUSTOMER, "待客户反馈", "Waiting for the customer",
        "purple", "等待您的回复", (Pause.RESOLUTION,),
    ),
    StatusSeed(
        "waiting_third", Phase.WAITING_THIRD, "待第三方", "Waiting for a third party", "cyan",
        "处理中",
    ),
    StatusSeed(
        "scheduled", Phase.SCHEDULED, "已挂起", "On hold", "yellow", "处理中", (Pause.RESOLUTION,)
    ),
    StatusSeed("resolved", Phase.RESOLVED, "已解决", "Solved", "green"),
    StatusSeed("closed", Phase.CLOSED, "已关闭", "Closed", "gray"),
    StatusSeed("cancelled", Phase.CANCELLED, "已作废", "Voided", "gray", "已关闭"),
    StatusSeed("merged", Phase.MERGED, "已合并", "Merged", "gray", "已合并"),
)  # fmt: skip


def seed_statuses() -> None:
    """Write the statuses that are missing; called by `seed_dictionaries` in its transaction."""
    known = set(TicketStatus.objects.values_list("code", flat=True))
    now = clock.now()
    new = [
        TicketStatus(
            code=item.code, phase=item.phase, name=item.name, name_en=item.name_en,
            color=item.color, customer_label=item.customer_label, pauses=list(item.pauses),
            is_default=item.is_default, wakes_on_reply=item.wakes_on_reply,
            order=(place + 1) * 10, created_at=now, updated_at=now,
        )
        for place, item in enumerate(STATUSES)
        if item.code not in known
    ]  # fmt: skip
    TicketStatus.objects.bulk_create(new)
    if new:
        stamps.bump(STATUS_STAMP)


seeding.register(seed_statuses)
