"""Change customers: values, life cycle, owner, tags, classes."""

import copy
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from crm.access import policies, verbs
from crm.audit.services import record
from crm.audit.transitions import run_transition
from crm.core import clock
from crm.core.changes import touch, write_changes
from crm.core.errors import InvalidValue
from crm.dictionaries import tagging
from crm.pool import clock as pool_clock
from crm.pool.services.giving import give_many, give_one, require_receiver
from customers import categories, hooks, next_contacts, protection, rhythm, rules, states
from customers.choices import LifeCycle
from customers.models import Category, Customer
from customers.services.writing import customer_spelling, reindex, tell_new_owner, tell_new_owners

#: A change of these must reach the search index.
SEARCHED = {"name", "phone", "email"}


@transaction.atomic
def update_customer(
    customer: Customer,
    *,
    changes: dict[str, Any],
    actor: Any,
    version: int | None = None,
    tags: Iterable[int] | None = None,
    classes: Iterable[int] | None = None,
    note: str = "",
    completes: bool = True,
) -> Customer:
    """Change a customer's own values (D03-9); owner and life cycle have services of their own.

    `version` is what the actor saw. A change of single fields does not complete (`completes`) what
    an import left incomplete. Raises Stale, ValidationError, NotAllowed.
    """
    policies.require(actor, verbs.CHANGE, customer)
    protection.require_unlocked(customer)
    forbidden = {"owner", "life_cycle", "number"} & changes.keys()
    if forbidden:
        raise ValueError(f"update_customer() does not set {sorted(forbidden)}")
    if "name" in changes:
        changes = {**changes, **customer_spelling(changes["name"])}
    diff = _write(customer, changes, version, completes=completes)
    linked = tagging.replace_tags(customer, tags) | _replace_categories(customer, classes)
    if linked and not diff:
        touch(customer)
    diff.update(linked)
    if SEARCHED & diff.keys():
        reindex([customer.pk])
    if diff:
        hooks.changed.call(customer, diff.keys())
    if "grade" in diff:
        pool_clock.refresh([customer])
        rhythm.refresh([customer.pk])
    if next_contacts.PLANNED & diff.keys():
        next_contacts.replan_customers([customer.pk])
    if diff:
        record("customers.customer.updated", customer, actor=actor, changes=diff, note=note)
    return customer


def _write(
    customer: Customer, changes: dict[str, Any], version: int | None, *, completes: bool
) -> dict[str, Any]:
    if completes and customer.is_incomplete and changes:
        changes = {**changes, "is_incomplete": False}
    probe = copy.copy(customer)
    for name, value in changes.items():
        key = value.pk if isinstance(value, models.Model) else value
        setattr(probe, Customer._meta.get_field(name).attname, key)
    rules.refuse(rules.customer_problems(probe))
    diff = write_changes(customer, changes, version=version)
    hidden = {"name_key", "name_pinyin", "name_initials", "is_incomplete"}
    return {name: pair for name, pair in diff.items() if name not in hidden}


def _replace_categories(customer: Customer, wanted: Iterable[int] | None) -> dict[str, list[str]]:
    if wanted is None:
        return {}
    old, new = set(customer.categories.values_list("pk", flat=True)), set(wanted)
    if old == new:
        return {}
    customer.categories.set(new)
    known = categories.nodes()
    pair = ["、".join(sorted(str(known.get(pk, "")) for pk in keys)) for keys in (old, new)]
    return {"categories": pair}


@transaction.atomic
def set_life_cycle(
    customer: Customer, state: str, *, actor: Any, version: int | None = None
) -> Customer:
    """Move a customer to another stage of its life (S01-21); the same stage changes nothing."""
    if customer.life_cycle == state:
        return customer
    protection.require_unlocked(customer)
    closed = {"closed_at": clock.now()} if state == LifeCycle.CLOSED else {}
    run_transition(
        states.LIFE_CYCLE,
        customer,
        f"to_{state}",
        actor=actor,
        version=version,
        **closed,
    )
    pool_clock.refresh([customer])
    rhythm.refresh([customer.pk])
    return customer


@transaction.atomic
def assign_customer(customer: Customer, owner: Any, *, actor: Any, note: str = "") -> Customer:
    """Give a customer to another owner, or to the pool (D03-15). Contacts follow by themselves.

    Raises NotAllowed without the right to assign this row or to this owner, LimitReached at the
    new owner's cap, InvalidValue for what is locked, or would go into the pool without a reason in
    `note`.
    """
    policies.require(actor, verbs.ASSIGN, customer)
    require_receiver(customer, owner, actor)
    if customer.owner_id == (owner.pk if owner else None):
        raise InvalidValue(_("Assigning failed: this person is the owner already."), field="owner")
    give_one(customer, owner, actor=actor, event="customers.customer.assigned", note=note)
    tell_new_owner(customer, actor)
    return customer


def give_customers(given: Sequence[tuple[Customer, Any, str]], *, actor: Any) -> None:
    """Give customers out of the pool: `(customer, owner, note)`; a few statements an owner.

    Rights and caps have been checked. Raises Stale.
    """
    give_many(Customer, given, actor=actor, event="customers.customer.assigned")
    tell_new_owners([customer for customer, _owner, _note in given], actor)


@transaction.atomic
def tag_customer(
    customer: Customer,
    *,
    add: Iterable[int] = (),
    remove: Iterable[int] = (),
    actor: Any,
) -> Customer:
    """Put tags on a customer and take tags off (D05-1)."""
    policies.require(actor, verbs.CHANGE, customer)
    protection.require_unlocked(customer)
    diff = tagging.retag(customer, add, remove)
    if diff:
        touch(customer)
        record("customers.customer.tagged", customer, actor=actor, changes=diff)
    return customer


@transaction.atomic
def classify_customer(customer: Customer, category: Category, *, actor: Any) -> Customer:
    """Put a customer into a class; within one scheme the new class replaces the old (D05-5)."""
    policies.require(actor, verbs.CHANGE, customer)
    protection.require_unlocked(customer)
    rivals = {item.pk for item in categories.scheme_of(category)}
    present = set(customer.categories.values_list("pk", flat=True))
    diff = _replace_categories(customer, (present - rivals) | {category.pk})
    if diff:
        touch(customer)
        record("customers.customer.classified", customer, actor=actor, changes=diff)
    return customer


@transaction.atomic
def reveal_customer(customer: Customer, *, actor: Any) -> str:
    """Show one masked phone: a click that is recorded (D03-18). Returns the number."""
    policies.require(actor, verbs.REVEAL, customer)
    protection.require_unlocked(customer)
    record("customers.customer.revealed", customer, actor=actor)
    return customer.phone
