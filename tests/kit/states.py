"""Every state × transition pair of a machine, read from the table the product uses."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, models, transaction

from crm.access.results import Denied
from crm.audit.models import Event
from crm.audit.transitions import available, run_transition
from crm.core.errors import InvalidTransition, NotAllowed
from crm.core.states import StateMachine


def nothing(name: str) -> dict[str, Any]:
    """A step that needs no values."""
    return {}


def walk_machine(
    machine: StateMachine,
    make: Callable[[str], models.Model],
    *,
    actor: Any,
    reader: Any,
    data: Callable[[str], dict[str, Any]] = nothing,
) -> int:
    """Try each pair as somebody with the right and as a reader; returns the number of pairs.

    `make(state)` gives a record in that state, `data(name)` the values a step needs. What the
    table allows moves the record and records one event; anything else changes nothing.
    """
    states = {state for item in machine.transitions for state in (*item.sources, item.target)}
    for state in sorted(states):
        for item in machine.transitions:
            _check_pair(machine, make(state), item.name, actor, reader, data(item.name))
    return len(states) * len(machine.transitions)


def _check_pair(
    machine: StateMachine, obj: Any, name: str, actor: Any, reader: Any, data: dict[str, Any]
) -> None:
    item, before = machine.by_name[name], getattr(obj, machine.field)
    possible = before in item.sources
    offered = available(machine, obj, actor)
    assert (name in offered) == possible
    with pytest.raises(NotAllowed):
        run_transition(machine, obj, name, actor=reader, **data)
    assert all(isinstance(answer, Denied) for answer in available(machine, obj, reader).values())
    events = Event.objects.filter(subject_id=obj.pk, code=item.event)
    known = events.count()
    if possible:
        run_transition(machine, obj, name, actor=actor, **data)
        assert events.count() == known + 1
        if before != item.target:
            assert events.order_by("pk").last().changes[machine.field] == [before, item.target]
    else:
        with pytest.raises(InvalidTransition):
            run_transition(machine, obj, name, actor=actor, **data)
        assert events.count() == known
    stored = type(obj)._base_manager.values_list(machine.field, flat=True).get(pk=obj.pk)
    assert stored == (item.target if possible else before)


def check_constraint(obj: models.Model, field: str) -> None:
    """The database itself refuses a state that the program does not know."""
    with pytest.raises(IntegrityError), transaction.atomic():
        type(obj)._base_manager.filter(pk=obj.pk).update(**{field: "nonsense"})
