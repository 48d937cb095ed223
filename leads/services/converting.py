"""Conversion: a lead becomes customer, contact and perhaps opportunity (D06-4, P9, P10, E6)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from crm.access import policies, verbs
from crm.activities.models import FollowUp
from crm.activities.services import carry_over
from crm.audit.services import record
from crm.audit.transitions import run_transition
from crm.core import clock
from crm.core.changes import write_changes
from crm.core.errors import InvalidTransition, InvalidValue, NotAllowed
from crm.pool import clock as pool_clock
from crm.search import index
from customers import next_contacts, rhythm
from customers.drafts import CustomerDraft
from customers.models import Contact, Customer
from customers.rules import is_enterprise
from customers.services.contacts import create_contact
from customers.services.creating import create_customer
from customers.services.life_cycle import after_follow_up
from leads import reminding, searching
from leads.choices import OPEN_STATES
from leads.models import Lead
from leads.services.writing import stop_first_contact
from leads.states import STATE
from opportunities.models import Opportunity
from opportunities.services.creating import create_opportunity

#: Columns a customer takes over as they are.
SAME = ("name", "source_id", "region_id", "address", "remarks", "next_contact_at", "is_demo")


@dataclass
class Wish:
    """What the dialog asks for: a customer to link to or a new one, with an opportunity or not."""

    customer: Customer | None = None
    nature_id: int | None = None
    #: Name of the opportunity to create along; "" for none.
    opportunity: str = ""
    version: int | None = None


@transaction.atomic
def convert_lead(lead: Lead, wish: Wish, *, actor: Any) -> Lead:
    """Make customer, contact and opportunity of a lead, carry its history along and lock it.

    Owner and customer name are the lead's. The state moves by one UPDATE on the version that was
    read, so of two conversions at once one rolls back with all it made. Raises InvalidTransition
    for a lead that was converted before, InvalidValue without an owner, NotAllowed, Stale.
    """
    policies.require(actor, verbs.CHANGE, lead)
    _require_open(lead)
    agreed = lead.next_contact_at
    customer = wish.customer or _new_customer(lead, wish, actor)
    if wish.customer is not None:
        _require_reachable(customer, actor)
    contact = _contact(lead, customer, actor, is_new=wish.customer is None)
    opportunity = _opportunity(lead, wish, customer, contact, actor)
    run_transition(
        STATE,
        lead,
        "convert",
        actor=actor,
        version=wish.version,
        converted_at=clock.now(),
        converted_by=actor,
        converted_customer=customer,
        converted_contact=contact,
        converted_opportunity=opportunity,
        next_contact_at=None,
    )
    index.remove(searching.LABEL, [lead.pk])
    pool_clock.refresh([lead])
    stop_first_contact(lead)
    reminding.forget(lead)
    attitude = _first_attitude(lead)
    is_first = not FollowUp.objects.under(customer).kept().exists()
    carry_over(lead, customer, actor=actor)
    customer.refresh_from_db()
    after_follow_up(customer, actor=actor, attitude=attitude, is_first=is_first)
    if wish.customer is not None and agreed is not None:
        _keep_agreed(customer, agreed, actor)
    record("leads.lead.became_customer", customer, actor=actor, label=lead.number)
    return lead


def _keep_agreed(customer: Customer, agreed: datetime, actor: Any) -> None:
    """Contact a customer who was there already as agreed, where nothing earlier is planned."""
    now, planned = clock.now(), customer.next_contact_at
    if agreed <= now or (planned is not None and now <= planned <= agreed):
        return
    diff = write_changes(customer, {"next_contact_at": agreed})
    next_contacts.replan_customers([customer.pk])
    rhythm.refresh([customer.pk])
    record("customers.customer.updated", customer, actor=actor, changes=diff)


def _first_attitude(lead: Lead) -> str:
    """How the lead took the first contact: the rule P2 counts it for the customer too."""
    said = FollowUp.objects.on(lead).kept().order_by("happened_at", "pk")
    return said.values_list("attitude", flat=True).first() or ""


def _opportunity(
    lead: Lead, wish: Wish, customer: Customer, contact: Contact, actor: Any
) -> Opportunity | None:
    if not wish.opportunity:
        return None
    made = Opportunity(
        name=wish.opportunity,
        customer=customer,
        contact=contact,
        owner_id=lead.owner_id,
        source_id=lead.source_id,
        need=need_of(lead),
        is_demo=lead.is_demo,
    )
    note = _("From lead %(number)s") % {"number": lead.number}
    return create_opportunity(made, actor=actor, note=note)


def _require_open(lead: Lead) -> None:
    if lead.status not in OPEN_STATES:
        raise InvalidTransition(
            _("Conversion failed: the lead is “%(state)s” already.")
            % {"state": lead.get_status_display()}
        )
    if lead.owner_id is None:
        raise InvalidValue(_("Conversion failed: the lead has no owner. Please assign it first."))


def _require_reachable(customer: Customer, actor: Any) -> None:
    rows = Customer.objects.kept().visible_to(actor).filter(pk=customer.pk)
    if not rows.exists():
        raise NotAllowed(
            _("Conversion failed: the customer is deleted or outside your scope."), field="target"
        )


def _new_customer(lead: Lead, wish: Wish, actor: Any) -> Customer:
    values = {name: getattr(lead, name) for name in SAME}
    company = is_enterprise(wish.nature_id)
    customer = Customer(
        **values,
        owner_id=lead.owner_id,
        nature_id=wish.nature_id,
        industry_id=lead.industry_id if company else None,
        phone=lead.phone,
        need=need_of(lead),
    )
    tags = list(lead.tags.values_list("pk", flat=True))
    note = _("From lead %(number)s") % {"number": lead.number}
    draft = CustomerDraft(customer, [_unsaved_contact(lead)], tags, note=note)
    return create_customer(draft, actor=actor)


def need_of(lead: Lead) -> str:
    """Need summary and pain points in one text."""
    pain = _("Pain points: %(text)s") % {"text": lead.pain_points} if lead.pain_points else ""
    limit = Customer._meta.get_field("need").max_length
    return "\n".join(filter(None, [lead.need, pain]))[:limit]


def _unsaved_contact(lead: Lead) -> Contact:
    return Contact(
        name=(lead.contact_name or lead.name)[:60],
        position=lead.position,
        mobile=lead.mobile,
        phone=lead.phone,
        email=lead.email,
        wechat=lead.wechat,
    )


def _contact(lead: Lead, customer: Customer, actor: Any, *, is_new: bool) -> Contact:
    """The contact made with the customer; at an existing one the same person, or a new one."""
    people = Contact.objects.filter(customer=customer, deleted_at__isnull=True)
    if is_new:
        return people.get()
    wanted = _unsaved_contact(lead)
    known = people.filter(name=wanted.name).first()
    if known is None and lead.mobile:
        known = people.filter(mobile=lead.mobile).first()
    if known is not None:
        return known
    wanted.customer = customer
    return create_contact(wanted, actor=actor)
