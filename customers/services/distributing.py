"""Give customers to several people in turn, by load or by rules (D03-15). One: `changing`."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, OuterRef, Subquery
from django.utils.translation import gettext as _

from crm.access import policies, verbs
from crm.accounts.models import User
from crm.core.errors import InvalidValue, LimitReached
from customers import hooks
from customers.choices import LifeCycle, Way
from customers.models import Customer
from customers.services.changing import assign_customer, give_customers

#: Who never got a customer has waited longest.
_EVER = datetime(1970, 1, 1, tzinfo=UTC)


def in_line(people: Sequence[User], way: str) -> list[User]:
    """These people, whoever is to get the next customer first."""
    keys = [user.pk for user in people]
    known: dict[int, Any] = loads(keys) if way == Way.LOAD else _last_given(keys)
    return sorted(people, key=lambda user: (known[user.pk], user.pk))


def loads(keys: Sequence[int]) -> dict[int, int]:
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


@transaction.atomic
def allocate_customer(customer: Customer, *, actor: Any) -> Customer:
    """Give a customer to whom the rules of allocation say; the rule is the noted reason.

    Raises NotAllowed, InvalidValue where no rule gives it to somebody else.
    """
    policies.require(actor, verbs.ASSIGN, customer)
    offers: dict[int, tuple[Any, str]] = {}
    hooks.allocating.call([customer], offers)
    if not offers:
        raise InvalidValue(
            _("Allocation failed: no rule fits, or everybody has reached the quota of today.")
        )
    owner, reason = offers[customer.pk]
    if owner.pk == customer.owner_id:
        raise InvalidValue(_("Allocation failed: by the rules this person is the owner already."))
    return assign_customer(customer, owner, actor=actor, note=reason)


def allocate_new(customers: Iterable[Customer], *, actor: Any) -> None:
    """The same for customers just created, together; whom no rule gives to anybody waits in the
    pool.

    Whoever may create a customer without an owner may leave it to the rules.
    """
    waiting = [customer for customer in customers if customer.owner_id is None]
    offers: dict[int, tuple[Any, str]] = {}
    hooks.allocating.call(waiting, offers)
    given = [(each, *offers[each.pk]) for each in waiting if each.pk in offers]
    give_customers(given, actor=actor)
