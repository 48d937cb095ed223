"""What opportunities learn from follow-ups, and the picker that links a follow-up to one."""

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.access import policies, verbs
from crm.activities import related, timeline
from crm.activities.subjects import Touch, joined, register
from crm.web.navigation import address
from customers.follow_ups import by_joint, write_touch
from customers.models import Contact, Customer
from opportunities import next_contacts
from opportunities.models import Opportunity


def touch_opportunity(opportunity: Opportunity, touch: Touch) -> None:
    """Set last contact, summary and next contact of an opportunity (`market` 2.8)."""
    write_touch(opportunity, touch, last_contact_summary=touch.summary)
    next_contacts.replan([opportunity.pk])


def opportunities_of(subject: Any) -> "models.QuerySet | None":
    """The open opportunities of a customer, or of the customer of a contact."""
    if not isinstance(subject, Customer | Contact):
        return None
    customer = subject.pk if isinstance(subject, Customer) else subject.customer_id
    return Opportunity.objects.open().filter(customer=customer).order_by("-updated_at", "-pk")


def find_opportunities(words: Sequence[str], user: Any) -> dict[str, list[int]]:
    """Opportunities of this user that are named with their customer, as exports name them."""
    pairs = joined(words)
    if not pairs:
        return {}
    rows = Opportunity.objects.kept().visible_to(user)
    rows = rows.filter(name__in={name for name, _customer in pairs.values()})
    return by_joint(pairs, rows.values_list("pk", "name", "customer__name"))


def _matching(rows: models.QuerySet, text: str) -> models.QuerySet:
    return rows.filter(Q(name__icontains=text) | Q(number__icontains=text))


def new_opportunity(user: Any) -> Callable[[Any], list[dict[str, Any]]]:
    """A need that comes up in a follow-up on a customer becomes an opportunity (E2, S11-50)."""
    may, label = bool(policies.can(user, verbs.ADD, Opportunity)), _("New opportunity")
    kind = ContentType.objects.get_for_model(Customer).pk
    place = address("opportunities:opportunity_add")

    def actions(row: Any) -> list[dict[str, Any]]:
        if not may or row.subject_type_id != kind:
            return []
        return [{"label": label, "url": f"{place}?customer={row.subject_id}&follow_up={row.pk}"}]

    return actions


timeline.FURTHER.append(new_opportunity)
register(
    Opportunity,
    touch=touch_opportunity,
    parent=lambda opportunity: opportunity.customer,
    kept=lambda rows: rows.kept(),
    find=find_opportunities,
)
related.register(
    "opportunity",
    _("Opportunity"),
    Opportunity,
    of=opportunities_of,
    matching=_matching,
    hint=lambda opportunity: opportunity.number,
    order=20,
)
