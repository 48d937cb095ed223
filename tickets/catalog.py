"""Business tree, statuses and groups from memory: one read a process and change, none a page."""

from dataclasses import dataclass

from crm.dictionaries.models import local_name
from crm.dictionaries.stamps import Cached
from tickets.models import BusinessNode, TicketGroup, TicketStatus
from tickets.questions import Question, parse

TREE_STAMP = "ticket_tree"
STATUS_STAMP = "ticket_statuses"


@dataclass(frozen=True)
class Node:
    """A node of the business tree with what it has from the nodes above."""

    pk: int
    name: str
    full_name: str
    path: str
    is_active: bool
    type_id: int | None
    priority: str
    group_id: int | None
    skills: frozenset[int]
    questions: tuple[Question, ...]
    is_public: bool = False

    @property
    def depth(self) -> int:
        """0 for a root."""
        return self.path.count("/") - 2


@dataclass(frozen=True)
class Status:
    """A status as pages need it."""

    pk: int
    code: str
    name: str
    name_en: str
    customer_name: str
    phase: str
    color: str
    pauses: tuple[str, ...]
    wakes_on_reply: bool
    is_default: bool
    is_active: bool

    @property
    def customer_label(self) -> str:
        """What the customer reads."""
        return self.customer_name or self.label

    def as_row(self) -> TicketStatus:
        """The status as a row, made from memory."""
        return TicketStatus(
            pk=self.pk, code=self.code, name=self.name, name_en=self.name_en,
            customer_label=self.customer_name, phase=self.phase, color=self.color,
            pauses=list(self.pauses), wakes_on_reply=self.wakes_on_reply,
            is_default=self.is_default, is_active=self.is_active,
        )  # fmt: skip

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return local_name(self.name, self.name_en)


def _load_nodes() -> dict[int, Node]:
    rows = {row.pk: row for row in BusinessNode.objects.prefetch_related("skills")}
    found: dict[int, Node] = {}
    for row in sorted(rows.values(), key=lambda each: each.path.count("/")):
        above = found.get(row.parent_id)
        own = frozenset(skill.pk for skill in row.skills.all())
        found[row.pk] = Node(
            row.pk,
            row.name,
            f"{above.full_name} / {row.name}" if above else row.name,
            row.path,
            row.is_active and (above is None or above.is_active),
            row.ticket_type_id or (above.type_id if above else None),
            row.priority or (above.priority if above else ""),
            row.group_id or (above.group_id if above else None),
            own or (above.skills if above else frozenset()),
            tuple(parse(row.questions)) or (above.questions if above else ()),
            row.is_public,
        )
    return _in_order(found, rows)


def _in_order(nodes: dict[int, Node], rows: dict[int, BusinessNode]) -> dict[int, Node]:
    """Depth first, each level by its own order."""

    def key(node: Node) -> list[tuple[int, int]]:
        chain = [int(part) for part in node.path.strip("/").split("/") if part]
        return [(rows[pk].order, pk) for pk in chain if pk in rows]

    return {node.pk: node for node in sorted(nodes.values(), key=key)}


_nodes: Cached[dict[int, Node]] = Cached(TREE_STAMP, _load_nodes)
_statuses: Cached[dict[int, Status]] = Cached(
    STATUS_STAMP,
    lambda: {
        row.pk: Status(
            row.pk, row.code, row.name, row.name_en, row.customer_label, row.phase, row.color,
            tuple(row.pauses), row.wakes_on_reply, row.is_default, row.is_active,
        )
        for row in TicketStatus.objects.order_by("order", "pk")
    },
)  # fmt: skip
_groups: Cached[dict[int, str]] = Cached(
    TREE_STAMP, lambda: dict(TicketGroup.objects.order_by("order", "pk").values_list("pk", "name"))
)


def node(pk: int | None) -> Node | None:
    """A node of the tree."""
    return _nodes.get().get(pk) if pk is not None else None


def nodes(*, active: bool = True) -> list[Node]:
    """The tree, depth first."""
    return [item for item in _nodes.get().values() if item.is_active or not active]


def below(pk: int) -> list[int]:
    """Keys of a node and of all below it."""
    top = _nodes.get().get(pk)
    return (
        [item.pk for item in _nodes.get().values() if item.path.startswith(top.path)] if top else []
    )


def status(pk: int | None) -> Status | None:
    """A status."""
    return _statuses.get().get(pk) if pk is not None else None


def statuses(*, active: bool = True) -> list[Status]:
    """All statuses in order."""
    return [item for item in _statuses.get().values() if item.is_active or not active]


def status_of(phase: str, *, has_owner: bool = False) -> Status:
    """The status a ticket gets in a phase where nobody chose one. Raises KeyError."""
    found = [item for item in statuses() if item.phase == phase]
    if phase == "new" and has_owner:
        found.sort(key=lambda item: item.code != "assigned")
    else:
        found.sort(key=lambda item: not item.is_default)
    if not found:
        raise KeyError(f"no status for {phase}")
    return found[0]


def group_name(pk: int | None) -> str:
    """Name of a service group."""
    return _groups.get().get(pk, "") if pk is not None else ""


def groups() -> dict[int, str]:
    """All service groups: key -> name."""
    return _groups.get()
