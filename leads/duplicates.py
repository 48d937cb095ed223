"""Duplicate check of leads while typing: among leads, customers and contacts, without leaking.

Records the reader may not see are answered too, with a masked name and the owner (`market` 2.3).
"""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from crm.access import verbs
from crm.core import text
from crm.core.expressions import holds
from customers import duplicates as customers
from customers.duplicates import LIMIT, Typed, masked_name, typed_from
from leads.models import Lead


@dataclass(frozen=True)
class Found:
    """A lead that tells the same, and in what."""

    lead: Lead
    level: str
    reason: str


def same_leads(typed: Typed, *, exclude: int | None = None) -> list[Found]:
    """Usable leads with the same name, phone or e-mail, at most five; the same name first."""
    key = text.name_key(typed.name)
    numbers, emails = list(typed.phones), list(typed.emails)
    condition = Q(name_key=key) if key else Q(pk__in=[])
    condition |= holds("mobile", numbers) | holds("phone", numbers) | holds("email", emails)
    rows = Lead.objects.usable().filter(condition).exclude(pk=exclude)
    found = [_found(row, key) for row in rows.select_related("owner").order_by("pk")[:LIMIT]]
    return sorted(found, key=lambda item: item.level)


def _found(lead: Lead, key: str) -> Found:
    if key and lead.name_key == key:
        return Found(lead, "same", _("Lead with the same name"))
    return Found(lead, "warning", _("Lead with the same phone or e-mail"))


def is_taken(typed: Typed, *, exclude: int | None = None) -> bool:
    """Whether a lead or a customer has the same name already."""
    if customers.is_taken(Typed(name=typed.name)):
        return True
    return any(item.level == "same" for item in same_leads(Typed(name=typed.name), exclude=exclude))


def answer(typed: Typed, user: Any, *, exclude: int | None = None) -> list[dict[str, Any]]:
    """Cards for `components/_duplicates.html`: leads, then customers with their contacts."""
    leads = same_leads(typed, exclude=exclude)
    rows = Lead.objects.filter(pk__in=[item.lead.pk for item in leads])
    visible = set(rows.visible_to(user, verbs.VIEW).values_list("pk", flat=True))
    cards = [_card(item, item.lead.pk in visible) for item in leads]
    return cards + customers.answer(typed, user)


def _card(found: Found, seen: bool) -> dict[str, Any]:
    lead = found.lead
    return {
        "level": found.level,
        "title": lead.name if seen else masked_name(lead.name),
        "reason": found.reason,
        "owner": lead.owner.display_name if lead.owner else _("Unassigned"),
        "meta": f"{lead.number} · {lead.get_status_display()}" if seen else "",
        "url": lead.get_absolute_url() if seen else "",
    }


__all__ = ["Typed", "answer", "is_taken", "masked_name", "same_leads", "typed_from"]
