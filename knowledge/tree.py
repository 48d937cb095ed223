"""The tree of categories from memory, with the readers that each node inherits.

A node below may only narrow: its readers are the narrowest audience on its way up, and whoever
belongs to the departments of every node there that names some.
"""

from dataclasses import dataclass
from typing import Any

from crm.access import verbs
from crm.access.policies import policy_for
from crm.accounts.rights import organisation
from crm.dictionaries import stamps
from crm.dictionaries.stamps import Cached
from knowledge.choices import Audience, narrowest
from knowledge.models import Article, Category

STAMP = "knowledge_categories"


@dataclass(frozen=True)
class Node:
    """A category with what it inherits. `path` are the keys from the top down to it."""

    pk: int
    name: str
    description: str
    parent_id: int | None
    is_active: bool
    path: tuple[int, ...]
    label: str
    audience: str
    #: One set of departments for each node on the way that names some.
    departments: tuple[frozenset[int], ...]

    @property
    def depth(self) -> int:
        """0 at the top."""
        return len(self.path) - 1


def _load() -> dict[int, Node]:
    """All nodes, each behind its parent, in the order of the tree."""
    named: dict[int, set[int]] = {}
    links = Category.departments.through.objects.values_list("category_id", "department_id")
    for category, department in links:
        named.setdefault(category, set()).add(department)
    below: dict[int | None, list[Category]] = {}
    for row in Category.objects.all():
        below.setdefault(row.parent_id, []).append(row)
    found: dict[int, Node] = {}

    def walk(parent: Node | None) -> None:
        for row in below.get(parent.pk if parent else None, ()):
            node = found[row.pk] = _node(row, parent, named.get(row.pk))
            walk(node)

    walk(None)
    return found


def _node(row: Category, parent: Node | None, named: set[int] | None) -> Node:
    own = (frozenset(named),) if named else ()
    return Node(
        row.pk,
        row.name,
        row.description,
        row.parent_id,
        row.is_active and (parent is None or parent.is_active),
        (*(parent.path if parent else ()), row.pk),
        f"{parent.label} / {row.name}" if parent else row.name,
        narrowest([row.audience, *([parent.audience] if parent else [])]),
        (*(parent.departments if parent else ()), *own),
    )


_nodes: Cached[dict[int, Node]] = Cached(STAMP, _load)


def changed() -> None:
    """The tree was written: called in the transaction that does so."""
    stamps.bump(STAMP)


def nodes() -> dict[int, Node]:
    """All categories by key, in the order of the tree."""
    return _nodes.get()


def node(pk: int | None) -> Node | None:
    """One category; None for a key that is none."""
    return nodes().get(pk) if pk else None


def label(pk: int | None) -> str:
    """Names from the top down."""
    found = node(pk)
    return found.label if found else ""


def is_open_to(item: Node, user: Any) -> bool:
    """Whether a colleague belongs to the readers of a category."""
    if not item.departments:
        return True
    chart = organisation()
    mine = chart.departments_of.get(user.pk, set())
    return all(mine & chart.below(set(wanted)) for wanted in item.departments)


def hidden_from(user: Any) -> tuple[int, ...]:
    """Categories whose articles this colleague does not read."""
    return tuple(pk for pk, item in nodes().items() if not is_open_to(item, user))


def public_keys() -> list[int]:
    """Active categories that everybody may see."""
    return [
        item.pk
        for item in nodes().values()
        if item.is_active and item.audience == Audience.PUBLIC and not item.departments
    ]


def below(pk: int) -> list[int]:
    """A category and all below it."""
    return [item.pk for item in nodes().values() if pk in item.path]


def choices(user: Any = None, *, keep: int | None = None) -> list[tuple[int, str]]:
    """Active categories with their way from the top; of a user, those open to him."""
    return [
        (item.pk, item.label)
        for item in nodes().values()
        if item.pk == keep or (item.is_active and (user is None or is_open_to(item, user)))
    ]


def offered(user: Any, *, keep: int | None = None) -> list[tuple[int, str]]:
    """The choices of a colleague; who sees all articles is offered all categories."""
    everything = policy_for(Article).reach(user, verbs.VIEW).everything
    return choices(None if everything else user, keep=keep)


def readers(article_audience: str, category: int) -> str:
    """Who reads an article: the narrower of its own audience and that of its category."""
    found = node(category)
    return narrowest([article_audience, *([found.audience] if found else [])])
