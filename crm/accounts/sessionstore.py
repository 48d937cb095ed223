"""Sessions in the database, read by a query whose SQL is kept: every page asks for its session."""

from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db.models import QuerySet

from crm.core import clock, prepared


class SessionStore(db.SessionStore):
    """Django's own, but for how a session is read."""

    def load(self) -> dict[str, Any]:
        """The values of the session; none where it is unknown or over."""
        found = prepared.rows("session", _by_key, self.session_key) if self.session_key else []
        if not found or found[0][1] <= clock.now():
            self._session_key = None
            return {}
        return self.decode(found[0][0])


def _by_key(key: str) -> QuerySet:
    return Session.objects.filter(session_key=key).values_list("session_data", "expire_date")
