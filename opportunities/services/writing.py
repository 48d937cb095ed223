"""Shared steps of the services: number, spelling, grade, stage log, notices."""

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from crm.access import policies, verbs
from crm.core import clock, pinyin
from crm.core.errors import InvalidValue, NotAllowed
from crm.dictionaries.numbers import take_serials
from crm.notifications.services import notify
from opportunities.choices import Outcome
from opportunities.models import Opportunity, StageChange


def next_number(customer_number: str) -> str:
    """Customer number + `OP` + serial of at least two digits (N2); never given out twice."""
    return f"{customer_number}OP{take_serials(f'OP:{customer_number}'):02d}"


def spelling(name: str) -> str:
    """The sort key of a name."""
    return " ".join(pinyin.company(name).syllables)[:255]


def log_stage(
    opportunity: Opportunity,
    *,
    actor: Any,
    note: str,
    before: tuple[int | None, str, datetime | None],
) -> StageChange:
    """Write one line of the stage log (P6). `before` is stage, outcome and since when."""
    stage_id, outcome, since = before
    now = clock.now()
    seconds = max(0, int((now - since).total_seconds())) if since else None
    change = StageChange(
        opportunity=opportunity,
        from_stage_id=stage_id,
        to_stage_id=opportunity.stage_id,
        from_outcome=outcome,
        to_outcome=opportunity.outcome,
        at=now,
        actor=actor,
        note=note,
        seconds=seconds,
        owner_id=opportunity.owner_id,
    )
    change.save(force_insert=True)
    return change


def standing(opportunity: Opportunity) -> tuple[int, str, datetime]:
    """Where an opportunity stands, for the log of the step that follows."""
    return opportunity.stage_id, Outcome(opportunity.outcome), opportunity.stage_since


def require_receiver(owner: Any, actor: Any) -> None:
    """Raise where this actor may not give an opportunity to this person."""
    if owner is not None and not owner.is_active:
        raise InvalidValue(_("Assigning failed: this account is disabled."), field="owner")
    reach = policies.policy_for(Opportunity).reach(actor, verbs.ASSIGN)
    if not reach.covers(owner.pk if owner else None):
        raise NotAllowed(_("Assigning failed: this person is outside your scope."), field="owner")


def tell_new_owner(opportunity: Opportunity, actor: Any) -> None:
    """Somebody else gave this opportunity to its owner."""
    if opportunity.owner_id is None or actor is None or opportunity.owner_id == actor.pk:
        return
    notify(
        [opportunity.owner],
        "opportunity_assigned",
        title=_("The opportunity “%(name)s” was assigned to you") % {"name": opportunity.name},
        text=_("By %(actor)s") % {"actor": actor.name},
        url=opportunity.get_absolute_url(),
        dedupe_key=f"opportunity-assigned:{opportunity.pk}:{opportunity.version}",
    )


def evaluation_day(opportunity: Opportunity, before: Opportunity | None = None) -> dict[str, date]:
    """Today, where the evaluation is new and nobody said of which day it is (S11-60); else {}."""
    texts = (opportunity.strengths, opportunity.weaknesses)
    known = (before.strengths, before.weaknesses) if before else ("", "")
    if opportunity.evaluated_on or texts == known or not any(texts):
        return {}
    return {"evaluated_on": clock.company_today()}
