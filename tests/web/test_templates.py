"""Tests of the templates themselves: what they may hold, how large the frame is, the row markup."""

import re
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.template import engines
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import mark_safe

from crm.web.columns import CellContext, Column
from crm.web.rows import rows_html

TEMPLATES = Path(settings.BASE_DIR) / "templates"
OWN = sorted(
    path
    for folder in ("components", "errors", "generic", "layouts", "account", "django", "jinja")
    for path in (TEMPLATES / folder).rglob("*.html")
)
FORBIDDEN = re.compile(
    r"<script(?![^>]* src=)|<style|\sstyle=|\son[a-z]+=|javascript:|hx-on",
    re.IGNORECASE,
)
#: Mail programs know no style sheets; the policy is that of pages.
MAIL_FORBIDDEN = re.compile(FORBIDDEN.pattern.replace(r"|\sstyle=", ""), re.IGNORECASE)
FRAME_LIMIT = 14_000  # bytes; a list of 50 rows has 70 KB (`performance.md` 6, target 20)
LIST_LIMIT = 70_000
ICONS = ["building", "ticket", "users", "books", "target"]


def name_of(path: Path) -> str:
    return path.relative_to(TEMPLATES).as_posix()


def frame() -> dict:
    """The context of the frame as a salesperson sees it."""
    items = [
        {
            "label": "客户名称",
            "icon": ICONS[place % 5],
            "url": f"/place-{place}/",
            "active": not place,
        }
        for place in range(16)
    ]
    names = "search palette bell nav_state theme language profile password notifications help jobs"
    return {
        "site_name": "和客 CRM",
        "nav": [
            {"title": "销售", "items": items[:8]},
            {"title": "服务", "items": items[8:]},
        ],
        "quick_create": items[:5],
        "frame": {name: f"/{name}/" for name in [*names.split(), "admin", "region_data"]},
        "unread_count": 3,
        "page_name": "customers:customer_list",
        "csrf_token": "t" * 64,
        "user": {"display_name": "张伟", "department_name": "华东销售部"},
    }


def table(rows: list[tuple], columns: list[Column], *, select: str = "", **heads: str) -> str:
    """The table of the list pages; `heads` go into every heading."""
    ctx = CellContext(user=None)
    body = rows_html(columns, rows, ctx, url=lambda pk: f"/x/{pk}/", select=select)
    headings = [
        {"name": each.name, "label": each.label, "css": each.css, **heads} for each in columns
    ]
    context = {"columns": headings, "body": body, "caption": "List", "select_all_label": select}
    return engines["jinja2"].get_template("table.html").render(context)


class Marked(Column):
    """A column whose cells are HTML."""

    def cell(self, values, ctx, pk):
        return mark_safe(f"<b>{values[0]}</b>")


@pytest.mark.parametrize("path", OWN, ids=name_of)
def test_template_says_what_it_needs(path):
    head = path.read_text("utf-8")[:600]
    assert "{% comment %}" in head or "{#-" in head, "the first comment states blocks and context"


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=name_of)
def test_template_holds_nothing_the_policy_refuses(path):
    forbidden = MAIL_FORBIDDEN if path.name == "mail.html" else FORBIDDEN
    assert forbidden.search(path.read_text("utf-8")) is None


@pytest.mark.parametrize("code", [400, 403, 404, 405, 409, 413, 429, 500, 503])
@pytest.mark.parametrize("layout", ["layouts/app.html", "layouts/auth.html", "layouts/bare.html"])
def test_error_page_shows_the_request_number_in_every_frame(code, layout):
    context = {"request_id": "abc123", "reason": "<b>", "layout": layout}
    html = render_to_string(f"errors/{code}.html", context)
    assert "abc123" in html
    assert "&lt;b&gt;" in html


def test_frame_is_small():
    html = render_to_string("layouts/app.html", frame())
    assert len(html.encode()) < FRAME_LIMIT


def test_page_of_fifty_rows_is_small():
    columns = [Column(f"c{n}", f"列{n}") for n in range(12)]
    values = [("上海恒远机械设备有限公司",), *[("138****8000 上海",)] * 11]
    rows = [(n, values) for n in range(1_000_000, 1_000_050)]
    html = mark_safe(table(rows, columns, select="Select", sort_url="?sort=c"))
    context = {"title": "客户", "total": "50", "table_html": html, "pager": {}}
    assert len(render_to_string("generic/list.html", frame() | context).encode()) < LIST_LIMIT


def test_row_carries_its_key_and_escapes_plain_cells():
    columns = [Column("name", "Name"), Marked("sum", "Sum", css="num")]
    html = table([(7, [('"<i>"',), (1,)])], columns, select="Select")
    assert '<tr data-id="7">' in html
    assert '<a href="/x/7/">&quot;&lt;i&gt;&quot;</a>' in html
    assert '<td class="num"><b>1</b>' in html
    assert 'name="ids" value="7" aria-label="Select &quot;&lt;i&gt;&quot;"' in html


def test_sorted_heading_says_so():
    html = table([], [Column("name", "Name")], sort_url="?sort=-name", sort_state="asc")
    assert 'aria-sort="ascending"' in html
    assert 'href="?sort=-name"' in html


def test_result_line_and_empty_states():
    html = render_to_string("generic/_results.html", {"total": "10000+", "pager": {}})
    assert 'data-total="10000+"' in html
    empty = {
        "total": "0",
        "empty": {"title": "No customers yet"},
        "reset_url": "/customers/",
    }
    assert "No customers yet" in render_to_string("generic/_results.html", empty)
    filtered = render_to_string("generic/_results.html", empty | {"filtered": True})
    assert "No customers yet" not in filtered
    assert 'href="/customers/"' in filtered


class Sample(forms.Form):
    """One field of each usual kind."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    name = forms.CharField(label="Name", help_text="In full")
    agreed = forms.BooleanField(label="Agreed", required=False)
    note = forms.CharField(widget=forms.Textarea, required=False)


def test_field_links_help_and_error_to_the_control():
    html = Sample({"name": ""})["name"].as_field_group()
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'id="id_name_helptext"' in html
    assert 'id="id_name_error"' in html
    assert 'aria-invalid="true"' in html


@pytest.mark.parametrize("template", ["generic/form.html", "generic/_form.html"])
def test_form_page_keeps_hidden_fields_and_errors(template):
    form = Sample({"name": "Heke", "version": "3"})
    form.add_error(None, "保存失败，原因：…")
    html = render_to_string(template, {"form": form, "title": "Edit", "csrf_token": "t"})
    assert '<input type="hidden" name="version" value="3"' in html
    assert "保存失败，原因：…" in html
    assert 'class="field field--wide"' in html
    assert 'name="csrfmiddlewaretoken"' in html


def test_conflict_page_keeps_own_input():
    fields = [
        {
            "name": "grade",
            "label": "Grade",
            "base": "B",
            "theirs": "A",
            "yours": "C",
            "state": "both",
        }
    ]
    context = {
        "fields": fields,
        "hidden": [("grade", "C"), ("version", "4")],
        "object_label": "X",
    }
    html = render_to_string("generic/conflict.html", context)
    assert '<input type="hidden" name="grade" value="C">' in html
    assert 'name="pick-grade" value="theirs" checked' in html


def test_lazy_panel_asks_for_itself_and_a_filled_one_does_not():
    lazy = render_to_string("generic/_panel.html", {"panel": {"name": "tasks", "url": "/p/tasks/"}})
    assert 'hx-get="/p/tasks/"' in lazy
    body = mark_safe("<p>one</p>")
    filled = {"name": "tasks", "url": "/p/tasks/", "body": body}
    assert "hx-get" not in render_to_string("generic/_panel.html", {"panel": filled})


def test_finished_job_is_not_polled():
    running = {
        "title": "x",
        "progress_url": "/jobs/1/",
        "finished": False,
        "percent": 40,
    }
    assert 'hx-trigger="every 2s"' in render_to_string(
        "generic/_job_progress.html", {"job": running}
    )
    done = running | {"finished": True}
    assert "hx-trigger" not in render_to_string("generic/_job_progress.html", {"job": done})


def test_a_team_longer_than_its_panel_says_how_many_more_there_are():
    row = {"person": None, "name": "李晓明", "url": "/", "numbers": []}
    context = {"rows": [row], "heads": [], "more": 3}
    with translation.override("en"):
        assert "and 3 more people" in render_to_string("customers/_home_team.html", context)


def test_typed_text_of_the_timeline_is_inert():
    item = {"kind": "follow_up", "body": '<a hx-get="/x/">'}
    html = render_to_string("components/_timeline_item.html", {"item": item})
    assert "&lt;a hx-get" in html
    assert "hx-disable" in html


def test_hidden_field_of_a_section_shows_no_label():
    form = Sample({"name": "Heke", "version": "3"})
    sections = [{"title": "Basics", "fields": [form["name"], form["version"]]}]
    html = render_to_string("generic/form.html", {"form": form, "sections": sections})
    assert html.count('name="version"') == 1
    assert 'for="id_version"' not in html
