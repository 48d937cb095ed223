"""Demo clocks and ratings: those of the demo tickets, as their history says."""

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from crm.core import clock
from crm.workbench.demo import DemoPart, People, register
from tickets.choices import SOLVED
from tickets.models import SlaClock, SlaNotice, Ticket
from tickets.satisfaction.models import InviteState, SurveyInvite, SurveyResponse
from tickets.sla.calendar import moment, seconds
from tickets.sla.services import refresh_many

#: Score, words and ticked reasons of the solved tickets in turn.
RATINGS: tuple[tuple[int, str, list[str]], ...] = (
    (5, "工程师很专业，半小时就解决了。", ["专业耐心", "一次解决"]),
    (4, "", ["响应及时"]),
    (5, "态度很好，还主动回访。", ["沟通顺畅"]),
    (3, "问题解决了，就是等得有点久。", ["响应慢"]),
    (5, "", ["响应及时", "一次解决"]),
    (4, "比上次快多了。", []),
    (2, "来回打了四个电话才说清楚。", ["多次重复沟通"]),
    (5, "非常满意，给个赞。", ["专业耐心"]),
)


def make(people: People) -> None:
    """Clocks by the aged events, quietly; ratings for what is solved."""
    tickets = list(Ticket.objects.filter(is_demo=True).order_by("pk"))
    refresh_many(tickets)
    _keep_quiet()
    invites = SurveyInvite.objects.filter(is_demo=True, ticket__phase__in=SOLVED)
    for place, invite in enumerate(invites.select_related("ticket").order_by("pk")):
        _rate(invite, *RATINGS[place % len(RATINGS)])


def _keep_quiet() -> None:
    """Nobody is told of what demo tickets missed before the product was started."""
    now = seconds(clock.now())
    waiting = SlaClock.objects.filter(ticket__is_demo=True, next_check_at__lte=clock.now())
    for row in waiting:
        passed = [mark for mark in row.marks if mark[1] <= now]
        SlaNotice.objects.bulk_create(
            SlaNotice(
                clock=row, threshold=mark, passed_at=moment(at), written_at=clock.now(),
                is_skipped=True,
            )
            for mark, at in passed
        )  # fmt: skip
        row.marks = row.marks[len(passed) :]
        row.next_check_at = moment(row.marks[0][1]) if row.marks else None
        row.save(update_fields=["marks", "next_check_at"])


def _rate(invite: SurveyInvite, score: int, comment: str, reasons: list[str]) -> None:
    answered = (invite.ticket.resolved_at or clock.now()) + timedelta(hours=2)
    answered = min(answered, clock.now())
    SurveyInvite.objects.filter(pk=invite.pk).update(
        state=InviteState.ANSWERED, reason="", sent_at=answered - timedelta(hours=1)
    )
    SurveyResponse.objects.create(
        invite=invite, owner_id=invite.owner_id, score=score, comment=comment, reasons=reasons,
        is_solved=score > 2, submitted_at=answered,
    )  # fmt: skip


def count() -> int:
    """Ratings of demo tickets; their invitations are there before them."""
    return SurveyResponse.objects.filter(invite__is_demo=True).count()


def clear(actor: Any) -> int:
    """Remove the invitations with their answers; the clocks go with their tickets."""
    rows = SurveyInvite.objects.filter(is_demo=True)
    removed = rows.count()
    rows.delete()
    return removed


register(DemoPart("ratings", 45, make, count, clear, label=_("Ticket ratings")))
