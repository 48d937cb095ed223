"""Give customers to several people in turn, by load or by rules (D03-15). One: `changing`."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from django.db import models, transaction
from django.db.models import Count, OuterRef, Subquery
from django.utils.translation import gettext as _

from crm.access import policies, verbs
from crm.accounts.models import User
from crm.core.errors import InvalidValue, LimitReached
from crm.pool.services.giving import may_get_from
from crm.pool.services.limits import check_cap, has_deal
from customers import hooks
from customers.choices import LifeCycle, Way
from customers.models import Customer
from customers.pooling import CUSTOMERS
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


def nobody_text(model: type[models.Model], actor: Any) -> str:
    """Why the rules give a record to nobody."""
    if actor is None or policies.policy_for(model).reach(actor, verbs.ASSIGN).everything:
        return _("Allocation failed: no rule fits, or everybody has reached the quota of today.")
    return _(
        "Allocation failed: no rule fits, or everybody within your scope has reached the quota of "
        "today."
    )


def kept_text() -> str:
    """Why whoever created a record has it, and nobody by the rules."""
    return _("No rule gave it to anybody within the creator's scope")


@transaction.atomic
def allocate_customer(customer: Customer, *, actor: Any) -> Customer:
    """Give a customer to whom the rules of allocation say; the rule is the noted reason.

    Raises NotAllowed, InvalidValue where no rule gives it to somebody else.
    """
    policies.require(actor, verbs.ASSIGN, customer)
    offers: dict[int, tuple[Any, str]] = {}
    hooks.allocating.call([customer], offers, may_get_from(customer, actor))
    if not offers:
        raise InvalidValue(nobody_text(Customer, actor))
    owner, reason = offers[customer.pk]
    if owner.pk == customer.owner_id:
        raise InvalidValue(_("Allocation failed: by the rules this person is the owner already."))
    return assign_customer(customer, owner, actor=actor, note=reason)


def allocate_new(customers: Iterable[Customer], *, actor: Any) -> None:
    """The same for customers just created, together; whom no rule gives to anybody waits in the
    pool.

    Who may not leave records to nobody (`contracts.md` 1.5) gets those himself. Raises
    LimitReached at his cap.
    """
    waiting = [customer for customer in customers if customer.owner_id is None]
    if not waiting:
        return
    reach = policies.policy_for(Customer).reach(actor, verbs.ASSIGN)
    offers: dict[int, tuple[Any, str]] = {}
    hooks.allocating.call(waiting, offers, reach.covers)
    given = [(each, *offers[each.pk]) for each in waiting if each.pk in offers]
    if not reach.everything:
        kept = [each for each in waiting if each.pk not in offers]
        check_cap(CUSTOMERS, actor, {actor.pk: [has_deal(CUSTOMERS, each) for each in kept]})
        given += [(each, actor, kept_text()) for each in kept]
    give_customers(given, actor=actor)
