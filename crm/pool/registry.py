"""What can stand in a pool: domain apps register their models here.

    register(PooledKind(code=Kind.CUSTOMER, model=Customer, …))

Higher apps that know more about a record (its opportunities) register a source of facts.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q

from crm.core.errors import InvalidTransition
from crm.core.hooks import Hook
from crm.pool.choices import Kind


@dataclass(frozen=True)
class PooledKind:
    """A model whose records have an owner or stand in a pool.

    `state_field` holds the code of the record's state: `deal_states` are those with a deal,
    `resting_states` those that no rule touches (an abandoned lead), `closed_states` those in which
    nobody moves or locks the record any more, with what he is told. `grade_field` is the dictionary
    value that rules by grade look at, "" without one. `index_label` names the search index.
    """

    code: Kind
    model: Any
    state_field: str = ""
    deal_states: frozenset[str] = frozenset()
    resting_states: frozenset[str] = frozenset()
    closed_states: Mapping[str, Any] = field(default_factory=dict)
    grade_field: str = ""
    index_label: str = ""
    #: Name of the list page with what a person owns, and its filter of due dates.
    list_name: str = ""
    pool_list_name: str = ""
    #: Raises DomainError for a record that nobody may protect by hand.
    check_protection: Callable[[Any], None] = lambda row: None

    @property
    def has_deal(self) -> Q:
        """Rows with a deal."""
        if not self.deal_states:
            return Q(pk__in=[])
        return Q(**{f"{self.state_field}__in": sorted(self.deal_states)})

    @property
    def is_closed(self) -> Q:
        """Rows that nobody moves any more."""
        if not self.closed_states:
            return Q(pk__in=[])
        return Q(**{f"{self.state_field}__in": sorted(self.closed_states)})

    @property
    def rests(self) -> Q:
        """Rows that no rule touches."""
        if not self.resting_states:
            return Q(pk__in=[])
        return Q(**{f"{self.state_field}__in": sorted(self.resting_states)})


@dataclass(frozen=True)
class Facts:
    """What higher apps know about a record."""

    last_opportunity_at: datetime | None = None
    has_open_opportunity: bool = False
    #: When the last opportunity ended, won or not.
    last_ended_at: datetime | None = None


@dataclass(frozen=True)
class Move:
    """Records that changed hands together: `owner` is the new one, None for the pool."""

    kind: PooledKind
    ids: tuple[int, ...]
    owner: Any
    action: str
    actor: Any


def _moved(move: Move) -> None:
    """Signature of the hook: records have changed hands, in the same transaction."""


#: Reminders, tasks and the like follow their record here.
moved: Hook[[Move]] = Hook("pool.moved", _moved)

KINDS: dict[str, PooledKind] = {}
Source = Callable[[Sequence[int]], dict[int, Facts]]
_sources: dict[str, Source] = {}
NO_FACTS = Facts()


def register(kind: PooledKind) -> PooledKind:
    """Let a model stand in pools. A second registration of a kind is an error."""
    if kind.code in KINDS:
        raise ValueError(f"pooled kind {kind.code!r} is registered twice")
    KINDS[kind.code] = kind
    return kind


def provide_facts(code: str, source: Source) -> None:
    """Let a higher app answer for many keys at once, in a fixed number of statements."""
    if code in _sources:
        raise ValueError(f"the facts of {code!r} have a source already")
    _sources[code] = source


def facts_of(kind: PooledKind, ids: Sequence[int]) -> dict[int, Facts]:
    """Facts by key; records without any are missing."""
    source = _sources.get(kind.code)
    return source(ids) if source and ids else {}


def kind_of(model: type[models.Model] | models.Model) -> PooledKind:
    """The registration of a model. Raises KeyError for one without."""
    label = model._meta.label_lower
    for kind in KINDS.values():
        if kind.model._meta.label_lower == label:
            return kind
    raise KeyError(f"{label} is not registered with the pool")


def require_open(row: models.Model) -> None:
    """Raise InvalidTransition for a record whose state lets nobody move or lock it any more."""
    kind = kind_of(row)
    refusal = kind.closed_states.get(getattr(row, kind.state_field)) if kind.state_field else None
    if refusal:
        raise InvalidTransition(str(refusal))
