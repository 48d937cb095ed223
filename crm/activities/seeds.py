"""Default dictionaries of follow-ups: S11-18 first, then `market` 1.6."""

from crm.activities.choices import METHOD, PHRASE
from crm.dictionaries.seeding import DictionarySeed, ItemSeed, declare

declare(
    DictionarySeed(
        METHOD,
        "跟进方式",
        "Follow-up method",
        (
            ItemSeed("phone", "电话", "Phone", "blue", "打电话,电话联系,电话沟通"),
            ItemSeed("visit", "拜访", "Visit", "green", "见面拜访,上门拜访,现场沟通,面谈"),
            ItemSeed("email", "邮件", "E-mail", "purple", "发邮件,电子邮件"),
            ItemSeed("wechat", "微信", "WeChat", "teal", "微信沟通,企微沟通,企业微信"),
            ItemSeed("meeting", "会议", "Meeting", "indigo", "开会,视频会议,线上会议"),
            ItemSeed("sms", "短信", "Text message", "cyan", "发短信,短信跟进"),
            ItemSeed("event", "活动", "Event", "orange", "参加活动,展会"),
        ),
    )
)
declare(
    DictionarySeed(
        PHRASE,
        "跟进常用语",
        "Follow-up phrases",
        (
            ItemSeed("no-answer", "电话无人接听", "The phone was not answered"),
            ItemSeed("no-interest", "客户无意向", "The customer is not interested"),
            ItemSeed(
                "some-interest",
                "客户意向度适中，后续继续跟进",
                "Some interest, to be followed up further",
            ),
            ItemSeed(
                "high-interest",
                "客户意向度较强，成交几率较大",
                "Strong interest, a deal is likely",
            ),
            ItemSeed(
                "wants-quote",
                "客户要求报价，已约定发送时间",
                "The customer wants a quotation; time agreed",
            ),
            ItemSeed("meeting-agreed", "已约定见面时间", "A meeting is agreed"),
        ),
    )
)
