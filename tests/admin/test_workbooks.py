"""Small tables out to a workbook and back: everything is checked first, then all or nothing."""

import io
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from crm.audit.models import Event
from crm.core.workbook.limits import MB
from crm.dictionaries import lookups, seeding
from crm.dictionaries.models import Item
from crm.dictionaries.workbook import MOST_ITEMS, ItemResource
from crm.web.workbooks import administration, resources
from tests.kit.hostile import hostile
from tickets.models import CannedReply, TicketGroup
from tickets.services import administering

pytestmark = pytest.mark.django_db

HEADINGS = [
    "Data dictionary", "Code", "Name", "English name", "Synonyms", "Color", "Order", "Active",
]  # fmt: skip
IMPORT = "admin:dictionaries_dictionary_import"
EXPORT = "admin:dictionaries_dictionary_export"

#: A few of each kind; an empty file does not get past the form.
REFUSED = [case for case in hostile() if case.refused and case.name != "empty"][::6]


def workbook(*rows: list[Any]) -> bytes:
    place = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(place, options) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return place.getvalue()


def upload(content: bytes, name: str = "values.xlsx") -> dict[str, Any]:
    return {"file": SimpleUploadedFile(name, content), "check": "1"}


def check(client: Client, *rows: list[Any], url: str = IMPORT) -> Any:
    """The page behind a file with these rows."""
    return client.post(reverse(url), upload(workbook(*rows)))


def answer(client: Client, page: Any, url: str = IMPORT) -> Any:
    """Send back what the check has shown."""
    return client.post(reverse(url), {"checked": page.context["form"].answer, "run": "1"})


def problems(page: Any) -> list[tuple[int, str, str, str]]:
    found = page.context["plan"].problems
    return [(item.row, item.column, item.value, item.reason) for item in found]


def effects(page: Any) -> list[tuple[int, bool, list[tuple[str, str, str]]]]:
    return [(item.row, item.is_new, item.values) for item in page.context["plan"].changes]


def stored() -> list[tuple[Any, ...]]:
    return list(
        Item.objects.order_by("dictionary", "code").values_list(
            "code", "name", "name_en", "synonyms", "color", "order", "is_active", "version"
        )
    )


def download(client: Client, query: str = "", url: str = EXPORT) -> bytes:
    return b"".join(client.get(reverse(url) + query).streaming_content)


def cells(content: bytes) -> list[list[Any]]:
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    return [[cell.value for cell in row] for row in sheet.rows]


def test_the_export_holds_every_value(client_of, source):
    Item.objects.filter(code="show").update(
        is_active=False, color="red", name_en="=1+1", synonyms="会展,展览"
    )
    content = download(client_of("sysadmin"), f"?dictionary={source.pk}")
    assert cells(content) == [
        HEADINGS,
        ["测试来源", "web", "官网", None, None, "Gray", 1, "Yes"],
        ["测试来源", "show", "展会", "=1+1", "会展,展览", "Red", 2, "No"],
    ]
    formulas = openpyxl.load_workbook(io.BytesIO(content)).active
    assert {cell.data_type for row in formulas.rows for cell in row} <= {"s", "inlineStr", "n"}


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_what_came_out_changes_nothing_when_it_goes_in(client_of, people, language):
    seeding.seed()
    Item.objects.filter(pk=Item.objects.first().pk).update(
        name="=SUM(A1)", name_en="  Ａ  b", synonyms="@x,\t-1"
    )
    before, user = stored(), people["root"]
    user.language = language
    user.save()
    client = client_of("root")
    page = client.post(reverse(IMPORT), upload(download(client)))
    assert problems(page) == [] and effects(page) == []
    assert page.context["plan"].same == len(before) > 100
    assert not page.context["plan"].can_run
    answer(client, page)
    assert stored() == before


def test_rows_are_shown_first_and_written_then(client_of, people, source):
    client, before = client_of("sysadmin"), stored()
    page = check(
        client,
        ["name", "颜色", "数据字典", "CODE", "启用", "Order"],
        ["公司官网", "绿色", "测试来源", "web", "否", 5.0],
        [],
        ["=HYPERLINK(1)", "", "test_source", "ad", "", ""],
        ["展会", "gray", "测试来源", "show", "是", "2"],
    )
    assert problems(page) == []
    assert effects(page) == [
        (
            2,
            False,
            [
                ("Name", "官网", "公司官网"),
                ("Color", "Gray", "Green"),
                ("Order", "1", "5"),
                ("Active", "Yes", "No"),
            ],
        ),
        (
            4,
            True,
            [
                ("Name", "", "=HYPERLINK(1)"),
                ("Color", "", "Gray"),
                ("Order", "", "15"),
                ("Active", "", "Yes"),
            ],
        ),
    ]
    assert [change.key for change in page.context["plan"].changes] == [
        ["测试来源", "web"],
        ["测试来源", "ad"],
    ]
    assert page.context["plan"].same == 1
    assert stored() == before and not Event.objects.filter(code__contains="item").exists()

    done = answer(client, page)
    assert done.url == reverse("admin:dictionaries_dictionary_changelist")
    shown = client.get(done.url).content.decode()
    assert "Imported: 1 created, 1 changed, 1 left as they were." in shown
    assert stored() == [
        ("ad", "=HYPERLINK(1)", "", "", "gray", 15, True, 1),
        ("show", "展会", "", "", "gray", 2, True, 1),
        ("web", "公司官网", "", "", "green", 5, False, 2),
    ]
    events = Event.objects.filter(actor=people["sysadmin"]).order_by("id")
    assert list(events.values_list("code", "label")) == [
        ("dictionaries.item.updated", "公司官网"),
        ("dictionaries.item.created", "=HYPERLINK(1)"),
    ]
    assert events[0].changes == {
        "name": ["官网", "公司官网"],
        "color": ["gray", "green"],
        "order": [1, 5],
        "is_active": [True, False],
    }
    assert [value.code for value in lookups.items("test_source")] == ["show", "ad"]


ALLOWED = (
    "Allowed: Gray, Blue, Azure, Cyan, Teal, Green, Lime, Yellow, Orange, Red, Pink, Purple,"
    " Indigo."
)
DAMAGED = [
    (
        "dictionary",
        "没有的字典",
        "“没有的字典” is not one of the allowed values. Allowed: 测试来源.",
    ),
    ("dictionary", "", "This field is required."),
    ("code", "", "This field is required."),
    (
        "code",
        "展会 1",
        "Enter a valid “slug” consisting of letters, numbers, underscores or hyphens.",
    ),
    ("name", "", "This field is required."),
    ("name", "长" * 61, "Ensure this value has at most 60 characters (it has 61)."),
    ("name", "官网", "Another entry has this value."),
    ("color", "粉紫", f"“粉紫” is not one of the allowed values. {ALLOWED}"),
    ("order", "-1", "Ensure this value is greater than or equal to 0."),
    ("order", "40000", "Ensure this value is less than or equal to 32767."),
    ("order", "1.5", "Enter a whole number."),
    ("order", "1e1000000", "Enter a whole number."),
    ("is_active", "也许", "“也许” is not one of the allowed values. Allowed: Yes, No."),
]
LABELS = dict(zip(ItemResource._meta.fields, HEADINGS, strict=True))


@pytest.mark.parametrize(("column", "cell", "reason"), DAMAGED)
def test_a_bad_cell_is_named_with_row_column_value_and_reason(
    client_of, source, column, cell, reason
):
    before, client = stored(), client_of("sysadmin")
    row = {"dictionary": "test_source", "code": "new", "name": "新值"} | {column: cell}
    page = check(client, list(row), list(row.values()), ["test_source", "web", "网站"])
    assert problems(page) == [(2, LABELS[column], cell, reason)]
    assert len(page.context["plan"].changes) == 1 and not page.context["plan"].can_run
    assert answer(client, page).status_code == 200
    assert stored() == before and not Event.objects.filter(code__contains="item").exists()


def test_all_problems_of_a_file_come_at_once(client_of, source):
    before, client = stored(), client_of("sysadmin")
    page = check(
        client,
        ["数据字典", "编码", "名称", "颜色", "颜色", "热度", ""],
        ["测试来源", "ad", "广告", "粉紫", "", "高", "?"],
        ["测试来源", "ad", "传单", "", "", "", ""],
        ["测试来源", "flyer", "广告", "", "", "", ""],
        ["nowhere", "x y", "", "", "", "", ""],
    )
    assert [(row, column, value) for row, column, value, _reason in problems(page)] == [
        (1, "颜色", ""),
        (1, "热度", ""),
        (1, "", ""),
        (2, "Color", "粉紫"),
        (3, "Code", "ad"),
        (5, "Data dictionary", "nowhere"),
        (5, "Code", "x y"),
        (5, "Name", ""),
    ]
    answer(client, page)
    assert stored() == before


def test_two_new_values_with_one_name(client_of, source):
    page = check(
        client_of("sysadmin"),
        ["dictionary", "code", "name"],
        ["test_source", "a", "Expo"],
        ["test_source", "b", "EXPO"],
        ["test_source", "a", "Fair"],
    )
    assert problems(page) == [
        (3, "Name", "EXPO", "Another entry has this value."),
        (4, "Code", "a", "The row stands twice: the first time in row 2."),
    ]


def test_a_file_needs_the_columns_rows_are_found_by(client_of, source):
    page = check(client_of("sysadmin"), ["Name", "Color"], ["官网", "red"])
    assert problems(page) == [
        (1, "Data dictionary", "", "This column is missing: rows are found by it."),
        (1, "Code", "", "This column is missing: rows are found by it."),
    ]


def test_limits(client_of, source, monkeypatch):
    monkeypatch.setattr(resources, "LIMIT", 3)
    rows = [["test_source", f"n{number}", f"值{number}"] for number in range(4)]
    page = check(client_of("sysadmin"), ["dictionary", "code", "name"], *rows)
    assert problems(page) == [(5, "", "", "More than 3 rows at once.")]
    for number in range(MOST_ITEMS - 3):
        Item.objects.create(dictionary=source, code=f"x{number}", name=f"旧{number}")
    page = check(client_of("sysadmin"), ["dictionary", "code", "name"], *rows[:2])
    reason = f"A dictionary has at most {MOST_ITEMS} values."
    assert problems(page) == [(3, "Data dictionary", "test_source", reason)]


def test_what_somebody_changed_meanwhile_is_shown_again(client_of, source):
    client = client_of("sysadmin")
    page = check(client, ["dictionary", "code", "name"], ["test_source", "web", "公司官网"])
    Item.objects.filter(code="web").update(name="门户", version=2)
    again = answer(client, page)
    assert "somebody has changed these entries" in str(again.context["form"].errors)
    assert effects(again) == [(2, False, [("Name", "门户", "公司官网")])]
    assert Item.objects.get(code="web").name == "门户"
    assert answer(client, again).status_code == 302
    assert Item.objects.get(code="web").name == "公司官网"


def test_nothing_is_written_where_the_last_row_fails(client_of, source, monkeypatch):
    client, before = client_of("sysadmin"), stored()
    page = check(
        client,
        ["dictionary", "code", "name"],
        ["test_source", "web", "公司官网"],
        ["test_source", "new", "新值"],
    )

    def taken(self: ItemResource, instance: Item) -> None:
        Item.objects.create(dictionary=instance.dictionary, code="web", name="另一个")

    monkeypatch.setattr(ItemResource, "create", taken)
    assert answer(client, page).status_code == 200
    assert stored() == before and not Event.objects.filter(code__contains="item").exists()


@pytest.mark.parametrize("checked", ["", "x", "WyJhIl0:1vABCD:forged"])
def test_an_answer_that_was_not_given_out_is_refused(client_of, source, checked):
    before = stored()
    page = client_of("sysadmin").post(reverse(IMPORT), {"checked": checked, "run": "1"})
    assert page.context["form"].errors["file"] == ["Importing failed: choose a file first."]
    assert stored() == before


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.name)
def test_hostile_files_are_refused_with_a_reason(client_of, source, case):
    before = stored()
    page = client_of("sysadmin").post(reverse(IMPORT), upload(case.make(), case.filename))
    assert page.status_code == 200
    assert page.context["form"].errors["file"][0].startswith("Reading the file failed")
    assert stored() == before


TOO_LARGE = ["Reading the file failed: it is larger than 2 MB. Split it and try again."]


def test_a_file_is_small_packed_and_unpacked(client_of, source):
    before, client = stored(), client_of("sysadmin")
    packed = workbook(["code"], *[["长" * 30_000]] * 80)  # one string in many cells
    for content, name in ((packed, "a.xlsx"), (b"x" * (2 * MB + 1), "a.csv")):
        page = client.post(reverse(IMPORT), upload(content, name))
        assert page.context["form"].errors["file"] == TOO_LARGE
        assert "plan" not in page.context
    assert len(packed) < MB and stored() == before


def test_what_cannot_come_back_with_the_answer_is_refused(client_of, source, monkeypatch):
    monkeypatch.setattr(administration, "MOST_ANSWER", 100)
    page = check(client_of("sysadmin"), ["dictionary", "code", "name"], ["test_source", "a", "甲"])
    assert page.context["form"].errors["file"] == TOO_LARGE
    assert "plan" not in page.context


def test_cells_are_text_on_the_page(client_of, source):
    hostile_text = "<script>alert(1)</script>"
    page = check(
        client_of("sysadmin"),
        ["dictionary", "code", "name", "color", hostile_text],
        ["test_source", "web", hostile_text, "", ""],
        ["test_source", "show", "", hostile_text, ""],
    )
    assert len(problems(page)) == 3 and len(effects(page)) == 1
    assert "<script>alert" not in page.content.decode()
    assert page.content.decode().count("&lt;script&gt;alert(1)") == 4


def test_a_formula_gives_its_result_and_none_without_one(client_of, source):
    place = io.BytesIO()
    with xlsxwriter.Workbook(place) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["dictionary", "code", "name"])
        sheet.write_row(1, 0, ["test_source", "web"])
        sheet.write_formula(1, 2, '="官"&"方"', value="官方")
        sheet.write_row(2, 0, ["test_source", "show"])
        sheet.write_formula(2, 2, "=NOW()", value="")
    page = client_of("sysadmin").post(reverse(IMPORT), upload(place.getvalue()))
    assert effects(page)[0] == (2, False, [("Name", "官网", "官方")])
    assert len(effects(page)) + len(problems(page)) == 2


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_csv(client_of, source, encoding):
    text = '数据字典,编码,名称\n测试来源,web,"=1+1，甲"\n'
    client = client_of("sysadmin")
    page = client.post(reverse(IMPORT), upload(text.encode(encoding), "值.csv"))
    assert effects(page) == [(2, False, [("Name", "官网", "=1+1，甲")])]
    answer(client, page)
    assert Item.objects.get(code="web").name == "=1+1，甲"


@pytest.mark.parametrize(
    ("login", "out", "into"),
    [("root", 200, 200), ("sysadmin", 200, 200), ("auditor", 200, 403), ("sales", 403, 403)],
)
def test_rights(client_of, source, login, out, into):
    client, before = client_of(login), stored()
    assert client.get(reverse(EXPORT)).status_code == out
    assert client.get(reverse(IMPORT)).status_code == into
    page = check(client, ["dictionary", "code", "name"], ["test_source", "web", "别名"])
    assert page.status_code == into and stored() == before
    tools = client.get(reverse("admin:dictionaries_dictionary_changelist")).content.decode()
    assert (reverse(EXPORT) in tools) is (out == 200)
    assert (reverse(IMPORT) in tools) is (into == 200)


def test_the_check_asks_the_database_a_fixed_number_of_times(client_of, source):
    client = client_of("sysadmin")
    rows = [["test_source", f"n{number}", f"值{number}"] for number in range(60)]
    heading = ["dictionary", "code", "name"]
    check(client, heading, rows[0])
    with CaptureQueriesContext(connection) as few:
        check(client, heading, rows[0])
    with CaptureQueriesContext(connection) as many:
        check(client, heading, *rows)
    assert len(many) == len(few)


def test_canned_replies_go_the_same_way(client_of, people, source):
    group = administering.create_group(TicketGroup(name="热线组"), members=[], actor=people["root"])
    client = client_of("lead")
    urls = {"url": "admin:tickets_cannedreply_import"}
    page = check(
        client,
        ["Shortcut", "Title", "Text", "Only for this group"],
        ["hello", "问候", "{contact}，您好！\n请讲。", "热线组"],
        ["bye", "告别", "再见", ""],
        **urls,
    )
    assert problems(page) == []
    assert answer(client, page, **urls).status_code == 302
    found = CannedReply.objects.order_by("id").values_list(
        "shortcut", "title", "text", "group", "is_active", "created_by"
    )
    lead = people["lead"].pk
    assert list(found) == [
        ("hello", "问候", "{contact}，您好！\n请讲。", group.pk, True, lead),
        ("bye", "告别", "再见", None, True, lead),
    ]
    content = download(client, url="admin:tickets_cannedreply_export")
    page = client.post(reverse(urls["url"]), upload(content))
    assert (problems(page), effects(page), page.context["plan"].same) == ([], [], 2)
    assert client_of("sales").get(reverse(urls["url"])).status_code == 403
