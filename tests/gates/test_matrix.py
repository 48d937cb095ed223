"""G01: every address × method × actor × relation, with and without htmx, equals `policy.csv`.

Each of these answers also carries the headers of G12.

Full on SQLite; on PostgreSQL a sample of addresses and actors (`contracts.md` 1.24). After adding
addresses run `POLICY_WRITE=1 pytest tests/gates/test_matrix.py` and read every new line.
"""

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from crm.web import errors
from tests.factories.company import ACTORS, Company
from tests.kit.gates import FULL, SAMPLED, announce
from tests.kit.matrix import (
    METHODS,
    PAGE_METHODS,
    Cell,
    Policy,
    Walker,
    addresses,
    by_turns,
    cells_for,
    judge,
    judge_headers,
    write_policy,
)
from tests.kit.world import World, build_world

pytestmark = pytest.mark.gate
WRITING = os.environ.get("POLICY_WRITE") == "1"
LEAST_CELLS = 20_000
#: On PostgreSQL one actor of each kind of scope that asks the database for rows.
SAMPLE = ("sales1", "manager", "service_lead")
ASKED = SAMPLE if SAMPLED else ACTORS
#: Methods that no page uses are refused without looking at who asks: at small scale a few ask.
PUT_AND_DELETE = set(ACTORS) if FULL else {"anonymous", "norole", "sales1", "admin"}
SHOWN = 40


@pytest.fixture(scope="module")
def world(built_company: Company) -> World:
    """All records of those who ask, inside the module's transaction."""
    return build_world(built_company, ACTORS if WRITING else ASKED)


@pytest.fixture(scope="module")
def policy() -> Policy:
    """The declared table."""
    return Policy.read()


@pytest.fixture(autouse=True)
def _refusals_are_drawn_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nine of ten answers are one of a few refusals in the same frame; each is drawn once."""
    drawn: dict[tuple[str, str], bytes] = {}

    def remembered(
        request: HttpRequest | None, template: str, values: dict[str, str], status: int
    ) -> HttpResponse:
        key = template, values["layout"]
        if key not in drawn:
            drawn[key] = render(request, template, values, status=status).content
        return HttpResponse(drawn[key], status=status)

    monkeypatch.setattr(errors, "render", remembered)


def cells(actor: str, policy: Policy) -> Iterator:
    """All addresses on all rows, at small scale with htmx or without it by turns; on PostgreSQL
    without it, on one's own and on foreign rows."""
    if connection.vendor == "sqlite":
        methods = METHODS if actor in PUT_AND_DELETE else PAGE_METHODS
        found = cells_for(actor, methods=methods)
        return found if FULL else by_turns(found, policy)
    return sample(actor) if SAMPLED else sides_of(actor)


def sides_of(actor: str) -> Iterator[Cell]:
    """All addresses on one's own and on foreign rows."""
    return cells_for(actor, methods=("GET", "POST"), relations=("own", "foreign"), hx=(False,))


def sample(actor: str) -> Iterator[Cell]:
    """Each row of each address by one of those asked; an odd number of them, so that all meet
    their own rows and foreign ones."""
    places: dict[tuple[str, str], int] = {}
    for cell in sides_of(actor):
        place = places.setdefault((cell.address.name, cell.relation), len(places))
        if (place + SAMPLE.index(actor)) % len(SAMPLE) == 0:
            yield cell


@pytest.mark.django_db
@pytest.mark.skipif(WRITING, reason="the table is being written")
@pytest.mark.parametrize("actor", ASKED)
def test_answers_equal_the_policy(
    world: World, policy: Policy, actor: str, request: pytest.FixtureRequest
) -> None:
    walker = Walker(world, actor)
    answers = list(walker.walk(cells(actor, policy), policy))
    wrong = list(judge(answers, policy))
    weak = list(judge_headers(answers))
    announce(request, "G01", passed=not wrong, actor=actor, cells=len(answers), wrong=len(wrong))
    announce(request, "G12", passed=not weak, actor=actor, answers=len(answers), wrong=len(weak))
    assert not wrong, f"{len(wrong)} wrong cells:\n" + "\n".join(wrong[:SHOWN])
    assert not weak, f"{len(weak)} weak answers:\n" + "\n".join(weak[:SHOWN])


def test_reading_writes_nothing(policy: Policy) -> None:
    """G05: a safe method may write for nobody."""
    reads = {line: row for line, row in policy.lines.items() if line[1] == "GET"}
    writes = [line for line, row in reads.items() for who in ACTORS if row[who].endswith("w")]
    assert not writes


def test_every_address_stands_in_the_policy_and_no_other(policy: Policy) -> None:
    assert {address.name for address in addresses()} == policy.names


def test_the_small_scale_asks_every_relation_of_every_actor_and_both_sides(policy: Policy) -> None:
    every = [cell for actor in ACTORS for cell in cells_for(actor, methods=PAGE_METHODS)]
    asked = [cell for actor in ACTORS for cell in by_turns(cells_for(actor), policy)]

    def places(cells: list[Cell]) -> set:
        return {(cell.address, cell.method, cell.relation, cell.actor) for cell in cells}

    def sides(cells: list[Cell]) -> set:
        return {(cell.address, cell.method, cell.relation, cell.hx) for cell in cells}

    asked = [cell for cell in asked if cell.method in PAGE_METHODS]
    assert places(asked) == places(every)
    assert sides(asked) == sides(every)
    assert len(asked) < 0.6 * len(every)


def test_the_sample_asks_every_address_on_both_rows() -> None:
    whole = {replace(cell, actor="") for actor in SAMPLE for cell in sides_of(actor)}
    asked = Counter(replace(cell, actor="") for actor in SAMPLE for cell in sample(actor))
    assert asked == dict.fromkeys(whole, 1)
    for actor in SAMPLE:
        assert {cell.relation for cell in sample(actor)} == {"own", "foreign", "-"}


def test_there_are_enough_cells() -> None:
    assert sum(1 for actor in ACTORS for _cell in cells_for(actor)) >= LEAST_CELLS


@pytest.mark.django_db
@pytest.mark.skipif(not WRITING, reason="only with POLICY_WRITE=1")
def test_write_the_policy(world: World) -> None:
    walkers = {actor: Walker(world, actor) for actor in ACTORS}
    write_policy(walkers[actor].ask(cell) for actor in ACTORS for cell in cells_for(actor))
