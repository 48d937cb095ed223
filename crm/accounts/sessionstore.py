"""Sessions in the database, read with what else a request needs: see `crm.accounts.opening`."""

from datetime import datetime
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.models import Session
from django.db import OperationalError
from django.db.models import QuerySet

from crm.accounts import opening
from crm.accounts.sessions import SEEN
from crm.core import clock, prepared


class SessionStore(db.SessionStore):
    """Django's own, but for how a session is read, and for a database that is busy."""

    #: What was read, to see what a request has changed.
    stored: dict[str, Any] | None = None

    def save(self, must_create: bool = False) -> None:
        """Store the session. Raises UpdateError for one that is gone, OperationalError.

        Django takes a database that is busy for a session that is gone, and the page for a bad
        request (400). That somebody was active just now is not worth a refused page at all.
        """
        try:
            super().save(must_create)
        except UpdateError as error:
            busy = error.__context__
            if not isinstance(busy, OperationalError):
                raise
            if not self._was_only_seen():
                raise busy from None

    def _was_only_seen(self) -> bool:
        stored, now = self.stored, self._session
        return stored is not None and stored | {SEEN: 0} == now | {SEEN: 0}

    def load(self) -> dict[str, Any]:
        """The values of the session; none where it is unknown or over."""
        opened = opening.ask(self.session_key) if self.session_key else None
        data, expires_at = opened[:2] if opened else self._stored()
        if expires_at is None or expires_at <= clock.now():
            self._session_key = None
            return {}
        values = self.decode(data)
        self.stored = dict(values)
        owner = _owner(values)
        if opened and owner != opened.owner:
            opening.forget(self.session_key, opened.owner)
        elif owner is not None and not opened:
            opening.remember(self.session_key, owner)
        return values

    def _stored(self) -> tuple[str, datetime | None]:
        found = prepared.rows("session", _by_key, self.session_key) if self.session_key else []
        return found[0] if found else ("", None)


def _owner(values: dict[str, Any]) -> int | None:
    """Key of the user who is signed in."""
    key = str(values.get(SESSION_KEY, ""))
    return int(key) if key.isdecimal() else None


def _by_key(key: str) -> QuerySet:
    return Session.objects.filter(session_key=key).values_list("session_data", "expire_date")
