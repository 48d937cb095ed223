"""A key that no database can hold is a choice nobody has: no form and no filter fails on it."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from tests.conftest import browser
from tests.factories.company import Company
from tests.kit.forging import HUGE, forged
from tests.kit.gates import FULL
from tests.kit.matrix import addresses
from tests.kit.targets import target_of
from tests.kit.world import FIXED, World, build_world

pytestmark = [pytest.mark.gate, pytest.mark.xdist_group("gates.keys")]
ADMIN = "admin"


@pytest.fixture(scope="module")
def world(built_company: Company) -> World:
    return build_world(built_company, (ADMIN,))


class Forger:
    """Asks as the administrator; every request is undone, and each form is sent once."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.client = browser(world.company, ADMIN, raise_request_exception=False)
        self.sent: set[Any] = set()
        self.filtered = 0
        self.failed: list[str] = []

    def ask(self, method: str, path: str, data: Any = None) -> Any:
        """The answer; what it does to the session is undone with the rest."""
        kept = self.client.cookies.copy()
        with transaction.atomic():
            answer = getattr(self.client, method)(path, data or {})
            transaction.set_rollback(True)
        self.client.cookies = kept
        if answer.status_code == 500:
            self.failed.append(f"{method} {path}")
        return answer

    def forge(self, answer: Any, path: str) -> None:
        """Send every form of an answer with forged keys."""
        for method, where, data in forged(answer, path):
            place = method, where.partition("?")[0], frozenset(data)
            if place not in self.sent and where.startswith(("/", "?")):
                self.sent.add(place)
                self.ask(method, where if where.startswith("/") else path + where, data)

    def filter(self, answer: Any, path: str) -> None:
        """Ask for a page with every control of its forms as a forged filter, given twice: the last
        one counts where one is read. Full: also given once."""
        names = {name for _m, _w, data in forged(answer, path) for name in data}
        if names:
            self.filtered += 1
            if FULL:
                self.ask("get", path, dict.fromkeys(names, HUGE))
            self.ask("get", path, dict.fromkeys(names, [HUGE, HUGE + "0"]))


def pages(world: World) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every address once, and what its matrix line posts."""
    for address in addresses():
        target = target_of(address.name)
        relation = "-" if target.relations == FIXED else target.relations[0]
        path = address.path(target.args(world, ADMIN, relation))
        if address.name not in ("account_logout",):
            yield path, target.post(world, ADMIN, relation)


def test_forged_keys_and_filters_are_no_failure(world: World, db: None) -> None:
    """Every form with forged keys, and every address with all its controls as forged filters."""
    forger = Forger(world)
    for path, data in pages(world):
        page = forger.ask("get", path)
        forger.forge(page, path)
        forger.filter(page, path)
        forger.forge(forger.ask("post", path, data), path)
    assert len(forger.sent) > 100
    assert forger.filtered > 100
    assert not forger.failed, "\n".join(forger.failed)
