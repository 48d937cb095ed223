"""Shared steps of the services: spell names, index for search, deadlines, tell the owner."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from crm.core import pinyin, text
from crm.dictionaries import settings
from crm.notifications.services import Notice, notify_each
from crm.search import index
from leads import searching
from leads.models import Lead
from leads.parameters import FIRST_CONTACT


def spell_lead(lead: Lead) -> None:
    """Set the columns that follow from the name."""
    lead.name_key = text.name_key(lead.name)[:120]
    spelled = pinyin.company(lead.name)
    lead.name_pinyin = " ".join(spelled.syllables)[:255]
    lead.name_initials = spelled.initials[:120]


def lead_spelling(name: str) -> dict[str, str]:
    """The columns that follow from a new name."""
    probe = Lead(name=name)
    spell_lead(probe)
    return {key: getattr(probe, key) for key in ("name_key", "name_pinyin", "name_initials")}


def first_contact_due(start: datetime) -> datetime:
    """By when somebody must have talked to a lead that came in at `start` (T2)."""
    return start + timedelta(hours=int(settings.get(FIRST_CONTACT)))


def stop_first_contact(lead: Lead) -> None:
    """Nobody waits for the first contact any more: no countdown, no place in that order."""
    lead.first_contact_due_at = None
    Lead.objects.filter(pk=lead.pk).update(first_contact_due_at=None)


def reindex(ids: Iterable[int]) -> None:
    """Bring the search documents of these leads up to date, in this transaction."""
    index.index(searching.LABEL, list(ids))


def tell_new_owner(lead: Lead, actor: Any) -> None:
    """Somebody else, or a rule, gave this lead to its owner."""
    tell_new_owners([lead], actor)


def tell_new_owners(leads: Iterable[Lead], actor: Any) -> None:
    """The same of many leads, in a fixed number of statements."""
    by = actor.name if actor is not None else _("the allocation rules")
    notices = [
        Notice(
            lead.owner,
            _("The lead “%(name)s” was assigned to you") % {"name": lead.name},
            f"lead-assigned:{lead.pk}:{lead.version}",
            _("By %(actor)s") % {"actor": by},
            lead.get_absolute_url(),
        )
        for lead in leads
        if lead.owner_id is not None and (actor is None or lead.owner_id != actor.pk)
    ]
    notify_each("lead_assigned", notices)
