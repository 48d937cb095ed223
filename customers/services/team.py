"""Who works on a customer besides its owner (`market` 2.4); a team ends where the pool begins."""

from collections import defaultdict
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from crm.access import policies, verbs
from crm.access.shares import permission_for
from crm.audit.services import Fact, record, record_many
from crm.core.errors import InvalidValue
from crm.core.messages import listed
from crm.pool.registry import Move, moved
from customers.models import Customer, CustomerShare


@transaction.atomic
def share_customer(
    customer: Customer,
    member: Any,
    *,
    write: bool,
    actor: Any,
    expires_at: datetime | None = None,
) -> CustomerShare:
    """Show a customer to one more colleague, read-only or read-write."""
    policies.require(actor, verbs.SHARE, customer)
    _require_member(customer, member)
    share = put_in_team(customer, member, write=write, actor=actor, expires_at=expires_at)
    rights = _("read and write") if write else _("read only")
    changes = {"shares": ["", f"{member.name} ({rights})"]}
    record("customers.customer.shared", customer, actor=actor, changes=changes)
    return share


def _require_member(customer: Customer, member: Any) -> None:
    """Held until the end of the transaction, so that it does not fall into the pool meanwhile."""
    held = Customer.objects.select_for_update().filter(pk=customer.pk)
    owner_id = held.values_list("owner_id", flat=True).first()
    if owner_id is None:
        raise InvalidValue(
            _("Adding the team member failed: the customer is in the pool and has no team."),
            field="user",
        )
    if not member.is_active or member.pk == owner_id:
        raise InvalidValue(
            _("Adding the team member failed: the person is the owner or has left."),
            field="user",
        )


def put_in_team(
    customer: Customer,
    member: Any,
    *,
    write: bool,
    actor: Any,
    expires_at: datetime | None = None,
) -> CustomerShare:
    """Write a membership in place of an older one; rights and event are the caller's."""
    CustomerShare.objects.filter(content_object=customer, user=member).delete()
    share = CustomerShare(
        content_object=customer,
        user=member,
        permission=permission_for(Customer, write=write),
        granted_by=actor,
        expires_at=expires_at,
    )
    share.save()
    CustomerShare.forget(member.pk)
    return share


@transaction.atomic
def unshare_customer(customer: Customer, member: Any, *, actor: Any) -> None:
    """Take a colleague out of the team; everybody may leave by himself."""
    if member.pk != actor.pk:
        policies.require(actor, verbs.SHARE, customer)
    removed, _details = CustomerShare.objects.filter(content_object=customer, user=member).delete()
    if removed:
        changes = {"shares": [member.name, ""]}
        record("customers.customer.shared", customer, actor=actor, changes=changes)


def end_teams(move: Move) -> None:
    """Customers have come into a pool: whoever wants to work on one claims it like the others.

    A team is the owner's choice. It does not come back with the next one, who chooses his own.
    """
    if move.kind.model is not Customer or move.owner is not None:
        return
    members: dict[Customer, list[str]] = defaultdict(list)
    shares = CustomerShare.objects.filter(content_object__in=move.ids)
    for share in shares.select_related("user", "content_object").order_by("pk"):
        members[share.content_object].append(share.user.name)
    if not members:
        return
    shares.delete()
    facts = [
        Fact("customers.customer.shared", customer, {"shares": [listed(names), ""]})
        for customer, names in members.items()
    ]
    record_many(facts, actor=move.actor)


moved.register(end_teams)
