"""Reads of the address book: the tree of departments with head counts, and the people in it."""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.db.models import Count, Q, QuerySet

from crm.accounts.models import Department, User


@dataclass
class Node:
    """A department in the tree; `people` counts main members here and below."""

    pk: int
    name: str
    depth: int
    people: int = 0
    children: list["Node"] = field(default_factory=list)


def tree() -> list[Node]:
    """The active departments, flattened in order, each with its depth (two queries at most)."""
    counts = dict(
        User.objects.active()
        .exclude(main_department=None)
        .values_list("main_department")
        .annotate(Count("pk"))
        .order_by()
    )
    nodes: dict[int, Node] = {}
    parents: dict[int, int | None] = {}
    for pk, name, parent in Department.objects.filter(is_active=True).values_list(
        "pk", "name", "parent_id"
    ):
        nodes[pk] = Node(pk, name, 0, counts.get(pk, 0))
        parents[pk] = parent
    roots = []
    for pk, node in nodes.items():
        above = nodes.get(parents[pk] or 0)
        (above.children if above is not None else roots).append(node)
    found: list[Node] = []
    for root in roots:
        _walk(root, 0, found)
    return found


def by_spelling(people: QuerySet[User], fold: Callable[[str], str]) -> dict[str, int]:
    """Keys by employee number, name, mobile and e-mail, folded; what two people share is nobody's.

    For files that name people (`crm.jobs.importing`).
    """
    found: dict[str, int] = {}
    shared: set[str] = set()
    for pk, *words in people.values_list("pk", "username", "name", "mobile", "email"):
        for word in filter(None, words):
            key = fold(word)
            if found.setdefault(key, pk) != pk:
                shared.add(key)
    return {key: pk for key, pk in found.items() if key not in shared}


def _walk(node: Node, depth: int, found: list[Node]) -> int:
    """Append the branch in reading order; returns its head count."""
    node.depth = depth
    found.append(node)
    node.people += sum(_walk(child, depth + 1, found) for child in node.children)
    return node.people


def people(term: str, department: Department | None) -> QuerySet[User]:
    """Active people by pinyin, narrowed by a search term and a department with all below it."""
    rows = User.objects.active().select_related("main_department").order_by("name_pinyin", "pk")
    if term:
        rows = rows.called(term)
    if department is not None:
        below = Department.objects.filter(path__startswith=department.path).values("pk")
        member = User.departments.through.objects.filter(department__in=below).values("user")
        rows = rows.filter(Q(main_department__in=below) | Q(pk__in=member))
    return rows
