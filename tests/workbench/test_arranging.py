"""Panels of the start page: usual order of a role, one's own order, width, folding, back again."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from crm.workbench.arranging import places_of, preset_of
from crm.workbench.panels import PANELS
from tests.kit import people

HOME, ARRANGE = reverse("workbench:home"), reverse("workbench:arrange")


def names(user: Any) -> list[str]:
    return [place.name for place in places_of(user)]


def form_of(user: Any) -> dict[str, Any]:
    """What the page would post without a change."""
    places = places_of(user)
    return {
        "order": [place.name for place in places],
        "shown": [place.name for place in places if place.is_shown],
        "folded": [place.name for place in places if place.is_folded],
        **{f"side-{place.name}": place.side for place in places},
    }


def on_page(client: Client) -> list[str]:
    """The panels of the start page, as they stand there."""
    page = client.get(HOME).content.decode()
    return [part.split('"')[0] for part in page.split('id="panel-')[1:]]


@pytest.fixture
def arranger(client: Client, sales: Any) -> Any:
    """`sales`, logged in."""
    client.force_login(sales)
    return sales


def test_roles_begin_differently(db: None, values: None) -> None:
    firsts = {
        role: preset_of(people.make_user(f"u-{role}", role)).first[0]
        for role in (
            "sales", "sales_manager", "service", "service_lead", "system_admin", "admin",
        )
    }  # fmt: skip
    assert firsts == {
        "sales": "todo",
        "sales_manager": "team",
        "service": "tickets-near",
        "service_lead": "todo",
        "system_admin": "system",
        "admin": "system",
    }


@pytest.mark.parametrize(
    ("role", "is_last"), [("sales", False), ("service", True), ("service_lead", True)]
)
def test_who_serves_reads_his_tickets_before_the_sales_briefing(
    client: Client, values: None, role: str, is_last: bool
) -> None:
    client.force_login(people.make_user(f"u-{role}", role))
    page = client.get(HOME).content.decode()
    assert (page.index('id="panel-') < page.index('id="figures"')) is is_last


def test_order_width_and_choice_are_kept(client: Client, arranger: Any) -> None:
    form = form_of(arranger)
    form["order"] = ["recent", *(name for name in form["order"] if name != "recent")]
    form["shown"].remove("quick")
    form |= {"side-recent": "main", "folded": ["jobs"], "scope": "own", "period": "week"}
    assert client.post(ARRANGE, form)["Location"] == HOME
    arranger.refresh_from_db()
    first = places_of(arranger)[0]
    assert (first.name, first.side) == ("recent", "main")
    shown = on_page(client)
    assert shown[0] == "recent"
    assert "quick" not in shown
    page = client.get(HOME)
    chosen = [code for code, _label, is_chosen in page.context["choice"]["kinds"] if is_chosen]
    assert chosen == ["week"]
    jobs = page.content.decode().split('id="panel-jobs"')[1]
    assert "<details open" not in jobs.split("</summary>")[0]


def test_moving_without_scripts(client: Client, arranger: Any) -> None:
    before = names(arranger)
    form = form_of(arranger)
    assert client.post(ARRANGE, {**form, "up": before[2]})["Location"] == ARRANGE
    arranger.refresh_from_db()
    assert names(arranger) == [before[0], before[2], before[1], *before[3:]]
    client.post(ARRANGE, {**form_of(arranger), "up": before[0]})
    client.post(ARRANGE, {**form_of(arranger), "down": before[-1]})
    client.post(ARRANGE, {**form_of(arranger), "down": "nonsense"})
    arranger.refresh_from_db()
    assert names(arranger) == [before[0], before[2], before[1], *before[3:]]
    client.post(ARRANGE, {**form_of(arranger), "down": before[0]})
    arranger.refresh_from_db()
    assert names(arranger)[:2] == [before[2], before[0]]


def test_back_to_default(client: Client, arranger: Any) -> None:
    before = names(arranger)
    form = form_of(arranger)
    client.post(ARRANGE, {**form, "order": form["order"][::-1], "shown": []})
    assert on_page(client) == []
    assert client.post(ARRANGE, {"reset": "1"})["Location"] == HOME
    arranger.refresh_from_db()
    assert names(arranger) == before
    assert set(on_page(client)) == set(before)


def test_nonsense_changes_nothing(client: Client, arranger: Any) -> None:
    before = places_of(arranger)
    form = form_of(arranger)
    form |= {"side-recent": "left", "scope": "all", "period": "custom"}
    client.post(ARRANGE, {**form, "order": ["system", "x", *form["order"], "recent"]})
    arranger.refresh_from_db()
    assert places_of(arranger) == before
    assert "start" not in arranger.preferences["home"]


def test_folding_is_remembered(client: Client, arranger: Any) -> None:
    fold = reverse("workbench:fold", args=["recent"])
    assert client.post(fold, {"folded": "1"}).status_code == 204
    part = client.get(reverse("workbench:panel", args=["recent"]), headers={"HX-Request": "true"})
    assert b'data-fold="1"' in part.content
    assert b'panel__fold" open' not in part.content
    client.post(fold, {"folded": "0"})
    arranger.refresh_from_db()
    assert not any(place.is_folded for place in places_of(arranger))
    system = reverse("workbench:fold", args=["system"])
    assert client.post(system, {"folded": "1"}).status_code == 404


def test_a_panel_that_came_later_stands_behind(arranger: Any) -> None:
    arranger.remember(
        "home", "panels", [["recent", "side", True, False], ["gone", "main", True, False]]
    )
    assert names(arranger)[0] == "recent"
    assert set(names(arranger)) == {n for n, panel in PANELS.items() if panel.is_for(arranger)}


def test_who_loses_a_right_keeps_the_place(client: Client, arranger: Any) -> None:
    arranger.remember("home", "panels", [["system", "main", True, False]])
    client.post(ARRANGE, form_of(arranger))
    arranger.refresh_from_db()
    assert ["system", "main", True, False] in arranger.preferences["home"]["panels"]
