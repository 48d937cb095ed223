"""Small cookies of the log-in page: the known device, the remembered user name.

A known device is a browser from which the account was logged in before. It is counted apart, so
that nobody can lock a person out by guessing (`reliability.md` T15). The session cookie is
Django's.
"""

import secrets
from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

DEVICE_COOKIE = "crm_device"
NAME_COOKIE = "crm_login"
DEVICE_AGE = 180 * 24 * 3600  # seconds
_SALT = "crm.accounts.device"
#: Accounts that one browser (a shared workstation) is remembered for.
_MOST_ACCOUNTS = 8


@dataclass(frozen=True)
class Device:
    """A browser: a random number and the accounts it has logged in."""

    number: str
    accounts: tuple[int, ...] = ()

    def knows(self, user_id: int) -> bool:
        """Whether this account has logged in from here."""
        return user_id in self.accounts


def device_of(request: HttpRequest | None) -> Device | None:
    """The device of a request; None without a cookie or with a forged or old one."""
    value = request.COOKIES.get(DEVICE_COOKIE) if request is not None else None
    if not value:
        return None
    try:
        number, *accounts = signing.loads(value, salt=_SALT, max_age=DEVICE_AGE)
        return Device(str(number), tuple(int(account) for account in accounts))
    except (signing.BadSignature, ValueError, TypeError):
        return None


def mark_device(request: HttpRequest, response: HttpResponse, user_id: int) -> None:
    """Remember this browser as one that the account logs in from."""
    device = device_of(request) or Device(secrets.token_urlsafe(12))
    others = [account for account in device.accounts if account != user_id]
    accounts = [user_id, *others][:_MOST_ACCOUNTS]
    value = signing.dumps([device.number, *accounts], salt=_SALT, compress=False)
    _set(response, DEVICE_COOKIE, value)


def remembered_name(request: HttpRequest | None) -> str:
    """The user name of the last log-in, if the person asked for it (D01-5)."""
    if request is None or NAME_COOKIE not in request.COOKIES:
        return ""
    try:
        return str(signing.loads(request.COOKIES[NAME_COOKIE], salt=NAME_COOKIE))
    except signing.BadSignature:
        return ""


def remember_name(response: HttpResponse, name: str) -> None:
    """Keep the user name (never the password) for the next visit; empty forgets it."""
    if name:
        _set(response, NAME_COOKIE, signing.dumps(name, salt=NAME_COOKIE))
    else:
        response.delete_cookie(NAME_COOKIE)


def remember_language(response: HttpResponse, language: str) -> None:
    """Keep the language for pages before log-in."""
    _set(response, settings.LANGUAGE_COOKIE_NAME, language)


def _set(response: HttpResponse, name: str, value: str) -> None:
    response.set_cookie(
        name,
        value,
        max_age=DEVICE_AGE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
