"""Classification schemes from memory: one read a process and change (S01-25, D05-4)."""

from collections.abc import Collection

from crm.dictionaries.stamps import Cached
from customers.models import Category

STAMP = "categories"

_nodes: Cached[dict[int, Category]] = Cached(
    STAMP, lambda: {node.pk: node for node in Category.objects.all()}
)


def nodes() -> dict[int, Category]:
    """All classes by key."""
    return _nodes.get()


def choices() -> list[tuple[int, str]]:
    """Active classes without classes below them, each with its scheme in front."""
    found = nodes()
    parents = {node.parent_id for node in found.values()}
    return [
        (node.pk, path(node))
        for node in found.values()
        if node.is_active and node.pk not in parents
    ]


def names_of(keys: Collection[int]) -> list[str]:
    """Names of these classes, in the order of the schemes."""
    return [node.name for pk, node in nodes().items() if pk in keys]


def path(node: Category) -> str:
    """Names from the scheme down."""
    names = [node.name]
    while node.parent_id:
        node = nodes()[node.parent_id]
        names.append(node.name)
    return " / ".join(reversed(names))


def scheme_of(category: Category) -> list[Category]:
    """All classes of the scheme a class belongs to."""
    root = _root(category)
    return [node for node in nodes().values() if _root(node).pk == root.pk]


def _root(node: Category) -> Category:
    while node.parent_id:
        node = nodes()[node.parent_id]
    return node
