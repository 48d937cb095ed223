"""The default faults that solutions are filed under."""

from crm.dictionaries.seeding import DictionarySeed, ItemSeed, declare
from knowledge.choices import FAULT

declare(
    DictionarySeed(
        FAULT,
        "故障现象",
        "Fault",
        (
            ItemSeed("login", "无法登录", "Cannot log in", "red", "登录失败,登不上"),
            ItemSeed("slow", "运行缓慢", "Slow", "orange", "卡顿,速度慢"),
            ItemSeed("crash", "报错或闪退", "Errors or crashes", "red", "报错,闪退,崩溃"),
            ItemSeed("data", "数据不正确", "Wrong data", "yellow", "数据错误,数据丢失"),
            ItemSeed("device", "设备故障", "Device fault", "orange", "硬件故障,设备坏了"),
            ItemSeed("network", "网络异常", "Network", "yellow", "断网,连接失败"),
            ItemSeed("usage", "使用方法", "How to use", "blue", "操作问题,不会用"),
            ItemSeed("other", "其他", "Other", "gray", "其它"),
        ),
    )
)
