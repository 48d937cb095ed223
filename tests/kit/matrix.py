"""The permission matrix (G01): every address × method × actor × relation against `policy.csv`.

A token of the policy is what an answer means: `login` (302 or 401 to the log-in page), a status,
and `w` behind it where the request wrote something; `200/503` allows either. Denied answers never
write. A line counts for several methods (`PUT|DELETE`), `*` for any relation, or with and without
htmx.
"""

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from tests.conftest import browser
from tests.factories.company import ACTORS
from tests.kit.headers import weak_headers
from tests.kit.queries import watching_writes
from tests.kit.targets import TARGETS, Target, target_of
from tests.kit.world import World

POLICY = Path(__file__).parent.parent / "gates" / "policy.csv"
METHODS = ("GET", "POST", "PUT", "DELETE")
#: Methods that pages use, with and without htmx; the others are asked once.
PAGE_METHODS = frozenset({"GET", "POST"})
#: Actors whose requests belong to nobody.
SIGNED_OUT = frozenset({"anonymous", "disabled"})
DENIED = frozenset({"login", "400", "401", "403", "404", "405"})
NOT_SERVED = "405"
ANY = "*"
_PLACE = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>[^)]*\)")


@dataclass(frozen=True)
class Address:
    """One URL pattern. `name` is the URL name; nameless ones are called after their view."""

    name: str
    pattern: str

    def path(self, args: dict[str, Any]) -> str:
        """The address with its arguments."""
        if "?" not in self.name:
            return reverse(self.name.partition("#")[0], kwargs=args)
        filled = _PLACE.sub(lambda hit: str(args[hit[1] or hit[2]]), self.pattern)
        return "/" + filled.replace("^", "").replace("$", "")


@cache
def addresses() -> list[Address]:
    """All addresses of the product, each variant of an address by itself."""
    return list(_addresses(get_resolver()))


def _addresses(resolver: URLResolver, space: str = "", start: str = "") -> Iterator[Address]:
    for pattern in resolver.url_patterns:
        text = start + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from _addresses(pattern, inner, text)
        else:
            yield from _variants(f"{space}{pattern.name or _nameless(pattern, start)}", text)


def _nameless(pattern: Any, start: str) -> str:
    """Django's admin has nameless redirects, one for each model."""
    view = pattern.lookup_str.rpartition(".")[2]
    parts = start.strip("/").split("/")[1:]
    return "_".join([*parts, f"?{view}"]) if len(parts) == 2 else f"?{view}"


def _variants(name: str, pattern: str) -> Iterator[Address]:
    found = [key for key in TARGETS if key.startswith(f"{name}#")]
    for key in found or [name]:
        yield Address(key, pattern)


@dataclass(frozen=True)
class Cell:
    """One question of the matrix."""

    address: Address
    method: str
    relation: str
    hx: bool
    actor: str

    def __str__(self) -> str:
        hx = " hx" if self.hx else ""
        return f"{self.address.name} {self.method} {self.relation}{hx} as {self.actor}"


def cells_for(
    actor: str,
    *,
    methods: Iterable[str] = METHODS,
    only: str = "",
    relations: Iterable[str] = (),
    hx: Iterable[bool] = (False, True),
) -> Iterator[Cell]:
    """The cells of one actor; `only` is the beginning of URL names."""
    wanted = tuple(relations)
    for address in addresses():
        target = target_of(address.name)
        for relation in target.relations:
            if (wanted and relation not in (*wanted, "-")) or not address.name.startswith(only):
                continue
            for method in methods:
                for part in hx if method in PAGE_METHODS else (False,):
                    yield Cell(address, method, relation, part, actor)


def by_turns(cells: Iterable[Cell], policy: "Policy") -> Iterator[Cell]:
    """Half of the cells of which the policy says the same with htmx and without: each is asked
    once, with it or without it by turns from address to address, relation to relation and actor to
    actor. Where the policy makes a difference both are asked. Of a method that no page uses each
    actor meets, at each address, every answer that the policy knows, on one row each.
    """
    turns: dict[tuple[str, str], int] = {}
    met: set[tuple[str, str, str, str | None]] = set()
    for cell in cells:
        other = replace(cell, hx=not cell.hx)
        wanted = policy.wanted(cell)
        if cell.method not in PAGE_METHODS:
            answer = cell.address.name, cell.method, cell.actor, wanted
            if answer not in met:
                met.add(answer)
                yield cell
            continue
        if wanted != policy.wanted(other):
            yield cell
            continue
        place = turns.setdefault((cell.address.name, cell.relation), len(turns))
        if (place + ACTORS.index(cell.actor)) % 2 == cell.hx:
            yield cell


@dataclass
class Answer:
    """What came back: the token, the statements that wrote, the headers that are missing."""

    cell: Cell
    token: str
    writes: list[str]
    weak: list[str]


class Walker:
    """Sends the requests of one actor, each in a transaction of its own that is undone."""

    def __init__(self, world: World, actor: str) -> None:
        self.world, self.actor = world, actor
        self.client = browser(world.company, actor, raise_request_exception=False)
        self.cookies = self.client.cookies.output(header="", sep=";")

    def ask(self, cell: Cell) -> Answer:
        """The answer of one cell."""
        target = target_of(cell.address.name)
        with transaction.atomic():
            with watching_writes() as writes:
                response = self.send(cell, target)
            transaction.set_rollback(True)
        token = token_of(response) + ("w" if writes.statements else "")
        signed_in = self.actor not in SIGNED_OUT
        weak = weak_headers(cell.address.name, response, signed_in=signed_in)
        return Answer(cell, token, writes.statements, weak)

    def send(self, cell: Cell, target: Target) -> HttpResponse:
        """One request with fresh cookies."""
        self.client.cookies = SimpleCookie(self.cookies)
        path = cell.address.path(target.args(self.world, self.actor, cell.relation))
        headers = {"HX-Request": "true"} if cell.hx else {}
        client: Client = self.client
        if cell.method == "POST":
            data = target.post(self.world, self.actor, cell.relation)
            return client.post(path, data, headers=headers)
        return getattr(client, cell.method.lower())(path, headers=headers)

    def walk(self, cells: Iterable[Cell], policy: "Policy") -> Iterator[Answer]:
        """The answers of all cells. A method that an address does not serve is refused before any
        record is looked up: one such answer stands for the cells of which the policy says so."""
        unserved = set()
        for cell in cells:
            key = cell.address.name, cell.method
            if key in unserved and policy.wanted(cell) == NOT_SERVED:
                continue
            answer = self.ask(cell)
            if answer.token == NOT_SERVED:
                unserved.add(key)
            yield answer


def token_of(response: HttpResponse) -> str:
    """What an answer means; htmx redirects count as the redirects they stand for."""
    where = response.headers.get("HX-Redirect") or response.headers.get("Location", "")
    if where and where.startswith((reverse("account_login"), reverse("admin:login"))):
        return "login"
    if where and response.status_code in (200, 204, 301, 302):
        return "302"
    return str(response.status_code)


@dataclass
class Policy:
    """The table of `policy.csv`: lines of (url, method, relation, hx) with a token per actor."""

    lines: dict[tuple[str, str, str, str], dict[str, str]] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path = POLICY) -> "Policy":
        """Parse the file. A line that stands twice is an error."""
        found = cls()
        with path.open(newline="", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                name, methods = row.pop("url"), row.pop("method").split("|")
                relation, hx = row.pop("relation"), row.pop("hx")
                for method in methods:
                    key = (name, method, relation, hx)
                    assert key not in found.lines, f"policy line twice: {key}"
                    found.lines[key] = row
        return found

    def wanted(self, cell: Cell) -> str | None:
        """The token of a cell; the most special line counts; None for an address not listed."""
        part = "1" if cell.hx else "0"
        for relation in (cell.relation, ANY):
            for hx in (part, ANY):
                line = self.lines.get((cell.address.name, cell.method, relation, hx))
                if line is not None:
                    return line[cell.actor]
        return None

    @property
    def names(self) -> set[str]:
        """Addresses with a line."""
        return {key[0] for key in self.lines}


def judge(answers: Iterable[Answer], policy: Policy) -> Iterator[str]:
    """What is wrong: other than the policy, not listed, or written although denied."""
    for answer in answers:
        wanted = policy.wanted(answer.cell)
        if wanted is None:
            yield f"{answer.cell}: not in policy.csv"
        elif answer.token not in wanted.split("/"):
            yield f"{answer.cell}: {answer.token}, the policy says {wanted}"
        if answer.token.removesuffix("w") in DENIED and answer.writes:
            yield f"{answer.cell}: denied, but wrote {answer.writes[0]}"


def judge_headers(answers: Iterable[Answer]) -> Iterator[str]:
    """The answers with missing or weak headers (G12)."""
    return (f"{answer.cell}: {weak}" for answer in answers for weak in answer.weak)


def write_policy(answers: Iterable[Answer], path: Path = POLICY) -> None:
    """Write the table that these answers of all actors make, equal lines folded into one.

    For new addresses: the lines are then read and corrected by a person.
    """
    table: dict[str, dict[tuple[str, str, str], dict[str, str]]] = defaultdict(dict)
    for answer in answers:
        cell = answer.cell
        key = (cell.method, cell.relation, "1" if cell.hx else "0")
        table[cell.address.name].setdefault(key, {})[cell.actor] = answer.token
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["url", "method", "relation", "hx", *ACTORS])
        for name in sorted(table):
            for key, row in _folded(table[name]):
                out.writerow([name, *key, *(row.get(actor, "") for actor in ACTORS)])


def _folded(lines: dict[tuple[str, str, str], dict[str, str]]) -> Any:
    """Fold over hx and relations wherever all lines are equal, then join equal methods."""
    relations = {key[1] for key in lines}
    for place in (2, 1):
        groups: dict[Any, list[Any]] = defaultdict(list)
        for key, row in lines.items():
            groups[key[:place] + key[place + 1 :]].append((key, row))
        folded = {}
        for members in groups.values():
            key, first = members[0]
            alike = all(row == first for _key, row in members)
            whole = place == 2 or len(members) == len(relations)
            alike = alike and whole
            if alike and key[place] != "-":
                key = (*key[:place], ANY, *key[place + 1 :])
            folded.update({key: first} if alike else dict(members))
        lines = folded
    joined: dict[Any, list[str]] = defaultdict(list)
    for (method, relation, hx), row in lines.items():
        joined[relation, hx, tuple(row.items())].append(method)
    for (relation, hx, row), methods in joined.items():
        yield ("|".join(methods), relation, hx), dict(row)
