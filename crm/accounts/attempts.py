"""One attempt to log in: find the account, take a check, compare the password, write the log.

Every path goes through here, because it hangs in the authentication backend. Known and unknown
names cost the same work and get the same answer (`reliability.md` T16).
"""

from dataclasses import dataclass

from django.http import HttpRequest

from crm.accounts import loginlog, throttle
from crm.accounts.cookies import device_of
from crm.accounts.models import LoginRecord, User
from crm.web.addresses import client_ip

Result = LoginRecord.Result


@dataclass(frozen=True)
class Outcome:
    """How it ended; `user` only on success, `minutes` to wait only when throttled."""

    result: Result
    user: User | None = None
    minutes: int = 0


def check(request: HttpRequest | None, login: str, password: str) -> Outcome:
    """Check a name and a password (D01-1) and write the login log."""
    login = login.strip()[:120]
    user = User.objects.find_login(login)
    with_limits = _limits(request, user, login)
    full = _take_all(with_limits)
    if full is not None:
        outcome = Outcome(Result.THROTTLED, minutes=throttle.wait_minutes(full))
    else:
        outcome = _compare(user, password)
        if outcome.result is Result.OK:
            _give_back(with_limits)
    loginlog.write(request, LoginRecord.Kind.PASSWORD, outcome.result, user=user, login=login)
    return outcome


def check_own_password(user: User, password: str) -> Outcome:
    """Check the password of a person who is logged in, counted like a log-in."""
    limits = [(f"own:{user.pk}", throttle.ACCOUNT)]
    full = _take_all(limits)
    if full is not None:
        return Outcome(Result.THROTTLED, minutes=throttle.wait_minutes(full))
    outcome = _compare(user, password)
    if outcome.result is Result.OK:
        _give_back(limits)
    return outcome


def _compare(user: User | None, password: str) -> Outcome:
    if user is None:
        User().set_password(password)  # the same work as for an account that exists
        return Outcome(Result.WRONG)
    right = user.check_password(password)
    if not user.is_active:
        return Outcome(Result.DISABLED)
    return Outcome(Result.OK, user) if right else Outcome(Result.WRONG)


def _limits(
    request: HttpRequest | None, user: User | None, login: str
) -> list[tuple[str, throttle.Limit]]:
    """The counters of this attempt: a known device has its own, everyone else shares two."""
    device = device_of(request)
    if user is not None and device is not None and device.knows(user.pk):
        return [(f"device:{user.pk}:{device.number}"[:160], throttle.ACCOUNT)]
    account = f"user:{user.pk}" if user is not None else throttle.name_key("name", login)
    network = throttle.network_key("net", client_ip(request) if request is not None else None)
    return [(account, throttle.ACCOUNT), (network, throttle.NETWORK)]


def _take_all(limits: list[tuple[str, throttle.Limit]]) -> str | None:
    """Take one check of each counter, or of none; returns the key that is used up."""
    for place, (key, limit) in enumerate(limits):
        if not throttle.take(key, limit):
            _give_back(limits[:place])
            return key
    return None


def _give_back(limits: list[tuple[str, throttle.Limit]]) -> None:
    for key, _limit in limits:
        throttle.give_back(key)
