"""Takes the answer of a customer: one a solution, changeable for a day, low ones followed up."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from crm.accounts import throttle
from crm.accounts.throttle import Limit
from crm.audit.services import record
from crm.core import clock
from crm.core.errors import InvalidValue, LimitReached
from crm.core.text import clean_text
from tickets.models import Ticket
from tickets.satisfaction import low_ratings, tokens
from tickets.satisfaction.models import (
    OPEN,
    SCORES,
    InviteState,
    SurveyInvite,
    SurveyResponse,
)

#: How long an answer may be changed.
CHANGEABLE = timedelta(hours=24)
#: Requests of one network in a quarter of an hour.
NETWORK = Limit(60, restarts=False)


@dataclass(frozen=True)
class Answer:
    """What a customer sends."""

    score: int
    is_solved: bool | None = None
    nps: int | None = None
    reasons: list[str] = field(default_factory=list)
    comment: str = ""


def take_place(ip: str | None) -> None:
    """Count a request before it is looked at. Raises LimitReached (T37)."""
    if not throttle.take(throttle.network_key("survey", ip), NETWORK):
        raise LimitReached(_("Too many requests came in. Please try again later."))


def find(token: str) -> SurveyInvite | None:
    """The invitation whose link works; unknown, expired and used ones are all None."""
    invite = (
        SurveyInvite.objects.select_related("ticket", "template")
        .filter(token_sha256=tokens.hash_of(token))
        .first()
    )
    return invite if invite is not None and _is_open(invite) else None


def _is_open(invite: SurveyInvite) -> bool:
    if invite.ticket.deleted_at is not None:
        return False
    if invite.state == InviteState.ANSWERED:
        given = SurveyResponse.objects.filter(invite=invite).first()
        return given is not None and clock.now() < first_given(given) + CHANGEABLE
    return invite.state in OPEN and (invite.expires_at is None or clock.now() < invite.expires_at)


def first_given(response: SurveyResponse) -> datetime:
    """When the first answer was given; later changes do not move the day."""
    if not response.history:
        return response.submitted_at
    return datetime.fromisoformat(response.history[0]["at"])


def given(invite: SurveyInvite) -> SurveyResponse | None:
    """What was answered so far."""
    return SurveyResponse.objects.filter(invite=invite).first()


def shown(ticket: Ticket) -> dict[str, str]:
    """What strangers with the link may read: the end of the number, and the subject."""
    return {"number": ticket.number[-4:], "title": ticket.title}


@transaction.atomic
def submit(invite: SurveyInvite, answer: Answer) -> SurveyResponse:
    """Store or change the answer. Raises InvalidValue where the link does not work any more."""
    Ticket.objects.select_for_update(of=("self",)).get(pk=invite.ticket_id)
    invite = SurveyInvite.objects.select_related("ticket", "template").get(pk=invite.pk)
    if not _is_open(invite):
        raise InvalidValue(_("Sending failed: this link does not work any more."))
    if answer.score not in SCORES:
        raise InvalidValue(_("Sending failed: choose one to five stars."), field="score")
    response = SurveyResponse.objects.filter(invite=invite).first()
    if response is None:
        response = SurveyResponse(invite=invite, owner_id=invite.owner_id)
    else:
        response.history = [*response.history, _kept(response)]
        response.edit_count += 1
    _fill(response, invite, answer)
    response.full_clean(exclude=["invite", "owner"])
    response.save()
    SurveyInvite.objects.filter(pk=invite.pk).update(state=InviteState.ANSWERED)
    _record(invite, response)
    low_ratings.follow_up(invite, response)
    return response


def _kept(response: SurveyResponse) -> dict[str, Any]:
    return {
        "score": response.score, "is_solved": response.is_solved, "nps": response.nps,
        "reasons": response.reasons, "comment": response.comment,
        "at": response.submitted_at.isoformat(),
    }  # fmt: skip


def _fill(response: SurveyResponse, invite: SurveyInvite, answer: Answer) -> None:
    known = invite.template.reasons_of(answer.score)
    response.score = answer.score
    response.is_solved = answer.is_solved if invite.template.asks_solved else None
    response.nps = answer.nps if invite.template.asks_nps else None
    response.reasons = [reason for reason in known if reason in answer.reasons]
    response.comment = clean_text(answer.comment[:1000], multiline=True).value or ""
    response.submitted_at = clock.now()


def _record(invite: SurveyInvite, response: SurveyResponse) -> None:
    """What was said belongs to the rating, which fewer people see than the ticket."""
    ticket = invite.ticket
    record(
        "tickets.survey.answered",
        response,
        actor=None,
        changes={"score": [None, response.score]},
        note=response.comment[:200],
        about=[ticket, *([ticket.customer] if ticket.customer_id else [])],
        label=f"{ticket.number} {ticket.title}",
    )
