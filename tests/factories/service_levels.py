"""Clocks and ratings of a ticket, written past the services, for gates that need many."""

from datetime import timedelta

from crm.core import clock
from tickets.models import SlaClock, SurveyInvite, SurveyResponse, SurveyTemplate, Ticket
from tickets.satisfaction import tokens


def make_late_clock(ticket: Ticket) -> SlaClock:
    """The first answer, an hour overdue."""
    now = clock.now()
    return SlaClock.objects.create(
        ticket=ticket, kind="first_response", cycle=9, state="breached", policy_version=1,
        calendar_version=1, target=3600, started_at=now - timedelta(hours=2),
        due_at=now - timedelta(hours=1), breach_at=now - timedelta(hours=1), elapsed=7200,
        wall=7200,
    )  # fmt: skip


def make_rating(ticket: Ticket, score: int = 5) -> SurveyResponse:
    """What the customer said of the present handler."""
    template, _made = SurveyTemplate.objects.get_or_create(
        title="服务满意度评价", defaults={"created_at": clock.now()}
    )
    nonce = tokens.new_nonce()
    invite = SurveyInvite.objects.create(
        ticket=ticket, cycle=9, template=template, owner=ticket.owner, nonce=nonce,
        token_sha256=tokens.hash_of(tokens.token_of(nonce)), state="answered",
        planned_at=clock.now(), sent_at=clock.now(),
    )  # fmt: skip
    return SurveyResponse.objects.create(
        invite=invite, owner=ticket.owner, score=score, submitted_at=clock.now(),
        reasons=["专业耐心"],
    )  # fmt: skip
