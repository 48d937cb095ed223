"""State machines as tables. The executor that runs a transition is `crm.audit.transitions`."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Transition:
    """One arrow of a machine.

    `requires` names the fields that must be filled, `verb` the right that is needed on the row,
    `guard(obj, data)` raises a DomainError where the step is not possible, `event` is recorded.
    """

    name: str
    label: Any
    sources: tuple[str, ...]
    target: str
    verb: str
    event: str
    requires: tuple[str, ...] = ()
    guard: Callable[[Any, dict[str, Any]], None] | None = None


@dataclass(frozen=True)
class StateMachine:
    """The table of one state field of one model."""

    field: str
    transitions: tuple[Transition, ...]
    by_name: dict[str, Transition] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        for transition in self.transitions:
            if transition.name in self.by_name:
                raise ValueError(f"transition {transition.name!r} is declared twice")
            self.by_name[transition.name] = transition

    def leaving(self, state: str) -> list[Transition]:
        """The transitions whose source is `state`."""
        return [item for item in self.transitions if state in item.sources]
