"""G06: hostile texts in every text field and setting, on every page that shows them, in Chromium.

No script of a text runs, no request is caused by one, the policy of the pages has nothing to
report, no text becomes markup, no address of a text is a script's; links of texts are clicked.
Small: several texts in each field, some pages of every kind. Full: all pages, again and again with
other texts, until every field has held at least forty of those that fit.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import reverse

from crm.web import columns
from knowledge import markdown
from tests.conftest import browser
from tests.factories.company import Company
from tests.factories.knowledge import make_released, public_category
from tests.factories.service_levels import make_rating
from tests.factories.tickets import make_ticket, type_of
from tests.gates.mutants import Mutant, put
from tests.kit import xss
from tests.kit.browsing import chromium
from tests.kit.gates import FULL, announce
from tests.kit.matrix import addresses
from tests.kit.targets import target_of
from tests.kit.world import FIXED, World, build_world
from tickets import conversation
from tickets.portal.linking import ensure_link, path_of
from tickets.satisfaction import tokens
from tickets.services.complaining import save_findings
from tickets.services.conversing import note, receive, reply

pytestmark = [pytest.mark.gate, pytest.mark.xdist_group("gates.xss")]
ACTOR = "admin"
LEAST_TEXTS, LEAST_FIELDS, LEAST_VIEWS = 40, 150, 3_000
#: Turns of the full scale, as a short field takes one text at once; each turn asks for a third of
#: the pages, so that every page is drawn with a dozen fillings of all its rows.
TURNS, PARTS = (LEAST_TEXTS + 2, 3) if FULL else (1, 1)
#: Small: one page of each way in which texts are drawn.
SOME = (
    "workbench:home", "workbench:search", "workbench:log", "customers:customer_list",
    "customers:customer_detail", "customers:customer_edit", "customers:contact_detail",
    "leads:lead_detail", "leads:public_form", "opportunities:board",
    "opportunities:opportunity_detail", "planning:calendar", "planning:diary",
    "activities:follow_up_list", "tickets:ticket_list", "tickets:ticket_detail", "tickets:review",
    "tickets:rating_list", "tickets:wall", "tickets:public_intake", "knowledge:article_detail",
    "knowledge:article_edit",
    "notifications:notification_list", "jobs:job_detail", "help:centre",
    "admin:tickets_cannedreply_change", "admin:dictionaries_dictionary_change",
)  # fmt: skip


@dataclass
class Nest:
    """The records, the addresses of pages beyond those of the matrix, the window of one actor."""

    world: World
    further: list[str]
    #: What stands in which field.
    held: dict[str, set[str]]


@pytest.fixture(scope="module")
def engine() -> Iterator[xss.Engine]:
    """A Chromium of this module."""
    try:
        chromium()
    except RuntimeError as error:
        pytest.skip(str(error))
    started = xss.Engine()
    yield started
    started.close()


@pytest.fixture(scope="module")
def nest(built_company: Company) -> Nest:
    """All records in front of one who sees everything, with a conversation and a help centre."""
    world = build_world(built_company, (ACTOR,))
    admin = built_company.admin
    ticket = make_ticket(built_company, admin, type_id=type_of("complaint").pk, answers={"型": "x"})
    reply(ticket, "答复", by=admin, uploads=[SimpleUploadedFile("截图.txt", b"x")])
    note(ticket, "备注", by=admin)
    receive(ticket, "来信", via="web")
    save_findings(ticket, {"root_cause": "漏检"}, by=admin)
    rating = make_rating(ticket)
    article = make_released(built_company, admin, category=public_category(built_company))
    held = xss.poison(0)
    further = [
        ticket.get_absolute_url(),
        f"/s/{tokens.token_of(rating.invite.nonce)}/",
        article.get_absolute_url(),
        reverse("help:article", kwargs={"pk": article.pk, "slug": "x"}),
        path_of(ensure_link(ticket, by=admin)),
        f"{reverse('tickets:desk')}?queue=all&ticket={ticket.pk}",
    ]
    return Nest(world, further, held)


def paths(nest: Nest, turn: int) -> Iterator[str]:
    """The pages of this scale and turn, about the actor's own records."""
    yield from nest.further
    for place, address in enumerate(addresses()):
        if place % PARTS != turn % PARTS or not (FULL or address.name in SOME):
            continue
        target = target_of(address.name)
        relation = "-" if target.relations == FIXED else "own"
        yield address.path(target.args(nest.world, ACTOR, relation))


#: What is drawn by scripts: offers of searchable selects, hits of the palette.
OFFERS = """async () => {
  for (const each of document.querySelectorAll("select")) {
    if (!each.tomselect) continue;
    each.tomselect.load("owned");
    each.tomselect.open();
    await new Promise((done) => setTimeout(done, 30));
  }
}"""
PALETTE = """async () => {
  document.dispatchEvent(new KeyboardEvent("keydown", {key: "k", ctrlKey: true, bubbles: true}));
  await new Promise((done) => setTimeout(done, 100));
  const box = document.querySelector("#palette input");
  box.value = "owned";
  box.dispatchEvent(new Event("input", {bubbles: true}));
  await new Promise((done) => setTimeout(done, 500));
}"""


def walk(nest: Nest, window: xss.Window, turn: int) -> None:
    """Open the pages of a turn."""
    for path in paths(nest, turn):
        if window.ask(path).is_page:
            window.open(path)
    window.open("/tickets/add/")
    window.act(OFFERS)
    window.act(PALETTE)


def test_no_text_comes_to_life(
    nest: Nest, engine: xss.Engine, request: pytest.FixtureRequest, db: None
) -> None:
    window = xss.Window(engine, browser(nest.world.company, ACTOR))
    walk(nest, window, 0)
    held = nest.held
    for turn in range(1, TURNS):
        with transaction.atomic():
            for name, texts in xss.poison(turn).items():
                held.setdefault(name, set()).update(texts)
            walk(nest, window, turn)
            transaction.set_rollback(True)
    window.close()
    least = min(xss.held(texts) for name, texts in held.items() if xss.wanted(name) > 1)
    figures = {"fields": len(held), "texts": len(xss.PAYLOADS), "views": window.views}
    figures |= {"clicks": window.clicks, "least": least}
    announce(request, "G06", passed=not window.found, alive=len(window.found), **figures)
    assert not window.found, "\n".join(sorted(set(window.found))[:30])
    assert len(xss.PAYLOADS) >= LEAST_TEXTS
    assert len(held) >= LEAST_FIELDS
    empty = [name for name, texts in held.items() if xss.wanted(name) and not xss.held(texts)]
    assert not empty, empty
    if FULL:
        assert window.views >= LEAST_VIEWS
        thin = [name for name, texts in held.items() if xss.held(texts) < xss.wanted(name)]
        assert not thin, thin


# --- the probe can fail --------------------------------------------------------------------------
def raw(self: columns.Column, rows: Any, ctx: Any, keys: Any) -> list[str]:
    """Cells as the database has them."""
    return [str(row[0] or "") for row in rows]


CLEAN = SimpleNamespace(clean=lambda html, **_options: html)


def open_schemes(patch: pytest.MonkeyPatch) -> None:
    """Links of an article lead wherever it says."""
    patch.setattr(markdown, "_target", lambda url, address: url)
    patch.setattr(markdown, "nh3", CLEAN)


MUTANTS = (
    Mutant("cells of lists are not escaped", "G06", ("/leads/?scene=all",),
           put(columns.Column, "cells", raw)),
    Mutant("messages are taken for HTML", "G06", ("ticket",),
           put(conversation, "conditional_escape", str)),
    Mutant("links of articles may be scripts", "G06", ("article",), open_schemes),
)  # fmt: skip


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.bug)
def test_the_probe_sees_the_bug(
    nest: Nest,
    engine: xss.Engine,
    mutant: Mutant,
    db: None,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> None:
    path = {"ticket": nest.further[0], "article": nest.further[2]}.get(
        mutant.check[0], mutant.check[0]
    )
    window = xss.Window(engine, browser(nest.world.company, ACTOR))
    window.open(path)
    assert window.found == []
    mutant.plant(monkeypatch)
    window.open(path)
    window.close()
    bug = mutant.bug.replace(" ", "-")
    announce(request, "G40", passed=bool(window.found), seen_by="G06", bug=bug)
    assert window.found, f"G06 does not see: {mutant.bug}"
