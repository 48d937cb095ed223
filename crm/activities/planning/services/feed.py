"""The secret address of a person's calendar: made, renewed, revoked, looked up."""

import hashlib
import secrets
from typing import Any

from django.db import transaction

from crm.activities.planning.models_personal import CalendarFeed
from crm.audit.services import record
from crm.core import clock, logs

#: Bytes of chance in a token.
STRENGTH = 32
#: No log line holds a token, whatever writes it.
logs.hide(r"(/calendar/feed/)[^/\s\"']+")


def hash_of(token: str) -> str:
    """What is stored instead of a token; it has too much chance in it to be guessed from this."""
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def renew_feed(*, actor: Any) -> str:
    """Give the actor a new address; an older one ends. Returns the token, for this once."""
    token = secrets.token_urlsafe(STRENGTH)
    CalendarFeed.objects.filter(user=actor).delete()
    CalendarFeed.objects.create(user=actor, token_hash=hash_of(token), created_at=clock.now())
    record("activities.feed.created", actor, actor=actor)
    return token


@transaction.atomic
def revoke_feed(*, actor: Any) -> bool:
    """End the actor's address; False where there was none."""
    removed, _details = CalendarFeed.objects.filter(user=actor).delete()
    if removed:
        record("activities.feed.revoked", actor, actor=actor)
    return bool(removed)


def find_feed(token: str) -> CalendarFeed | None:
    """The feed behind a token, of somebody who may still log in."""
    rows = CalendarFeed.objects.filter(token_hash=hash_of(token), user__is_active=True)
    return rows.select_related("user").first()
