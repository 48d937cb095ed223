"""A list of people: understood, checked, created all or nobody."""

import io

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from crm.accounts import department_text, people_import
from crm.accounts.models import Department, User
from crm.audit.models import Event
from crm.core.errors import InvalidValue

pytestmark = pytest.mark.django_db

HEADINGS = ["工号", "姓名", "手机", "邮箱", "部门", "角色", "直属上级"]
PEOPLE = [
    ["S201", "王芳", "138 0013 8000", "WF@example.com", "销售部", "销售", "S202"],
    ["S202", "李娜", "", "", "销售部", "销售经理、客服", ""],
]


def lines(rows: list[list[str]], separator: str = "\t") -> str:
    return "\n".join(separator.join(row) for row in rows)


def workbook(rows: list[list[str]]) -> bytes:
    place = io.BytesIO()
    with xlsxwriter.Workbook(place) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return place.getvalue()


def problems(text: str) -> list[tuple[int, str, str]]:
    plan = people_import.check(people_import.from_text(text))
    return [(item.row, item.column, item.value) for item in plan.problems]


def test_headings_may_stand_in_any_order_or_be_missing():
    typed = people_import.from_text("姓名,工号\n王芳,S1")
    assert typed == people_import.from_text("S1,王芳") == people_import.from_text("S1\t王芳")
    assert typed[0]["username"] == "S1" and typed[0]["department"] == ""


def test_the_list_comes_back_as_it_was_understood():
    people = people_import.from_text(lines([HEADINGS, *PEOPLE]))
    assert people_import.from_text(people_import.to_text(people)) == people


def test_every_problem_is_named_before_anything_is_written(people):
    before = User.objects.count()
    text = lines(
        [
            ["", "无工号"],
            ["sales", "重名"],
            ["S1", ""],
            ["S2", "甲", "1234", "不是邮箱", "没有部门", "没有角色", "没有人"],
            ["s2", "乙"],
        ]
    )
    assert problems(text) == [
        (1, "Employee number", ""),
        (2, "Employee number", "sales"),
        (3, "Full name", ""),
        (4, "Employee number", "S2"),
        (4, "Mobile", "1234"),
        (4, "E-mail", "不是邮箱"),
        (4, "Department", "没有部门"),
        (4, "Roles", "没有角色"),
        (4, "Direct superior", "没有人"),
    ]
    assert User.objects.count() == before


def test_limit():
    text = lines([[f"S{number}", "甲"] for number in range(people_import.LIMIT + 1)])
    plan = people_import.check(people_import.from_text(text))
    assert not plan.can_run and len(plan.problems) == 1


@pytest.mark.parametrize("kind", ["text", "csv", "gbk", "xlsx"])
def test_check_then_create(client_of, people, kind):
    client, url = client_of("sysadmin"), reverse("admin:accounts_user_import")
    table = [HEADINGS, *PEOPLE]
    content = {
        "csv": lines(table, ",").encode("utf-8-sig"),
        "gbk": lines(table, ",").encode("gb18030"),
        "xlsx": workbook(table),
    }
    data = {"text": lines(table)}
    if kind != "text":
        name = "people.xlsx" if kind == "xlsx" else "people.csv"
        data = {"text": "", "file": SimpleUploadedFile(name, content[kind])}
    before = User.objects.count()
    page = client.post(url, {**data, "check": "1"})
    assert page.context["plan"].can_run, page.context["plan"] and page.context["plan"].problems
    assert User.objects.count() == before
    shown = page.context["form"]["text"].value()
    result = client.post(url, {"text": shown, "run": "1"})
    first, second = User.objects.get(username="S201"), User.objects.get(username="S202")
    assert first.superior == second and first.mobile == "13800138000"
    assert first.email == "wf@example.com" and first.main_department.name == "销售部"
    assert {role.code for role in second.roles.all()} == {"sales_manager", "service"}
    passwords = dict(result.context["pairs"])
    assert first.check_password(passwords[first]) and second.check_password(passwords[second])
    assert passwords[first] != passwords[second]
    made = Event.objects.filter(code="accounts.user.created", actor=people["sysadmin"])
    assert made.count() == 2


def test_a_role_above_the_own_rank_creates_nobody(client_of):
    text = lines([["S1", "甲", "", "", "", "销售"], ["S2", "乙", "", "", "", "系统管理员"]])
    before = User.objects.count()
    page = client_of("sysadmin").post(
        reverse("admin:accounts_user_import"), {"text": text, "run": "1"}
    )
    assert "系统管理员" in str(page.context["form"].non_field_errors())
    assert User.objects.count() == before


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("people.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600),
        ("people.xlsx", b"PK\x03\x04 not really"),
        ("people.exe", b"MZ" + b"\x00" * 200),
    ],
)
def test_strange_files_are_refused_with_a_reason(client_of, name, content):
    data = {"text": "", "file": SimpleUploadedFile(name, content), "check": "1"}
    page = client_of("root").post(reverse("admin:accounts_user_import"), data)
    assert page.status_code == 200
    assert page.context["form"].errors["file"]
    assert page.context["plan"] is None


def test_departments_typed_as_a_tree(people, department):
    typed = "销售部\n  华东区\n    上海组\n  华南区\n\n客服部\n\t热线组"
    paths = department_text.parse(typed)
    assert paths == [
        ("销售部",),
        ("销售部", "华东区"),
        ("销售部", "华东区", "上海组"),
        ("销售部", "华南区"),
        ("客服部",),
        ("客服部", "热线组"),
    ]
    assert department_text.add_missing(paths, actor=people["sysadmin"]) == 5
    assert department_text.add_missing(paths, actor=people["sysadmin"]) == 0
    text = department_text.to_text(list(Department.objects.all()))
    assert department_text.parse(text) == paths


def test_departments_have_limits():
    with pytest.raises(InvalidValue):
        department_text.parse("\n".join(" " * depth + f"第{depth}层" for depth in range(12)))
    with pytest.raises(InvalidValue):
        department_text.parse("\n".join(f"部门{number}" for number in range(301)))
    with pytest.raises(InvalidValue):
        department_text.parse("长" * 61)
