"""Receipts of providers: whether an invitation reached its phone (`service.md` 8.4, 8.7).

Adapters call `receive` for what their provider reports; late receipts count for seven days.
"""

from datetime import timedelta

from crm.core import clock
from tickets.satisfaction.models import InviteState, SurveyInvite

LATEST = timedelta(days=7)


def receive(channel: str, reference: str, *, arrived: bool, reason: str = "") -> bool:
    """Keep what became of a message; True where it changed something.

    Receipts come in any order and more than once: an answered or delivered invitation stays so.
    """
    if not reference:
        return False
    now = clock.now()
    rows = SurveyInvite.objects.filter(
        channel=channel, reference=reference, state=InviteState.SENT, sent_at__gte=now - LATEST
    )
    if arrived:
        return bool(rows.update(state=InviteState.DELIVERED, delivered_at=now))
    return bool(rows.update(state=InviteState.FAILED, error=reason[:200]))
