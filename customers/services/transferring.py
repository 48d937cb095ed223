"""Transfer a customer to a colleague (转移), one by one or all of somebody who leaves (D03-16)."""

from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from crm.access import policies, verbs
from crm.audit.services import record
from crm.core.errors import InvalidValue
from crm.pool.choices import Action
from crm.pool.services.claiming import give
from crm.pool.verbs import TRANSFER
from customers import handover
from customers.handover import LEAVES, WRITES
from customers.models import Customer, CustomerShare
from customers.services.team import put_in_team
from customers.services.writing import tell_new_owner


@transaction.atomic
def transfer_customer(
    customer: Customer,
    owner: Any,
    *,
    actor: Any,
    old_owner: str = LEAVES,
    along: Collection[str] = (),
    note: str = "",
) -> Customer:
    """Give a customer to a colleague; contacts follow, and what `along` names (`market` 2.4).

    `old_owner` says whether the former owner leaves or stays in the team. Raises NotAllowed,
    InvalidValue for somebody who may not work with customers, LimitReached at his cap, Stale.
    """
    policies.require(actor, TRANSFER, customer)
    _require_receiver(customer, owner)
    old = customer.owner
    give(customer, owner, actor=actor, action=Action.TRANSFERRED, note=note)
    CustomerShare.objects.filter(content_object=customer, user=owner).delete()
    if old is not None and old_owner != LEAVES:
        put_in_team(customer, old, write=old_owner == WRITES, actor=actor)
    for name in along:
        if old is not None and name in handover.PARTS:
            handover.PARTS[name].move(customer, old, owner, actor, old_owner)
    changes = {"owner": [old.name if old else None, owner.name]}
    record("customers.customer.transferred", customer, actor=actor, changes=changes, note=note)
    tell_new_owner(customer, actor)
    return customer


def _require_receiver(customer: Customer, owner: Any) -> None:
    if customer.owner_id == owner.pk:
        raise InvalidValue(
            _("Transferring failed: this person is the owner already."), field="owner"
        )
    if not policies.can(owner, verbs.VIEW, Customer) or not policies.can(
        owner, verbs.CHANGE, Customer
    ):
        raise InvalidValue(
            _("Transferring failed: this person may not work with customers."), field="owner"
        )
