"""Steps in a customer's life that a rule takes by itself; the timeline names the rule.

The person whose work met the rule is the actor, but the rule has the right: who may win an
opportunity need not be allowed to change the customer.
"""

from typing import Any

from django.utils.translation import gettext as _

from crm.audit.transitions import run_transition
from crm.core import clock
from crm.pool import clock as pool_clock
from customers import rhythm, states
from customers.choices import LifeCycle
from customers.models import Customer


def after_deal(customer: Customer, *, actor: Any, cause: str) -> None:
    """A deal makes a closed customer (E1 step 9). `cause` is the number of the opportunity."""
    rule = _("Rule: a won opportunity (%(number)s) makes a closed customer.") % {"number": cause}
    if customer.life_cycle != LifeCycle.CLOSED:
        _step(customer, LifeCycle.CLOSED, actor, rule, closed_at=clock.now())


def after_follow_up(customer: Customer, *, actor: Any, attitude: str, is_first: bool) -> None:
    """A positive first follow-up makes an interested customer of a potential one (P2, S11-45)."""
    if is_first and attitude == "positive" and customer.life_cycle == LifeCycle.POTENTIAL:
        rule = _("Rule: a positive first follow-up makes an interested customer.")
        _step(customer, LifeCycle.INTERESTED, actor, rule)


def _step(customer: Customer, state: str, actor: Any, rule: str, **data: Any) -> None:
    run_transition(
        states.LIFE_CYCLE,
        customer,
        f"to_{state}",
        actor=actor,
        note=rule,
        by_rule=True,
        **data,
    )
    pool_clock.refresh([customer])
    rhythm.refresh([customer.pk])
