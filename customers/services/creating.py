"""Create customers: one function for the form and for an import of 200 rows at a time."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from crm.access import policies, verbs
from crm.audit.services import Fact, record_many
from crm.core import clock
from crm.core.bulk import Maker, insert_many
from crm.core.errors import NotAllowed
from crm.dictionaries.numbers import take_numbers
from crm.pool import clock as pool_clock
from crm.pool.services.claiming import place_new
from crm.pool.services.limits import check_cap, has_deal
from crm.search import index
from customers import next_contacts, rhythm, rules, searching
from customers.choices import LifeCycle
from customers.drafts import CustomerDraft
from customers.models import Customer
from customers.pooling import CUSTOMERS
from customers.services.distributing import allocate_new
from customers.services.writing import spell_contact, spell_customer, tell_new_owner

_new_tag_link = Maker(Customer.tags.through)
_new_class_link = Maker(Customer.categories.through)


def create_customer(draft: CustomerDraft, *, actor: Any) -> Customer:
    """Create one customer with its contacts (D03-1). Raises ValidationError, NotAllowed."""
    customer = create_customers([draft], actor=actor)[0]
    if rhythm.rules_for(customer):  # nothing can be due that has to go
        rhythm.refresh([customer.pk])
    tell_new_owner(customer, actor)
    return customer


@transaction.atomic(savepoint=False)
def create_customers(drafts: Sequence[CustomerDraft], *, actor: Any) -> list[Customer]:
    """Create many customers in a fixed number of statements, allocated ones too.

    Without an owner a customer goes into the pool, for somebody who may assign (`contracts.md`
    1.5); the rules of allocation take it from there where the draft asks. Contacts, tags, classes,
    search documents and one event per customer are written along.
    Raises LimitReached where an owner would have more than his cap.
    """
    _require_rights(drafts, actor)
    now = clock.now()
    for draft in drafts:
        complete(draft, actor, now)
    customers = [draft.customer for draft in drafts]
    for customer, number in zip(customers, take_numbers("customer", len(drafts)), strict=True):
        customer.number = number
    _require_room(customers, actor)
    pool_clock.stamp(customers)
    insert_many(customers)
    _create_contacts(drafts)
    _link(drafts)
    documents = (searching.document_of(draft.customer, draft.contacts) for draft in drafts)
    index.index_new(searching.LABEL, documents)
    facts = [
        Fact("customers.customer.created", draft.customer, note=draft.note) for draft in drafts
    ]
    record_many(facts, actor=actor)
    contacts = [contact for draft in drafts for contact in draft.contacts]
    next_contacts.plan_new(customers, contacts)
    allocate_new((draft.customer for draft in drafts if draft.by_rules), actor=actor)
    return customers


def _require_rights(drafts: Sequence[CustomerDraft], actor: Any) -> None:
    policies.require(actor, verbs.ADD, Customer)
    reach = policies.policy_for(Customer).reach(actor, verbs.ASSIGN)
    for draft in drafts:
        owner_id = draft.customer.owner_id
        by_rules = owner_id is None and draft.by_rules and reach.covers_others(actor.pk)
        if owner_id != actor.pk and not by_rules and not reach.covers(owner_id):
            raise NotAllowed(
                _("Saving failed: you may not give a customer to this owner."),
                field="owner",
            )


def _require_room(customers: Sequence[Customer], actor: Any) -> None:
    """Raise LimitReached where an owner would have more than his cap (保有量)."""
    coming: dict[int, list[bool]] = defaultdict(list)
    for customer in customers:
        if customer.owner_id is not None:
            coming[customer.owner_id].append(has_deal(CUSTOMERS, customer))
    check_cap(CUSTOMERS, actor, coming)


def complete(draft: CustomerDraft, actor: Any, now: datetime) -> None:
    """Fill what follows from the rest, and check. Raises ValidationError with all problems."""
    customer = draft.customer
    if customer.nature_id is None:
        customer.nature_id = rules.default_nature()
    customer.entered_on = customer.entered_on or clock.company_today()
    customer.created_at = customer.updated_at = now
    customer.created_by_id = actor.pk
    customer.owner_since = now if customer.owner_id else None
    place_new(customer)
    customer.closed_at = now if customer.life_cycle == LifeCycle.CLOSED else None
    problems = rules.customer_problems(customer)
    for place, contact in enumerate(draft.contacts):
        contact.is_primary = place == 0
        contact.created_at = contact.updated_at = now
        contact.created_by_id = actor.pk
        problems += rules.contact_problems(contact)
        spell_contact(contact)
    rules.refuse(problems)
    spell_customer(customer)


def _create_contacts(drafts: Sequence[CustomerDraft]) -> None:
    contacts = []
    for draft in drafts:
        for contact in draft.contacts:
            contact.customer_id = draft.customer.pk
            contacts.append(contact)
    insert_many(contacts)


def _link(drafts: Sequence[CustomerDraft]) -> None:
    tags = [
        _new_tag_link(customer_id=draft.customer.pk, tag_id=pk)
        for draft in drafts
        for pk in dict.fromkeys(draft.tags)
    ]
    classes = [
        _new_class_link(customer_id=draft.customer.pk, category_id=pk)
        for draft in drafts
        for pk in dict.fromkeys(draft.categories)
    ]
    insert_many(tags)
    insert_many(classes)
