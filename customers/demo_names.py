"""Made-up names, numbers and addresses for demo data; deterministic for a given random source."""

from random import Random

from crm.dictionaries import lookups

SYLLABLES = (
    "安百博晨诚创达德鼎东恩方丰福富冠光国海恒宏华辉吉佳建金锦京聚凯康科乐力联龙隆美铭诺鹏普启强庆荣瑞润"
    "三盛世顺泰腾天通万伟文祥新鑫兴旭亚阳益永友宇元远跃云泽展长正志中众卓蓝"
)
TRADES = (
    ("科技", 15), ("贸易", 9), ("机械", 7), ("电子", 7), ("信息技术", 6), ("化工", 5), ("建材", 5),
    ("物流", 5), ("装饰工程", 5), ("食品", 5), ("餐饮管理", 4), ("医疗器械", 4), ("汽车零部件", 4),
    ("服饰", 4), ("文化传媒", 4), ("农业", 3), ("环保设备", 3), ("精密模具", 2), ("投资", 2),
    ("粉末涂料", 1),
)  # fmt: skip
FORMS = (
    ("有限公司", 80),
    ("股份有限公司", 8),
    ("集团有限公司", 5),
    ("有限责任公司", 7),
)
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗曾仇单解"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华慧建文玲红玉萍辉健鹏飞雪梅琳晨宇欣怡"
STREETS = (
    "人民路",
    "建设大道",
    "中山路",
    "科技园路",
    "解放路",
    "工业大道",
    "滨江路",
    "和平街",
)
AREA_CODES = {
    "11": "010",
    "31": "021",
    "44": "020",
    "32": "025",
    "33": "0571",
    "51": "028",
}


class Names:
    """A source of names."""

    def __init__(self, random: Random) -> None:
        self.random = random
        table = lookups.regions()
        self.districts = sorted(code for code in table if not code.endswith("00"))
        self.cities = {
            code: table[code[:4] + "00"][0].removesuffix("市")[:4]
            for code in self.districts
            if code[:4] + "00" in table
        }
        self.districts = [code for code in self.districts if code in self.cities]
        #: Each value as often as its weight says.
        self.trades = [trade for trade, weight in TRADES for _n in range(weight)]
        self.forms = [form for form, weight in FORMS for _n in range(weight)]

    def company(self) -> tuple[str, str]:
        """A company's full name and the code of its district."""
        random = self.random
        region = random.choice(self.districts)
        brand = "".join(random.choices(SYLLABLES, k=random.choice((2, 2, 2, 3, 3, 4))))
        name = f"{self.cities[region]}{brand}{random.choice(self.trades)}"
        return name + random.choice(self.forms), region

    def person(self) -> str:
        """A personal name of two or three characters."""
        given = self.random.choices(GIVEN, k=self.random.choice((1, 2, 2)))
        return self.random.choice(SURNAMES) + "".join(given)

    def mobile(self) -> str:
        """Eleven digits."""
        return f"1{self.random.choice('3456789')}{self.random.randrange(10**9):09d}"

    def landline(self, region: str) -> str:
        """Area code and eight digits."""
        area = AREA_CODES.get(region[:2], "0755")
        return f"{area}-{self.random.randrange(60_000_000, 89_999_999)}"

    def email(self) -> str:
        """An address under the reserved domain for examples."""
        return f"user{self.random.randrange(10**7)}@example.com"

    def street(self) -> str:
        """Street and house number."""
        return f"{self.random.choice(STREETS)}{self.random.randrange(1, 999)}号"
