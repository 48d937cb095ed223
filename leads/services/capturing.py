"""What a visitor sends through a public form: a new lead, or a note on the one we have."""

import hashlib
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from crm.accounts import throttle
from crm.accounts.models import User
from crm.accounts.throttle import Limit
from crm.audit.services import record
from crm.core.errors import LimitReached
from crm.notifications.services import notify
from crm.pool import rules
from crm.web.navigation import address
from customers.duplicates import Typed
from leads import duplicates
from leads.choices import Target
from leads.drafts import LeadDraft
from leads.models import Lead, WebForm
from leads.services.allocating import choose
from leads.services.creating import create_lead

#: Messages in a quarter of an hour: of one network, and through one form.
NETWORK = Limit(20, restarts=False)
FORM = Limit(200, restarts=False)


def take_place(form: WebForm, ip: str | None) -> None:
    """Count a message before it is looked at. Raises LimitReached (T37)."""
    own = throttle.take(throttle.network_key("web-form", ip), NETWORK)
    if not own or not throttle.take(f"web-form:{form.pk}", FORM):
        raise LimitReached(_("Sending failed: too many messages came in. Please try again later."))


@transaction.atomic
def capture(form: WebForm, lead: Lead, *, nonce: str) -> Lead | None:
    """Store what a visitor sent (S11-43); nobody acts, the system does.

    A usable lead with the same number or address gets a note instead of a second lead; the visitor
    is told the same. The same page sent twice is stored once. Returns the lead; None for a repeat.
    """
    digest = hashlib.sha256(f"{form.pk}:{nonce}".encode()).hexdigest()[:40]
    if not throttle.take(f"web-form-once:{digest}", throttle.ONCE):
        return None
    typed = Typed(phones=tuple(lead.numbers), emails=(lead.email,) if lead.email else ())
    for found in duplicates.same_leads(typed):
        if (known := _held(found.lead)) is not None:
            return _note(known, lead, digest)
    lead.web_form, lead.source_id = form, form.source_id
    reason = _("Public form “%(title)s”") % {"title": form.title}
    lead.owner, why = _owner(form, lead)
    note = " · ".join(filter(None, [reason, why]))
    return create_lead(LeadDraft(lead, note=note), actor=None)


def _owner(form: WebForm, lead: Lead) -> tuple[Any, str]:
    """Who gets it, and by which rule."""
    if form.target == Target.NOBODY:
        return None, ""
    if form.target == Target.RULES and (choice := choose(lead)) is not None:
        return choice.owner, choice.reason
    owner = form.owner
    return (owner if owner is not None and owner.is_active else None), ""


def _held(lead: Lead) -> Lead | None:
    """The lead as it is by now, kept so; None where it was converted or deleted meanwhile."""
    return Lead.objects.usable().select_for_update(of=("self",)).filter(pk=lead.pk).first()


def _note(known: Lead, sent: Lead, digest: str) -> Lead:
    """Put the new words on the lead we have, and tell its owner, or who runs its pool."""
    note = "\n".join(filter(None, [sent.need, sent.source_page]))
    record("leads.lead.enquired", known, actor=None, note=note[:1000])
    url = (
        known.get_absolute_url() if known.owner_id else address("leads:lead_pool_detail", known.pk)
    )
    notify(
        [known.owner] if known.owner_id else _keepers(known),
        "lead_enquired",
        title=_("“%(name)s” asked again") % {"name": known.name},
        text=sent.need[:200],
        url=url,
        dedupe_key=f"lead-enquired:{known.pk}:{digest}",
    )
    return known


def _keepers(lead: Lead) -> list[User]:
    """The administrators of the pool that a lead stands in."""
    pool = rules.pool(lead.pool_id)
    return list(User.objects.filter(pk__in=pool.administrators)) if pool else []
