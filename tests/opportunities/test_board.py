"""The board: what it counts is what the list shows, and it stays small however many there are."""

import json
import re
from decimal import Decimal
from html import unescape
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db.models import Sum
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from crm.core.errors import InvalidValue
from crm.dictionaries import stamps
from crm.web.listing import Listing
from opportunities import board, lists, pipelines
from opportunities.models import Opportunity, Pipeline, Stage, StageChange
from opportunities.services.pipelines import create_pipeline, create_stage, update_pipeline
from opportunities.services.stages import move_stage, undo_move, win
from tests.bench.pipeline import fill
from tests.conftest import browser
from tests.factories.company import Company
from tests.factories.customers import make_customer
from tests.factories.opportunities import make_opportunity, share, stage
from tests.kit.html import total
from tests.kit.queries import count_queries

BOARD = reverse("opportunities:board")
HTMX = {"HX-Request": "true"}


def columns(client: Client, **query: Any) -> list[dict[str, Any]]:
    """The columns of the page."""
    return client.get(BOARD, query).context["columns"]


def test_every_column_counts_the_rows_of_its_list(company: Company) -> None:
    owner, other = company["sales1"], company.stranger()
    for code in ("contact", "contact", "analysis", "negotiation"):
        make_opportunity(company, owner, stage=code, amount=Decimal(12_345))
        foreign = make_opportunity(company, other, stage=code)
    share(company, foreign, owner)
    win(foreign, actual_amount=Decimal(1), contract_number="x", actor=company.admin)
    make_opportunity(company, owner, stage="analysis", amount=Decimal("0.05"), name="小额配件")
    for actor in ("sales1", "manager", "auditor"):
        client = browser(company, actor)
        for query in ({}, {"q": "机械设备"}, {"amount": "100"}, {"scene": "mine"}):
            for column in columns(client, **query):
                page = client.get(column["list_url"])
                assert total(page) == str(column["count"]), (actor, query, column["label"])
    found = columns(browser(company, "sales1"))
    rows = Opportunity.objects.open().visible_to(owner)
    assert sum(column["count"] for column in found) == rows.count()
    raw = board.columns(client_listing(company, "sales1"), board.line_for(owner, "")[0])
    assert sum(each.amount for each in raw) == rows.aggregate(n=Sum("amount"))["n"]
    exact = sum(row.amount * row.probability / 100 for row in rows)
    assert abs(sum(each.weighted for each in raw) - exact) <= Decimal("0.05")


def client_listing(company: Company, actor: str) -> Any:
    """The listing behind the page of an actor."""
    return Listing(lists.OPPORTUNITIES, company[actor], QueryDict())


def test_a_column_is_limited_and_goes_on(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(board, "CARDS", 2)
    owner = company["sales1"]
    keys = [make_opportunity(company, owner).pk for _place in range(5)]
    client = browser(company, "sales1")
    few = count_queries(lambda: client.get(BOARD))
    column = columns(client)[0]
    seen = [card["pk"] for card in column["cards"]]
    assert (len(seen), column["left"], column["count"]) == (2, 3, 5)
    url = column["more_url"]
    assert client.get(url).status_code == 302
    while url:
        part = client.get(url, headers=HTMX).content.decode()
        seen += [int(key) for key in re.findall(r'data-id="(\d+)"', part)]
        more = re.search(r'hx-get="([^"]+)"', part)
        url = unescape(more[1]) if more else ""
    assert sorted(seen) == sorted(keys)
    assert len(seen) == len(set(seen))
    for _place in range(10):
        make_opportunity(company, owner)
    assert count_queries(lambda: client.get(BOARD)) <= few


def test_a_card_moves_by_the_dialog_and_back(company: Company) -> None:
    owner = company["sales1"]
    row = make_opportunity(company, owner)
    client = browser(company, "sales1")
    card = columns(client)[0]["cards"][0]
    target = stage("analysis")
    form = client.get(f"{card['move_url']}&stage={target.pk}").context["form"]
    assert form.initial["stage"] == target.pk
    answer = client.post(card["move_url"], {"stage": target.pk, "note": "需求已确认"})
    assert answer["Location"].startswith(BOARD)
    assert columns(client)[1]["count"] == 1
    undo = reverse("opportunities:opportunity_undo", args=[row.pk])
    answer = client.post(undo, headers={"Referer": f"http://testserver{BOARD}?q=1"})
    assert answer["Location"] == f"{BOARD}?q=1"
    row.refresh_from_db()
    assert row.stage.code == "contact"
    assert StageChange.objects.filter(opportunity=row).count() == 3


def test_a_step_draws_only_what_it_has_changed(company: Company) -> None:
    owner = company["sales1"]
    row, other = (make_opportunity(company, owner) for _place in range(2))
    make_opportunity(company, owner, stage="negotiation")
    client = browser(company, "sales1")
    source, target = row.stage, stage("analysis")
    query = {"from": "board", "list": "q=机械", "stage": target.pk}
    url = f"{reverse('opportunities:opportunity_stage', args=[row.pk])}?{urlencode(query)}"
    answer = client.post(url, {"stage": target.pk, "note": "需求已确认"}, headers=HTMX)
    told = json.loads(answer["HX-Trigger"])
    assert (answer.status_code, list(told)[-1]) == (204, "dialog:close")
    keys = sorted([source.pk, target.pk])
    assert told["board:changed"] == {"card": row.pk, "columns": keys}
    undo = reverse("opportunities:opportunity_undo", args=[row.pk])
    assert (told["toast"]["undo_url"], told["toast"]["undo_here"]) == (undo, True)

    def changed(*stages: int) -> Any:
        asked = {"q": "机械", "columns": ",".join(map(str, stages))}
        return client.get(BOARD, asked, headers={**HTMX, "HX-Target": "board"})

    part = changed(*keys)
    text = part.content.decode()
    whole = count_queries(lambda: client.get(BOARD, {"q": "机械"}))
    assert count_queries(lambda: changed(*keys)) < whole
    assert [int(key) for key in re.findall(r'id="column-(\d+)"', text)] == keys
    assert text.count('hx-swap-oob="true"') == 3
    assert 'data-total="3"' in text
    assert {int(key) for key in re.findall(r'data-id="(\d+)"', text)} == {row.pk, other.pk}
    assert "columns" not in unescape(text).replace("column-", "")
    page = client.get(BOARD, {"q": "机械"}).content.decode()
    for key in keys:  # one way to draw a column
        drawn = re.search(rf'<section [^>]*id="column-{key}".*?</section>', text, re.S)
        shown = re.search(rf'<section [^>]*id="column-{key}".*?</section>', page, re.S)
        assert drawn[0].replace(' hx-swap-oob="true"', "") == shown[0]
    answer = client.post(undo, headers=HTMX)
    assert json.loads(answer["HX-Trigger"])["board:changed"]["columns"] == keys
    row.refresh_from_db()
    assert row.stage_id == source.pk


def test_a_column_keeps_as_many_cards_as_it_showed(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(board, "CARDS", 2)
    monkeypatch.setattr(board, "MOST", 5)
    owner = company["sales1"]
    rows = [make_opportunity(company, owner) for _place in range(7)]
    key = rows[0].stage_id
    client = browser(company, "sales1")
    for said, shown in (("", 2), (":4", 4), (":1", 2), (":99", 5)):
        asked = {"columns": f"{key}{said},y:3,{key}:x"}
        answer = client.get(BOARD, asked, headers={**HTMX, "HX-Target": "board"})
        part = answer.content.decode()
        assert part.count('class="card-deal"') == shown, said
        url = unescape(re.search(r'hx-get="([^"]+)"', part)[1])
        more = client.get(url, headers=HTMX).content.decode()
        seen, behind = (set(re.findall(r'data-id="(\d+)"', text)) for text in (part, more))
        assert len(behind) == 2 and not behind & seen


def test_a_column_that_is_not_shown_any_more_goes(company: Company) -> None:
    owner, resting = company["sales1"], stage("analysis")
    row = make_opportunity(company, owner, stage="analysis")
    Stage.objects.filter(pk=resting.pk).update(is_active=False)
    stamps.bump(pipelines.STAMP)
    client = browser(company, "sales1")
    assert resting.pk in [column["pk"] for column in columns(client)]
    move_stage(row, stage("proposal"), note="x", actor=owner)
    asked = {"columns": f"{resting.pk},x"}
    part = client.get(BOARD, asked, headers={**HTMX, "HX-Target": "board"}).content.decode()
    assert f'<div id="column-{resting.pk}" hx-swap-oob="delete">' in part
    assert "<section" not in part


def test_only_the_own_last_move_is_taken_back(company: Company) -> None:
    owner = company["sales1"]
    row = make_opportunity(company, owner)
    with pytest.raises(InvalidValue):
        undo_move(row, actor=owner)
    move_stage(row, stage("analysis"), note="x", actor=owner)
    with pytest.raises(InvalidValue):
        undo_move(row, actor=company.admin)
    win(row, actual_amount=Decimal(1), contract_number="x", actor=owner)
    with pytest.raises(InvalidValue):
        undo_move(row, actor=owner)


def second_pipeline(company: Company) -> Pipeline:
    """Another pipeline with one stage, for everybody."""
    line = Pipeline(code="partners", name="渠道合作", order=99)
    create_pipeline(line, [], actor=company.admin)
    create_stage(Stage(pipeline=line, code="talks", name="洽谈"), actor=company.admin)
    return line


def test_the_pipeline_chosen_is_shown_the_next_time(company: Company) -> None:
    line = second_pipeline(company)
    client, url = browser(company, "sales1"), reverse("opportunities:board_line")
    assert [item["active"] for item in client.get(BOARD).context["lines"]] == [True, False]
    assert client.post(url, {"line": "nothing"}).status_code == 404
    answer = client.post(url, {"line": line.code, "query": "q=机械&line=standard&stage=1"})
    assert answer["Location"] == f"{BOARD}?q=%E6%9C%BA%E6%A2%B0"
    assert [column["label"] for column in columns(client)] == ["洽谈"]
    assert [column["label"] for column in columns(client, line="standard")][0] == "初步接触"
    assert [column["label"] for column in columns(browser(company, "manager"))][0] == "初步接触"


def test_a_department_begins_with_its_own_pipeline(company: Company) -> None:
    line = second_pipeline(company)
    update_pipeline(
        line, changes={}, actor=company.admin, departments=[company["sales1"].main_department]
    )
    assert [column["label"] for column in columns(browser(company, "sales1"))] == ["洽谈"]


def test_readers_get_cards_that_do_not_move(company: Company) -> None:
    make_opportunity(company, company["sales1"])
    card = columns(browser(company, "auditor"))[0]["cards"][0]
    assert card["move_url"] == ""
    assert browser(company, "norole").get(BOARD).status_code == 403


def test_the_rows_of_the_bench_fill_the_board(company: Company) -> None:
    make_customer(company, company["sales1"], contacts=[])
    assert fill(60) == 60
    found = columns(browser(company, "sales1"))
    assert sum(column["count"] for column in found) == 60
