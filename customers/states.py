"""The life cycle of a customer (D03-14): every step is open, each one is recorded."""

from django.utils.translation import gettext_lazy as _

from crm.access import verbs
from crm.core.states import StateMachine, Transition
from customers.choices import LifeCycle

EVENT = "customers.customer.life_cycle_changed"


def _step(name: str, label: object, target: LifeCycle) -> Transition:
    sources = tuple(state for state in LifeCycle.values if state != target)
    return Transition(name, label, sources, target, verbs.CHANGE, EVENT)


LIFE_CYCLE = StateMachine(
    field="life_cycle",
    transitions=(
        _step("to_potential", _("Set to potential"), LifeCycle.POTENTIAL),
        _step("to_interested", _("Set to interested"), LifeCycle.INTERESTED),
        _step("to_closed", _("Set to closed"), LifeCycle.CLOSED),
        _step("to_lost", _("Set to lost"), LifeCycle.LOST),
    ),
)
