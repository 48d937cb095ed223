"""What a lead learns from follow-ups: first, last and next contact, and that work has begun."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db.models import Q

from crm.activities.models import FollowUp
from crm.activities.subjects import Touch, register
from crm.audit.transitions import run_transition
from crm.core.expressions import holds
from crm.pool import clock as pool_clock
from customers.follow_ups import spelled, write_touch
from leads import reminding, scoring
from leads.choices import LeadState
from leads.models import Lead
from leads.states import STATE


def touch_lead(lead: Lead, touch: Touch) -> None:
    """Set the contacts of a lead; the first follow-up begins the work on it (D06-2, T2)."""
    said = FollowUp.objects.on(lead).kept()
    if lead.status == LeadState.NEW and touch.at is not None and not touch.is_correction:
        _begin(lead, said)
    write_touch(lead, touch, last_contact_summary=touch.summary)
    first = said.order_by("happened_at").values_list("happened_at", flat=True).first()
    counted = {"first_contact_at": first, "follow_up_count": said.count()}
    if lead.status != LeadState.NEW:
        counted["first_contact_due_at"] = None
    Lead.objects.filter(pk=lead.pk).update(**counted)
    scoring.rescore([lead.pk])
    pool_clock.refresh([lead])
    reminding.replan([lead.pk])


def _begin(lead: Lead, said: Any) -> None:
    writer = said.order_by("-pk").select_related("created_by").first()
    if writer is not None and writer.created_by is not None:
        run_transition(STATE, lead, "follow", actor=writer.created_by)


def find_leads(words: Sequence[str], user: Any) -> dict[str, list[int]]:
    """Leads of this user by number, by name or by a phone of theirs, for imports."""
    names, numbers, phones = spelled(words)
    wanted = Q(name_key__in=names) | Q(number__in=numbers)
    wanted |= holds("mobile", phones) | holds("phone", phones)
    rows = Lead.objects.usable().visible_to(user).filter(wanted)
    found: dict[str, set[int]] = defaultdict(set)
    for pk, name, number, *own in rows.values_list("pk", "name_key", "number", "mobile", "phone"):
        for word in filter(None, (names.get(name), numbers.get(number), *map(phones.get, own))):
            found[word].add(pk)
    return {word: sorted(keys) for word, keys in found.items()}


register(Lead, touch=touch_lead, kept=lambda rows: rows.usable(), find=find_leads)
