"""The two clocks of a session: idle and absolute, kept as stamps in the session itself.

Ending all sessions of a person is `crm.accounts.services.end_sessions`; who may still be logged in
is decided by Django's session hash with every request.
"""

from importlib import import_module

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest

from crm.accounts import loginlog
from crm.accounts.models import LoginRecord
from crm.core import clock

SINCE, SEEN = "crm_since", "crm_seen"
#: Seconds between two writes of the session for activity.
STEP = 60
#: Parts of a page that ask by themselves: not a sign of a person (`contracts.md` 1.19).
POLLED_TARGETS = {"bell", "job-progress", "ticket-wall", "ticket-presence", "desk-side"}


def stamp(request: HttpRequest) -> None:
    """Start both clocks."""
    now = int(clock.now().timestamp())
    request.session[SINCE] = request.session[SEEN] = now


def keep_or_end(request: HttpRequest) -> bool:
    """Move the idle clock on, or end a session whose time is over. True when it was ended."""
    session = request.session
    now = int(clock.now().timestamp())
    since, seen = session.get(SINCE), session.get(SEEN)
    if since is None or seen is None:
        stamp(request)
        return False
    if now - since > settings.SESSION_COOKIE_AGE or now - seen > settings.SESSION_IDLE_SECONDS:
        loginlog.write(request, LoginRecord.Kind.ENDED, user=request.user)
        logout(request)
        return True
    if now - seen >= STEP and not is_polling(request):
        session[SEEN] = now
    return False


def expire() -> None:
    """Remove sessions that are over, those of people who never logged in among them."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()


def is_polling(request: HttpRequest) -> bool:
    """Whether the page asks by itself, without a person."""
    return request.headers.get("HX-Target") in POLLED_TARGETS
