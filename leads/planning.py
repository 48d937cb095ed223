"""Leads on the calendar and in its feed: first contacts due, and next contacts agreed."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.access import policies, verbs
from crm.activities.planning import feeding, layers
from crm.activities.planning.contacting import entries_of, feed_of
from crm.activities.planning.feeding import Wanted
from crm.activities.planning.ics import FeedEvent
from crm.activities.planning.layers import Ask, Found, Layer
from crm.activities.planning.times import on_day
from leads.choices import LeadState
from leads.models import Lead
from leads.services.changing import update_lead

FIRST, NEXT = "first-contacts", "lead-contacts"


def _waiting(user: Any) -> QuerySet:
    """Leads nobody has talked to yet (T2)."""
    return Lead.objects.visible_to(user).usable().filter(status=LeadState.NEW)


def _usable(user: Any) -> QuerySet:
    return Lead.objects.visible_to(user).usable()


def _loader(layer: str, column: str, rows_of: Callable[[Any], QuerySet]) -> Callable[[Ask], Found]:
    """A layer of leads by one column of theirs; only what somebody agreed on can be moved."""

    def load(ask: Ask) -> Found:
        movable = layer == NEXT and bool(policies.can(ask.user, verbs.CHANGE, Lead))
        return entries_of(
            ask, rows_of(ask.user), column,
            layer=layer, url_name="leads:lead_detail", movable=movable,
        )  # fmt: skip

    return load


def move_next_contact(pk: int, day: date, actor: Any) -> date:
    """Contact a lead on another day, at the same time; returns the day before the change."""
    lead = _usable(actor).filter(pk=pk, next_contact_at__isnull=False).first()
    if lead is None:
        raise Http404
    before = localdate(lead.next_contact_at)
    changes = {"next_contact_at": on_day(lead.next_contact_at, day)}
    update_lead(lead, changes=changes, actor=actor)
    return before


def feed_leads(wanted: Wanted) -> Iterable[FeedEvent]:
    """The person's own leads: first contacts that are due, next contacts that were agreed."""
    if not policies.can(wanted.user, verbs.VIEW, Lead):
        return
    kinds = (
        (FIRST, "first_contact_due_at", _waiting, _("First contact with %(name)s")),
        (NEXT, "next_contact_at", _usable, _("Contact %(name)s")),
    )
    for kind, column, rows_of, title in kinds:
        yield from feed_of(wanted, rows_of(wanted.user), column, kind=kind, title=title)


layers.register(
    Layer(
        FIRST,
        gettext_lazy("First contacts of leads"),
        "red",
        Lead,
        _loader(FIRST, "first_contact_due_at", _waiting),
        order=32,
    )
)
layers.register(
    Layer(
        NEXT,
        gettext_lazy("Next contacts of leads"),
        "purple",
        Lead,
        _loader(NEXT, "next_contact_at", _usable),
        move_next_contact,
        order=34,
    )
)
feeding.register(feed_leads)
