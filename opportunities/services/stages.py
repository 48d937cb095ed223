"""Move, win, lose, close and reopen opportunities: the one way for every entry point.

Form, board, bulk and import call these; each asks the right, the state, the checklist and the
note (P4 … P6, P8), writes the stage log and one event on the opportunity and its customer.
"""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils.translation import gettext as _

from crm.access import policies, verbs
from crm.audit.models import Event
from crm.audit.transitions import run_transition
from crm.core import clock
from crm.core.errors import InvalidValue
from crm.dictionaries import lookups
from crm.pool import clock as pool_clock
from customers.services import life_cycle
from opportunities import checklist, grading, next_contacts, pipelines, states
from opportunities.choices import RIVAL_WON, STAGE_CHANGED
from opportunities.models import Competitor, Opportunity, Stage, StageChange
from opportunities.services.changing import write_checked
from opportunities.services.writing import log_stage, standing

#: The note is the event's own, the instants are its time.
UNLOGGED = ("progress_note", "stage_since", "closed_at")
#: So long a move can be taken back with one click.
UNDO_TIME = timedelta(minutes=15)


@transaction.atomic
def move_stage(
    opportunity: Opportunity,
    stage: Stage,
    *,
    note: str,
    actor: Any,
    version: int | None = None,
    values: dict[str, Any] | None = None,
    probability: int | None = None,
) -> Opportunity:
    """Bring an opportunity to another stage with a note on the progress (D07-3, P6).

    `values` are fields the checklist asks for, filled along. Raises InvalidValue for what is
    missing, all of it at once, InvalidTransition for a closed opportunity, Stale, NotAllowed.
    """
    target = _target(opportunity, stage)
    before = standing(opportunity)
    policies.require(actor, verbs.CHANGE, opportunity)
    checklist.require(checklist.missing(opportunity, target, values), note=note)
    if values:
        write_checked(opportunity, values, version)
        version = None
    run_transition(
        states.OUTCOME,
        opportunity,
        states.MOVE,
        actor=actor,
        version=version,
        about=[opportunity.customer],
        unlogged=UNLOGGED,
        note=note,
        stage=pipelines.stage_row(target.pk),
        stage_since=clock.now(),
        probability=target.probability if probability is None else probability,
        progress_note=note,
    )
    write_checked(opportunity, {})
    log_stage(opportunity, actor=actor, note=note, before=before)
    return opportunity


@transaction.atomic
def undo_move(opportunity: Opportunity, *, actor: Any) -> Opportunity:
    """Take back one's own last move within a quarter of an hour; both stand in the stage log.

    Raises InvalidValue where the last step was another one, somebody else's, or too long ago.
    """
    policies.require(actor, verbs.CHANGE, opportunity)
    last = StageChange.objects.filter(opportunity=opportunity).first()
    moved = last is not None and last.from_outcome == last.to_outcome == opportunity.outcome
    if not moved or last.actor_id != actor.pk or clock.now() - last.at > UNDO_TIME:
        raise InvalidValue(_("Undoing failed: the last step cannot be taken back any more."))
    before = standing(opportunity)
    note = _("Taken back")
    step = pipelines.step_of(last.from_stage_id)
    probability = _probability_before(opportunity)
    run_transition(
        states.OUTCOME,
        opportunity,
        states.MOVE,
        actor=actor,
        about=[opportunity.customer],
        unlogged=UNLOGGED,
        note=note,
        stage=pipelines.stage_row(step.pk),
        stage_since=last.at - timedelta(seconds=last.seconds or 0),
        probability=probability,
        progress_note=note,
    )
    write_checked(opportunity, {})
    log_stage(opportunity, actor=actor, note=note, before=before)
    return opportunity


def _probability_before(opportunity: Opportunity) -> int:
    """What somebody had thought of the chances before the last move, as its event tells."""
    kind = ContentType.objects.get_for_model(Opportunity)
    moves = Event.objects.filter(subject_type=kind, subject_id=opportunity.pk, code=STAGE_CHANGED)
    changes = moves.order_by("-id").values_list("changes", flat=True).first() or {}
    old, _new = changes.get("probability", (opportunity.probability, None))
    return int(old)


def _target(opportunity: Opportunity, stage: Stage) -> pipelines.Step:
    target = pipelines.step(stage.pk)
    if target is None or not target.is_active or target.pipeline_id != opportunity.pipeline_id:
        raise InvalidValue(
            _("Changing the stage failed: this stage does not belong to the pipeline."),
            field="stage",
        )
    if target.pk == opportunity.stage_id:
        raise InvalidValue(
            _("Changing the stage failed: the opportunity stands in this stage already."),
            field="stage",
        )
    return target


@transaction.atomic
def win(
    opportunity: Opportunity,
    *,
    actual_amount: Decimal | None,
    contract_number: str,
    deal_on: date | None = None,
    note: str = "",
    actor: Any,
    version: int | None = None,
) -> Opportunity:
    """Mark an opportunity as won: actual amount and contract number are a must (P4, S11-28).

    The deal date is today unless given. The customer becomes a closed one.
    """
    before = standing(opportunity)
    _check_deal(actual_amount, deal_on)
    policies.require(actor, verbs.CHANGE, opportunity)
    checklist.require(checklist.missing(opportunity, None), checklist.WINNING)
    run_transition(
        states.OUTCOME,
        opportunity,
        states.WIN,
        actor=actor,
        version=version,
        about=[opportunity.customer],
        unlogged=UNLOGGED,
        note=note,
        actual_amount=actual_amount,
        contract_number=contract_number.strip(),
        deal_on=deal_on or clock.company_today(),
        closed_at=clock.now(),
        probability=100,
    )
    log_stage(opportunity, actor=actor, note=note, before=before)
    life_cycle.after_deal(opportunity.customer, actor=actor, cause=opportunity.number)
    pool_clock.refresh([opportunity.customer])
    next_contacts.replan([opportunity.pk])
    return opportunity


def _check_deal(amount: Decimal | None, day: date | None) -> None:
    """Raise InvalidValue for a deal without money, or one that is still to come."""
    if amount is not None and amount <= 0:
        raise InvalidValue(
            _("Marking as won failed: the actual amount must be more than 0."),
            field="actual_amount",
        )
    if day is not None and day > clock.company_today():
        raise InvalidValue(
            _("Marking as won failed: the deal date must not be in the future."), field="deal_on"
        )


@transaction.atomic
def lose(
    opportunity: Opportunity,
    *,
    reason: Any,
    competitor: Competitor | None = None,
    note: str = "",
    actor: Any,
    version: int | None = None,
) -> Opportunity:
    """Mark an opportunity as lost: a reason is a must (P5), and who won it where one did."""
    if competitor is None and _names_rival(reason):
        raise InvalidValue(
            _("Marking as lost failed: say which competitor the customer has chosen."),
            field="competitor",
        )
    return _end(opportunity, states.LOSE, reason, actor, version, note, lost_to=competitor)


def _names_rival(reason: Any) -> bool:
    """Whether the reason, an item or its key, says that a competitor won."""
    item = lookups.item(reason) if isinstance(reason, int) else reason
    return item is not None and item.code == RIVAL_WON


@transaction.atomic
def close_invalid(
    opportunity: Opportunity,
    *,
    reason: Any,
    note: str = "",
    actor: Any,
    version: int | None = None,
) -> Opportunity:
    """Close an opportunity that is none, with a reason (P8, S11-47)."""
    return _end(opportunity, states.CLOSE, reason, actor, version, note)


def _end(
    opportunity: Opportunity,
    step: str,
    reason: Any,
    actor: Any,
    version: int | None,
    note: str,
    **data: Any,
) -> Opportunity:
    before = standing(opportunity)
    run_transition(
        states.OUTCOME,
        opportunity,
        step,
        actor=actor,
        version=version,
        about=[opportunity.customer],
        unlogged=UNLOGGED,
        note=note,
        closing_reason=reason,
        closed_at=clock.now(),
        probability=0,
        **data,
    )
    log_stage(opportunity, actor=actor, note=note, before=before)
    pool_clock.refresh([opportunity.customer])
    next_contacts.replan([opportunity.pk])
    return opportunity


@transaction.atomic
def reopen(
    opportunity: Opportunity, *, note: str, actor: Any, version: int | None = None
) -> Opportunity:
    """Take an ended opportunity up again, with a reason; it stands in its last stage."""
    if not note.strip():
        raise InvalidValue(_("Reopening failed: the reason is missing."), field="note")
    before = standing(opportunity)
    step = pipelines.step_of(opportunity.stage_id)
    run_transition(
        states.OUTCOME,
        opportunity,
        states.REOPEN,
        actor=actor,
        version=version,
        about=[opportunity.customer],
        unlogged=UNLOGGED,
        note=note,
        progress_note=note,
        closed_at=None,
        actual_amount=None,
        contract_number="",
        deal_on=None,
        closing_reason=None,
        lost_to=None,
        stage_since=clock.now(),
        probability=step.probability,
        grade=grading.grade_at(opportunity, step.probability),
    )
    log_stage(opportunity, actor=actor, note=note, before=before)
    pool_clock.refresh([opportunity.customer])
    next_contacts.replan([opportunity.pk])
    return opportunity
