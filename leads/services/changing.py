"""Change leads: values, owner, tags, state."""

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
from crm.core.errors import InvalidTransition, InvalidValue
from crm.dictionaries import tagging
from crm.dictionaries.models import Item
from crm.pool import clock as pool_clock
from crm.pool.services.giving import give_many, give_one, require_receiver
from leads import reminding, rules, scoring
from leads.choices import LeadState
from leads.models import Lead
from leads.services.writing import (
    lead_spelling,
    reindex,
    stop_first_contact,
    tell_new_owner,
    tell_new_owners,
)
from leads.states import STATE

#: A change of these must reach the search index.
SEARCHED = {"name", "contact_name", "mobile", "phone", "email"}
#: Set by services of their own.
FORBIDDEN = {"owner", "status", "number", "converted_customer", "abandon_reason", "abandon_note"}


def require_usable(lead: Lead) -> None:
    """Raise InvalidTransition for a converted lead: it is locked (P9)."""
    if lead.status == LeadState.CONVERTED:
        raise InvalidTransition(str(rules.CONVERTED))


@transaction.atomic
def update_lead(
    lead: Lead,
    *,
    changes: dict[str, Any],
    actor: Any,
    version: int | None = None,
    tags: Iterable[int] | None = None,
    note: str = "",
) -> Lead:
    """Change a lead's own values; owner and state have services of their own.

    `version` is what the actor saw. Raises Stale, ValidationError, NotAllowed, InvalidTransition.
    """
    policies.require(actor, verbs.CHANGE, lead)
    require_usable(lead)
    if forbidden := FORBIDDEN & changes.keys():
        raise ValueError(f"update_lead() does not set {sorted(forbidden)}")
    diff = _write(lead, changes, version)
    linked = tagging.replace_tags(lead, tags)
    if linked and not diff:
        touch(lead)
    diff.update(linked)
    if SEARCHED & diff.keys():
        reindex([lead.pk])
    if diff:
        scoring.rescore([lead.pk])
        if "next_contact_at" in diff:
            reminding.replan([lead.pk])
        record("leads.lead.updated", lead, actor=actor, changes=diff, note=note)
    return lead


def _write(lead: Lead, changes: dict[str, Any], version: int | None) -> dict[str, Any]:
    if "name" in changes:
        changes = {**changes, **lead_spelling(changes["name"])}
    if lead.is_incomplete and changes:
        changes = {**changes, "is_incomplete": False}
    probe = copy.copy(lead)
    for name, value in changes.items():
        key = value.pk if isinstance(value, models.Model) else value
        setattr(probe, Lead._meta.get_field(name).attname, key)
    rules.refuse(rules.lead_problems(probe))
    diff = write_changes(lead, changes, version=version)
    hidden = {"name_key", "name_pinyin", "name_initials", "is_incomplete"}
    return {name: pair for name, pair in diff.items() if name not in hidden}


@transaction.atomic
def assign_lead(lead: Lead, owner: Any, *, actor: Any, note: str = "") -> Lead:
    """Give a lead to another owner, or to the pool (D06-7); the first contact is due anew.

    Raises NotAllowed without the right to assign this row or to this owner, LimitReached at the
    new owner's cap, InvalidValue for what is locked, or would go into the pool without a reason in
    `note`.
    """
    policies.require(actor, verbs.ASSIGN, lead)
    require_usable(lead)
    require_receiver(lead, owner, actor)
    if lead.owner_id == (owner.pk if owner else None):
        raise InvalidValue(_("Assigning failed: this person is the owner already."), field="owner")
    give_lead(lead, owner, actor=actor, note=note)
    return lead


def give_lead(lead: Lead, owner: Any, *, actor: Any, note: str = "") -> None:
    """Move a lead to a person, or to the pool; rights have been checked. None is the system."""
    give_one(lead, owner, actor=actor, event="leads.lead.assigned", note=note)
    tell_new_owner(lead, actor)


def give_leads(given: Sequence[tuple[Lead, Any, str]], *, actor: Any) -> None:
    """The same for leads out of the pool: `(lead, owner, note)`; a few statements an owner.

    Raises Stale. None as `actor` is the system.
    """
    give_many(Lead, given, actor=actor, event="leads.lead.assigned")
    tell_new_owners([lead for lead, _owner, _note in given], actor)


@transaction.atomic
def tag_lead(
    lead: Lead, *, add: Iterable[int] = (), remove: Iterable[int] = (), actor: Any
) -> Lead:
    """Put tags on a lead and take tags off."""
    policies.require(actor, verbs.CHANGE, lead)
    require_usable(lead)
    diff = tagging.retag(lead, add, remove)
    if diff:
        touch(lead)
        record("leads.lead.tagged", lead, actor=actor, changes=diff)
    return lead


@transaction.atomic
def abandon_lead(
    lead: Lead, reason: Item | None, note: str, *, actor: Any, version: int | None = None
) -> Lead:
    """Mark a lead as invalid; reason and explanation are needed (D06-6, P7).

    Raises InvalidValue without either, InvalidTransition for a lead that is not in work.
    """
    run_transition(
        STATE,
        lead,
        "abandon",
        actor=actor,
        version=version,
        abandon_reason=reason,
        abandon_note=note.strip(),
        abandoned_at=clock.now(),
        next_contact_at=None,
    )
    stop_first_contact(lead)
    pool_clock.refresh([lead])
    reminding.replan([lead.pk])
    return lead


@transaction.atomic
def reactivate_lead(lead: Lead, *, actor: Any) -> Lead:
    """Take up an abandoned lead again; why it was given up stays in the log."""
    run_transition(
        STATE,
        lead,
        "reactivate",
        actor=actor,
        abandon_reason=None,
        abandon_note="",
        abandoned_at=None,
    )
    pool_clock.refresh([lead])
    reminding.replan([lead.pk])
    return lead


@transaction.atomic
def reveal_lead(lead: Lead, *, actor: Any) -> dict[str, str]:
    """Show a lead's masked contact data: a click that is recorded."""
    policies.require(actor, verbs.REVEAL, lead)
    record("leads.lead.revealed", lead, actor=actor)
    return {"phones": "、".join(lead.numbers), "email": lead.email}
