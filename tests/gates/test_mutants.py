"""G40: every gate of rights, leaks, writes, headers, conflicts and masks sees the bug it is for.

Each mutant plants one bug by patching the running product, lets the check of the named gate run on
a small part of its cells, and expects it to complain. Without the bug the same part is clean.
"""

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache, partial
from itertools import chain, islice
from typing import Any

import pytest
from django.db import transaction

from crm.core import prepared
from crm.dictionaries import stamps
from crm.pool import rules
from customers.models import Customer
from tests.conftest import browser
from tests.factories.company import Company
from tests.factories.customers import share
from tests.gates import mutants, test_conflict, test_csrf
from tests.kit.canaries import Canaries, Planted, plant
from tests.kit.canaries_service import Served, plant_service, service_doors
from tests.kit.conflicts import Editing, interleave
from tests.kit.crawl import Crawler, record_doors, search_doors, selection_doors
from tests.kit.gates import announce
from tests.kit.matrix import Policy, Walker, cells_for, judge, judge_headers
from tests.kit.permissions import disagreements
from tests.kit.pool import pool_faults
from tests.kit.world import World, build_world

pytestmark = [pytest.mark.gate, pytest.mark.xdist_group("gates.mutants")]
ACTORS = ("anonymous", "disabled", "sales1", "agent1", "auditor", "admin")
ANSWERS = 60
ROUNDS = 8


@dataclass
class Stage:
    """What the checks work on: the records, hidden and masked canaries; clean checks by name."""

    world: World
    hidden: Canaries
    numbers: Canaries
    foreign: Planted
    shared: Planted
    served: Served
    clean: dict[Any, list[str]] = field(default_factory=dict)

    @property
    def company(self) -> Company:
        """The people."""
        return self.world.company


#: Findings one by one: where a bug was planted the first is enough.
Check = Callable[[Stage], Iterable[str]]


@pytest.fixture(scope="module")
def stage(built_company: Company) -> Stage:
    world, owner = build_world(built_company, ACTORS), built_company.stranger()
    hidden, numbers = Canaries(), Canaries(start=5_000)
    foreign = plant(built_company, owner, hidden, hidden)
    shared = plant(built_company, owner, Canaries(start=9_000), numbers)
    share(built_company, shared.customer, built_company["sales1"])
    served = plant_service(built_company, owner, foreign.customer, hidden, numbers)
    return Stage(world, hidden, numbers, foreign, shared, served)


# --- the checks of the gates, on a small part ---------------------------------------------------
def claims(stage: Stage) -> list[str]:
    """G20 in one process: a stale claim, one beyond the quota or the cap; and the clock."""
    company = stage.company
    with transaction.atomic():
        found = pool_faults(company)
        transaction.set_rollback(True)
    stamps.bump(rules.STAMP)
    return found


def matrix(stage: Stage, actor: str, only: str) -> Iterable[str]:
    """G01 for one actor and the addresses whose names begin so."""
    walker = Walker(stage.world, actor)
    asked = cells_for(actor, only=only, methods=("GET", "POST"), hx=(False,))
    return judge(map(walker.ask, asked), Policy.read())


def successors(stage: Stage, only: str) -> Iterable[str]:
    """G01 for somebody who may little, right after somebody who may everything."""
    return chain(matrix(stage, "admin", only), matrix(stage, "sales1", only))


def agreement(stage: Stage) -> list[str]:
    """The property behind G01: asking for a row and for the rows agree."""
    rows = [stage.world.of("sales1", name).customer for name in ("own", "shared", "foreign")]
    return disagreements(Customer, rows, [stage.company["sales1"]])


def leak(stage: Stage) -> Iterable[str]:
    """G02 for one salesperson and one hidden record."""
    item, crawler = stage.foreign, Crawler(stage.world, "sales1")
    terms = ["", "KQZ", item.contact.mobile]
    asks = [*record_doors(item), *search_doors(terms), *selection_doors(item)]
    return crawler.leaks(asks, stage.hidden)


def mask(stage: Stage, actor: str) -> Iterable[str]:
    """G28 for somebody who sees the record and not its numbers."""
    item, crawler = stage.shared, Crawler(stage.world, actor)
    crawler.columns_of_everything()
    return crawler.leaks([*record_doors(item), *search_doors(["", "杭州"])], stage.numbers)


def served(stage: Stage, actor: str, part: str) -> Iterable[str]:
    """G02 and G28 of the service desk: for a stranger, and for one who sees masked numbers."""
    asks = [ask for ask in service_doors(stage.served) if part in f"{ask.label} {ask.path}"]
    hidden = stage.hidden if actor == "sales1" else stage.numbers
    return Crawler(stage.world, actor).leaks(asks, hidden)


def tokens(stage: Stage) -> list[str]:
    """G05: posts without a token."""
    client = browser(stage.company, "admin", enforce_csrf_checks=True)
    return test_csrf.accepted_without_token(stage.world, client, "customers:customer")[1]


def reads(stage: Stage) -> list[str]:
    """G05: GET and HEAD."""
    client = browser(stage.company, "admin")
    return test_csrf.unsafe_reads(stage.world, client, "customers:customer")[1]


def away(stage: Stage) -> list[str]:
    """G05: redirects to other sites."""
    people = browser(stage.company, "admin"), browser(stage.company, "anonymous")
    answers = test_csrf.redirects(*people, "https://evil.example/")
    where = ((place, answer.headers.get("Location", "")) for place, answer in answers)
    return [place for place, location in where if not test_csrf.is_own(location)]


def headers(stage: Stage) -> Iterable[str]:
    """G12 for somebody who is logged in."""
    walker = Walker(stage.world, "admin")
    asked = cells_for("admin", methods=("GET", "POST"))
    return judge_headers(map(walker.ask, islice(asked, ANSWERS)))


def conflict(stage: Stage, label: str, *fields: str) -> list[str]:
    """G19 for some interleavings on one model, or on some of its fields."""
    found = test_conflict.PAGES[label](stage.company)
    choices = {name: found.choices[name] for name in fields or found.choices}
    editing = Editing(found.url, found.row, found.form_field, choices)
    pair = browser(stage.company, "manager"), browser(stage.company, "sales1")
    dice = random.Random(7)
    for _round in range(ROUNDS):
        with transaction.atomic():
            interleave(editing, *pair, dice)
            transaction.set_rollback(True)
        if editing.problems:
            break
    return editing.problems


@cache
def check_of(name: str, *arguments: str) -> Check:
    """A check with its arguments; equal ones are the same, so each is seen clean once."""
    checks = {
        each.__name__: each
        for each in (
            matrix,
            successors,
            agreement,
            leak,
            mask,
            served,
            tokens,
            reads,
            away,
            headers,
            conflict,
            claims,
        )
    }
    plain = checks[name]
    return lambda stage: partial(plain, stage)(*arguments)


@pytest.mark.parametrize("mutant", mutants.MUTANTS, ids=lambda mutant: mutant.bug)
def test_the_gate_sees_the_bug(
    stage: Stage,
    mutant: mutants.Mutant,
    db: None,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> None:
    check = check_of(*mutant.check)
    if check not in stage.clean:
        with transaction.atomic():
            stage.clean[check] = list(check(stage))
            transaction.set_rollback(True)
    assert stage.clean[check] == []
    monkeypatch.setattr(prepared, "_statements", {})  # compiled without the bug
    mutant.plant(monkeypatch)
    found = next(iter(check(stage)), None)
    monkeypatch.undo()
    seen, bug = found is not None, mutant.bug.replace(" ", "-")
    announce(request, "G40", passed=seen, seen_by=mutant.gate, bug=bug)
    assert seen, f"{mutant.gate} does not see: {mutant.bug}"


def test_every_gate_of_this_group_has_failed_once() -> None:
    gates = {"G01", "G02", "G05", "G12", "G19", "G20", "G28"}
    assert {mutant.gate for mutant in mutants.MUTANTS} == gates
