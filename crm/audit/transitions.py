"""The one executor of state machines (`crm.core.states`)."""

from collections.abc import Collection, Sequence
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from crm.access import policies
from crm.access.results import Answer
from crm.audit.services import record
from crm.core.changes import write_changes
from crm.core.errors import InvalidTransition, InvalidValue
from crm.core.states import StateMachine, Transition


def run_transition(
    machine: StateMachine,
    obj: models.Model,
    name: str,
    *,
    actor: Any,
    version: int | None = None,
    note: str = "",
    about: Sequence[models.Model] = (),
    by_rule: bool = False,
    unlogged: Collection[str] = (),
    **data: Any,
) -> models.Model:
    """Move `obj` along the transition `name`, setting the fields of `data`.

    `note` and `about` go into the event. A step `by_rule` of the product asks no right of the
    actor, whose own work was permitted; its note says which rule it was. Fields `unlogged` stay
    out of the event: what the note says already, and instants that are the event's own.
    Raises NotAllowed without the verb on this row, InvalidTransition where the state does not
    fit, InvalidValue where a required field is empty, Stale where the row has moved on.
    """
    transition = machine.by_name[name]
    if not by_rule:
        policies.require(actor, transition.verb, obj)
    with transaction.atomic():
        _check_source(machine, transition, obj)
        _check_required(transition, obj, data)
        if transition.guard is not None:
            transition.guard(obj, data)
        changes = write_changes(obj, {machine.field: transition.target, **data}, version=version)
        shown = {field: pair for field, pair in changes.items() if field not in unlogged}
        record(transition.event, obj, actor=actor, changes=shown, note=note, about=about)
    return obj


def available(machine: StateMachine, obj: models.Model, user: Any) -> dict[str, Answer]:
    """For every transition leaving the present state: allowed, or denied with the reason."""
    return {
        item.name: policies.can(user, item.verb, obj)
        for item in machine.leaving(getattr(obj, machine.field))
    }


def _check_source(machine: StateMachine, transition: Transition, obj: models.Model) -> None:
    if getattr(obj, machine.field) not in transition.sources:
        raise InvalidTransition(
            _("%(action)s failed: the present state “%(state)s” does not allow it.")
            % {"action": transition.label, "state": _state_label(machine, obj)}
        )


def _state_label(machine: StateMachine, obj: models.Model) -> str:
    return str(getattr(obj, f"get_{machine.field}_display")())


def _check_required(transition: Transition, obj: models.Model, data: dict[str, Any]) -> None:
    for name in transition.requires:
        if data.get(name, getattr(obj, name, None)) in (None, ""):
            raise InvalidValue(
                _("%(action)s failed: %(field)s is missing.")
                % {
                    "action": transition.label,
                    "field": obj._meta.get_field(name).verbose_name,
                },
                field=name,
            )
