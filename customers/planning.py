"""Customers in planning: found for tasks and visits, next contacts on the calendar, in the feed."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Q
from django.http import Http404
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.access import policies, verbs
from crm.activities.planning import feeding, layers, reporting
from crm.activities.planning.contacting import entries_of, feed_of
from crm.activities.planning.feeding import Wanted
from crm.activities.planning.ics import FeedEvent
from crm.activities.planning.layers import Ask, Found, Layer
from crm.activities.planning.links import register
from crm.activities.planning.reporting import MOST_LINES, Facts, Stretch
from crm.activities.planning.times import on_day
from customers.models import Contact, Customer
from customers.services.changing import update_customer

LAYER = "next-contacts"


def find_customers(text: str, user: Any, limit: int) -> Iterable[Customer]:
    """Customers by name, pinyin initials or number; without a text those changed last."""
    rows = Customer.objects.visible_to(user).kept()
    if text:
        rows = rows.filter(_named(text) | Q(number__iexact=text))
    return rows.order_by("-updated_at", "-pk")[:limit]


def find_contacts(text: str, user: Any, limit: int) -> Iterable[Contact]:
    """People by name or pinyin initials; without a text those changed last."""
    rows = Contact.objects.visible_to(user).kept().select_related("customer")
    if text:
        rows = rows.filter(_named(text))
    return rows.order_by("-updated_at", "-pk")[:limit]


def _named(text: str) -> Q:
    letters = text.lower().replace(" ", "")
    return Q(name__icontains=text) | Q(name_initials__startswith=letters)


register(Customer, find=find_customers, hint=lambda row: row.number)
register(Contact, find=find_contacts, hint=lambda row: row.customer.name, is_person=True)


# --- next contacts on the calendar and in the feed ----------------------------------------------
def load_next_contacts(ask: Ask) -> Found:
    """Customers by the moment they are to be contacted next."""
    return entries_of(
        ask,
        Customer.objects.visible_to(ask.user).kept(),
        "next_contact_at",
        layer=LAYER,
        url_name="customers:customer_detail",
        movable=bool(policies.can(ask.user, verbs.CHANGE, Customer)),
    )


def move_next_contact(pk: int, day: date, actor: Any) -> date:
    """Contact a customer on another day, at the same time; returns the day before the change."""
    rows = Customer.objects.visible_to(actor, verbs.VIEW).kept()
    customer = rows.filter(pk=pk, next_contact_at__isnull=False).first()
    if customer is None:
        raise Http404
    before = localdate(customer.next_contact_at)
    changes = {"next_contact_at": on_day(customer.next_contact_at, day)}
    update_customer(customer, changes=changes, actor=actor, completes=False)
    return before


def feed_next_contacts(wanted: Wanted) -> Iterable[FeedEvent]:
    """The person's own customers with an agreed next contact."""
    if not policies.can(wanted.user, verbs.VIEW, Customer):
        return
    rows = Customer.objects.visible_to(wanted.user).kept()
    title = _("Contact %(name)s")
    yield from feed_of(wanted, rows, "next_contact_at", kind="next-contact", title=title)


layers.register(
    Layer(
        LAYER,
        gettext_lazy("Next contacts"),
        "orange",
        Customer,
        load_next_contacts,
        move_next_contact,
        order=30,
    )
)
feeding.register(feed_next_contacts)


# --- what a work report fills itself with -------------------------------------------------------
def customers_made(stretch: Stretch) -> Facts:
    """Customers the person created, of those he sees."""
    rows = (
        Customer.objects.visible_to(stretch.user)
        .kept()
        .filter(
            created_by_id=stretch.user.pk, created_at__gte=stretch.start, created_at__lt=stretch.end
        )
    )
    found = list(rows.order_by("created_at", "pk").values_list("name", flat=True)[: MOST_LINES + 1])
    count = rows.count() if len(found) > MOST_LINES else len(found)
    return Facts(count, found[:MOST_LINES])


reporting.register(
    reporting.Source("customers", gettext_lazy("New customers"), customers_made, order=10)
)
