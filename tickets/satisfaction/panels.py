"""The rating on the page of its ticket: how far the invitation is, and what came back."""

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy

from crm.access import policies, verbs
from crm.web.panels import Panel, register
from tickets.models import Ticket
from tickets.satisfaction.models import InviteState, SurveyInvite, SurveyResponse
from tickets.satisfaction.tables import stars_html


class RatingPanel(Panel):
    """One line for each time the ticket was solved."""

    name = "rating"
    title = gettext_lazy("Satisfaction")
    icon = "star"
    side = "right"
    order = 35
    model = SurveyResponse
    template = "tickets/survey/_panel.html"
    empty = gettext_lazy("The customer is asked when the ticket is solved.")

    def context(self, obj: models.Model, user: Any) -> dict[str, Any]:
        invites = SurveyInvite.objects.filter(ticket=obj).select_related("response", "owner")[:5]
        reach = policies.policy_for(SurveyResponse).reach(user, verbs.VIEW)
        complaints = _complaints(invites, user)
        rows = [_row(invite, complaints, seen=reach.covers(invite.owner_id)) for invite in invites]
        return {"invites": rows, "count": len(rows)}


def _complaints(invites: Iterable[SurveyInvite], user: Any) -> dict[int, Ticket]:
    """What became of low ratings, where the reader sees it."""
    given = [getattr(invite, "response", None) for invite in invites]
    keys = [row.complaint_id for row in given if row is not None and row.complaint_id]
    return Ticket.objects.kept().visible_to(user).in_bulk(keys) if keys else {}


def _row(invite: SurveyInvite, complaints: dict[int, Ticket], *, seen: bool) -> dict[str, Any]:
    given = getattr(invite, "response", None)
    state = InviteState(invite.state)
    return {
        "state": {"text": state.label, "color": InviteState.colors()[state]},
        "reason": invite.get_reason_display(),
        "at": given.submitted_at if given else invite.sent_at or invite.next_at,
        "owner": invite.owner,
        "stars": stars_html(given.score) if given and seen else "",
        "comment": given.comment if given and seen else "",
        "reasons": given.reasons if given and seen else [],
        "complaint": complaints.get(given.complaint_id) if given and seen else None,
    }


register(Ticket, RatingPanel)
