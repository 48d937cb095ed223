"""Emptying the outbox: claim a row by compare-and-set, send it, retry with growing pauses.

A crash between the server's yes and our mark leads to one more mail with the same message id.
Not here: what a message looks like (`channels`), who gets it (`services`).
"""

import logging
import time
from datetime import timedelta

from django.db.models import F, Q, QuerySet
from django.utils import translation

from crm.core import clock
from crm.notifications import channels
from crm.notifications.models import Delivery
from crm.notifications.services import language_of

logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 5
#: Pauses after the first to fourth failed attempt.
PAUSES = [timedelta(minutes=minutes) for minutes in (1, 5, 30, 120)]
#: After this time without an answer the claim of a dead worker lapses.
CLAIM = timedelta(seconds=60)
#: One run stays well below the task's time limit (seconds).
RUN_SECONDS = 60
BATCH = 200


def deliver_pending() -> int:
    """Send what is due, for at most a minute; returns how many messages were taken over."""
    end = time.monotonic() + RUN_SECONDS
    sent = 0
    for pk, attempts in list(_due().values_list("pk", "attempts")[:BATCH]):
        if time.monotonic() > end:
            break
        delivery = _claim(pk, attempts)
        if delivery is not None:
            sent += _attempt(delivery)
    return sent


def _due() -> QuerySet[Delivery]:
    states = [Delivery.State.PENDING, Delivery.State.SENDING]
    return Delivery.objects.filter(state__in=states, next_at__lte=clock.now()).order_by("next_at")


def _claim(pk: int, attempts: int) -> Delivery | None:
    """Take a row for one attempt; None where another worker was first or attempts are used up."""
    row = _due().filter(pk=pk, attempts=attempts).order_by()
    if attempts >= MAX_ATTEMPTS:
        row.update(state=Delivery.State.FAILED, error="no answer")
        return None
    moved = row.update(
        state=Delivery.State.SENDING, attempts=F("attempts") + 1, next_at=clock.now() + CLAIM
    )
    return Delivery.objects.select_related("notification__user").get(pk=pk) if moved else None


def _attempt(delivery: Delivery) -> int:
    """Send one claimed row and store how it went; 1 where it was taken over, else 0."""
    user = delivery.notification.user
    try:
        if not user.is_active:
            _store(delivery, state=Delivery.State.FAILED, error="account disabled")
            return 0
        with translation.override(language_of(user)):
            channels.CHANNELS[delivery.channel].send(delivery)
    except Exception as error:  # noqa: BLE001 - a channel fails in any way it likes
        logger.warning("delivery %s failed: %s", delivery.pk, type(error).__name__)
        _failed(delivery, error)
        return 0
    _store(delivery, state=Delivery.State.SENT, sent_at=clock.now(), error="")
    return 1


def _failed(delivery: Delivery, error: Exception) -> None:
    reason = f"{type(error).__name__}: {error}"[:500]
    if delivery.attempts >= MAX_ATTEMPTS:
        _store(delivery, state=Delivery.State.FAILED, error=reason)
        return
    due = clock.now() + PAUSES[delivery.attempts - 1]
    _store(delivery, state=Delivery.State.PENDING, next_at=due, error=reason)


def _store(delivery: Delivery, **fields: object) -> None:
    """Write the outcome unless the claim lapsed and another worker has taken the row."""
    mine = Q(pk=delivery.pk, state=Delivery.State.SENDING, attempts=delivery.attempts)
    Delivery.objects.filter(mine).update(**fields)
