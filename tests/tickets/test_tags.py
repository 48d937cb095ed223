"""标签 of tickets: written by form, bulk and import; shown, filtered, kept, exported, counted."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from crm.audit.models import Event
from crm.core.errors import InvalidTransition, NotAllowed
from crm.dictionaries.models import Tag
from crm.dictionaries.services import ensure_tags
from tests.factories.company import Company
from tests.factories.tickets import make_ticket, make_ticket_in
from tests.kit.html import form_values, row_ids
from tests.kit.importing import importer
from tickets.choices import Phase
from tickets.desk.places import desk_url
from tickets.importing.tickets import TICKETS
from tickets.models import Ticket
from tickets.services.changing import tag_ticket
from tickets.statistics.asking import Asked
from tickets.statistics.counting import by_tag

Browsers = Callable[[str], Client]
LIST = reverse("tickets:ticket_list")

imported = importer(TICKETS, ["主题", "问题描述", "工单类型", "标签"])


def names(ticket: Ticket) -> list[str]:
    return sorted(ticket.tags.values_list("name", flat=True))


def tagged(company: Company, *tags: str, login: str = "agent1") -> Ticket:
    ticket = make_ticket(company, company[login])
    found = ensure_tags(tags, actor=company.admin)
    return tag_ticket(ticket, add=[tag.pk for tag in found.values()], actor=company.admin)


def test_a_form_brings_them_and_changes_them(company: Company, browser_of: Browsers) -> None:
    agent, tags = browser_of("agent1"), ["等待配件", "安全隐患"]
    ticket = make_ticket(company, company["agent1"])
    url = reverse("tickets:ticket_edit", args=[ticket.pk])
    sent = form_values(agent.get(url), "title") | {"tags": tags}
    assert agent.post(url, sent).status_code == 302
    ticket.refresh_from_db()
    assert (names(ticket), ticket.version) == (sorted(tags), 2)
    assert sorted(form_values(agent.get(url), "title")["tags"]) == sorted(tags)
    event = Event.objects.get(code="tickets.ticket.updated")
    assert event.changes == {"tags": ["", "、".join(sorted(tags))]}
    fresh = form_values(agent.get(reverse("tickets:ticket_add")), "title")
    fresh |= {"title": "水泵漏水", "description": "漏水", "impact": "一台", "requester": "张工"}
    fresh |= {"tags": ["等待配件", "新标签"], "type": [str(ticket.type_id)]}
    assert agent.post(reverse("tickets:ticket_add"), fresh).status_code == 302
    assert names(Ticket.objects.get(title="水泵漏水")) == ["新标签", "等待配件"]


def test_list_page_and_desk_show_them_and_the_list_filters(
    company: Company, browser_of: Browsers
) -> None:
    both, one, none = tagged(company, "甲类", "乙类"), tagged(company, "甲类"), tagged(company)
    agent, keys = browser_of("agent1"), {tag.name: tag.pk for tag in Tag.objects.all()}
    page = agent.get(LIST, {"scene": "all", "tags": keys["甲类"]})
    assert set(row_ids(page)) == {both.pk, one.pk}
    assert page.content.decode().count("甲类") > 2
    narrow = agent.get(LIST, {"scene": "all", "tags": [keys["甲类"], keys["乙类"]]})
    assert row_ids(narrow) == [both.pk]
    for url in (both.get_absolute_url(), desk_url("mine", both.pk)):
        text = agent.get(url).content.decode()
        assert "甲类" in text and "乙类" in text
    assert "甲类" not in agent.get(none.get_absolute_url()).content.decode()


def test_a_queue_of_ones_own_is_kept_by_tag(company: Company, browser_of: Browsers) -> None:
    ticket, _other = tagged(company, "甲类"), tagged(company, "乙类")
    agent, key = browser_of("agent1"), Tag.objects.get(name="甲类").pk
    add = reverse("tickets:queue_add")
    answer = agent.post(f"{add}?scene=all&tags={key}", {"name": "甲类工单"})
    desk = agent.get(answer.url)
    assert [row["pk"] for row in desk.context["rows"]] == [ticket.pk]


def test_many_get_them_and_lose_them(company: Company, browser_of: Browsers) -> None:
    tickets = [tagged(company, "甲类"), tagged(company)]
    over = make_ticket_in(company, company["agent1"], Phase.CANCELLED)
    url, keys = reverse("tickets:ticket_bulk", args=["tag"]), [row.pk for row in [*tickets, over]]
    sent = {"ids": keys, "add": ["乙类"], "remove": ["甲类", "无此标签"], "step": "run"}
    answer = browser_of("agent1").post(url, sent)
    assert answer.status_code == 200
    assert [names(row) for row in [*tickets, over]] == [["乙类"], ["乙类"], []]
    assert not Tag.objects.filter(name="无此标签").exists()
    code = "tickets.ticket.tagged"
    assert Event.objects.filter(code=code, actor=company["agent1"]).count() == 2
    empty = browser_of("agent1").post(url, {"ids": keys, "step": "run"})
    assert empty.status_code == 422


def test_who_may_not_change_the_ticket_may_not_tag_it(company: Company) -> None:
    ticket, tag = tagged(company, "甲类"), Tag.objects.get(name="甲类")
    for login in ("auditor", "norole", "sales1"):
        with pytest.raises(NotAllowed):
            tag_ticket(ticket, remove=[tag.pk], actor=company[login])
    gone = make_ticket_in(company, company["agent1"], Phase.CANCELLED)
    with pytest.raises(InvalidTransition):
        tag_ticket(gone, add=[tag.pk], actor=company.admin)
    assert (names(ticket), names(gone)) == (["甲类"], [])
    assert Event.objects.filter(code="tickets.ticket.tagged").count() == 1


def test_files_bring_them_and_hold_them(
    company: Company, browser_of: Browsers, tmp_path: Path
) -> None:
    ensure_tags(["甲类"], actor=company.admin)
    job = imported(
        tmp_path, company["service_lead"],
        ["一号泵", "漏水", "报修", "甲类，新标签"], ["二号泵", "漏水", "报修", ""],
    )  # fmt: skip
    assert job.counters["created"] == 2
    rows = {row.title: names(row) for row in Ticket.objects.all()}
    assert rows == {"一号泵": ["新标签", "甲类"], "二号泵": []}
    data = {"step": "run", "columns": "all", "fmt": "xlsx", "all": "1"}
    answer = browser_of("service_lead").post(reverse("tickets:ticket_export"), data)
    sheet = load_workbook(BytesIO(b"".join(answer.streaming_content))).worksheets[0]
    heads, *lines = [list(row) for row in sheet.iter_rows(values_only=True) if any(row)]
    cells = {line[heads.index("主题")]: line[heads.index("标签")] for line in lines}
    assert set(cells["一号泵"].split("、")) == {"甲类", "新标签"} and not cells["二号泵"]


def test_figures_by_tag_open_their_rows(company: Company, browser_of: Browsers) -> None:
    tagged(company, "甲类", "乙类")
    tagged(company, "甲类")
    tagged(company)
    lead = company["service_lead"]
    asked = Asked(lead, QueryDict("period=month"))
    table = by_tag(asked, asked.rows.count())
    assert [(line.label, line.cells[0].value) for line in table.lines] == [("甲类", 2), ("乙类", 1)]
    assert table.note
    for line in table.lines:
        page = browser_of("service_lead").get(f"{LIST}?{line.cells[0].query}")
        assert len(row_ids(page)) == line.cells[0].value
