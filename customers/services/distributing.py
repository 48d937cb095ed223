"""Give customers to several people in turn or by load (D03-15). One person: `changing`."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, OuterRef, Subquery
from django.utils.translation import gettext as _

from crm.accounts.models import User
from crm.core.errors import InvalidValue, LimitReached
from customers.choices import LifeCycle, Way
from customers.models import Customer
from customers.services.changing import assign_customer

#: Who never got a customer has waited longest.
_EVER = datetime(1970, 1, 1, tzinfo=UTC)


def in_line(people: Sequence[User], way: str) -> list[User]:
    """These people, whoever is to get the next customer first."""
    keys = [user.pk for user in people]
    known: dict[int, Any] = _loads(keys) if way == Way.LOAD else _last_given(keys)
    return sorted(people, key=lambda user: (known[user.pk], user.pk))


def _loads(keys: Sequence[int]) -> dict[int, int]:
    """Customers of each person, but for the lost ones."""
    rows = Customer.objects.kept().filter(owner_id__in=keys).exclude(life_cycle=LifeCycle.LOST)
    counted = dict(rows.order_by().values_list("owner_id").annotate(Count("pk")))
    return {pk: counted.get(pk, 0) for pk in keys}


def _last_given(keys: Sequence[int]) -> dict[int, datetime]:
    """When each person last became the owner of a customer."""
    mine = Customer.objects.kept().filter(owner_id=OuterRef("pk"), owner_since__isnull=False)
    newest = mine.order_by("-owner_since").values("owner_since")[:1]
    rows = User.objects.filter(pk__in=keys).annotate(last=Subquery(newest))
    return {pk: last or _EVER for pk, last in rows.values_list("pk", "last")}


def distribute_customer(
    customer: Customer, people: Sequence[User], *, way: str, actor: Any, note: str = ""
) -> Customer:
    """Give a customer to whoever of these people is next and has room; never to its owner.

    Raises what assigning raises; LimitReached where everybody owns as many as he may.
    """
    others = [user for user in people if user.pk != customer.owner_id]
    if not others:
        raise InvalidValue(_("Assigning failed: this person is the owner already."))
    for user in in_line(others, way):
        try:
            with transaction.atomic():
                return assign_customer(customer, user, actor=actor, note=note)
        except LimitReached:
            continue
    raise LimitReached(
        _("Assigning failed: each of these people owns as many customers as the rules allow.")
    )
