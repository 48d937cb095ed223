"""Deterministic Chinese companies as search documents: city, two to four syllables, trade, form.

Fast enough for a million (about 20 µs each), since pinyin is put together from parts. 科技 is in
15 % of the names; owner 1 has 10 % of the records, owners 2 to 200 share the rest.
"""

from collections.abc import Iterator
from random import Random

from crm.core import pinyin
from crm.search.documents import Document

CITIES = (
    "北京 上海 重庆 深圳 广州 成都 杭州 苏州 武汉 南京 "
    "天津 西安 长沙 青岛 宁波 东莞 佛山 合肥 郑州 厦门"
).split()
SYLLABLES = (
    "安百博晨诚创达德鼎东恩方丰福富冠光国海恒宏华辉吉佳建金锦京聚凯康科乐力联龙隆美铭诺欧鹏普启强庆"
    "荣瑞润三盛世顺泰腾天通万伟文祥新鑫兴旭亚阳一亿益永友宇元远跃云泽展长正志中众卓粉末涂装智能蓝汉鲁粤渝"
)
TRADES = {
    "科技": 150,
    "贸易": 90,
    "机械": 70,
    "电子": 70,
    "信息技术": 60,
    "化工": 50,
    "建材": 50,
    "物流": 50,
    "装饰工程": 50,
    "食品": 50,
    "餐饮管理": 40,
    "医疗器械": 40,
    "汽车零部件": 40,
    "服饰": 40,
    "文化传媒": 40,
    "农业": 30,
    "环保设备": 30,
    "精密模具": 20,
    "投资": 20,
    "粉末涂料": 10,
}
FORMS = {"有限公司": 80, "股份有限公司": 8, "集团有限公司": 5, "有限责任公司": 5, "合伙企业": 2}
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗曾仇"
OWNERS = 200
BIG_OWNER_SHARE = 0.1


def documents(number: int, *, seed: int = 1) -> Iterator[Document]:
    """`number` documents with keys from 1 on; the same seed gives the same documents."""
    random = Random(seed)
    spelled = {part: _spell(part) for part in (*CITIES, *SYLLABLES, *TRADES)}
    surnames = {char: _initialled(pinyin.person(char + "一").syllables[0]) for char in SURNAMES}
    trades = random.choices(list(TRADES), list(TRADES.values()), k=number)
    forms = random.choices(list(FORMS), list(FORMS.values()), k=number)
    for key, (trade, form) in enumerate(zip(trades, forms, strict=True), start=1):
        brand = random.choices(SYLLABLES, k=random.choice((2, 2, 2, 2, 3, 3, 4)))
        parts = [random.choice(CITIES), *brand, trade]
        surname, given = random.choice(SURNAMES), random.choices(SYLLABLES, k=random.choice((1, 2)))
        company = [spelled[part] for part in parts]
        person = [surnames[surname], *(spelled[char] for char in given)]
        emails = []
        if random.random() < 0.4:
            site = "".join(spelled[char][0] for char in brand)
            emails.append(f"{''.join(s[0] for s in person)}{random.randrange(1000)}@{site}.com")
        yield Document(
            object_id=key,
            owner_id=1 if random.random() < BIG_OWNER_SHARE else random.randint(2, OWNERS),
            words=["".join(parts) + form, surname + "".join(given)],
            pinyin=[_join(company), _join(person)],
            numbers=[f"HK2026-{key:06d}"],
            phones=[f"1{random.choice('3456789')}{random.randrange(10**9):09d}"],
            emails=emails,
        )


def _spell(part: str) -> tuple[str, str]:
    name = pinyin.company(part)
    return name.full, name.initials


def _initialled(syllable: str) -> tuple[str, str]:
    return syllable, syllable[0]


def _join(parts: list[tuple[str, str]]) -> tuple[str, str]:
    return "".join(full for full, _short in parts), "".join(short for _full, short in parts)
