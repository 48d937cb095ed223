"""One attempt to log in: find the account, take a check, compare the password, write the log.

Every path goes through here, because it hangs in the authentication backend. Known and unknown
names cost the same work and get the same answer (`reliability.md` T16).
"""

from dataclasses import dataclass, replace

from django.http import HttpRequest

from crm.accounts import captcha, loginlog, throttle
from crm.accounts.cookies import device_of
from crm.accounts.models import LoginRecord, User
from crm.web.addresses import client_ip

Result = LoginRecord.Result
#: Keys of counters with their limits.
Limits = list[tuple[str, throttle.Limit]]


@dataclass(frozen=True)
class Outcome:
    """How it ended; `user` only on success, `minutes` to wait only when throttled.

    `asks` tells that the next attempt with this name needs a verification code.
    """

    result: Result
    user: User | None = None
    minutes: int = 0
    asks: bool = False


def check(request: HttpRequest | None, login: str, password: str, answer: str = "") -> Outcome:
    """Check a name and a password (D01-1), and the verification code (D01-4); write the login log.

    A wrong code costs a check of the network, but none of the account: the password was not looked
    at.
    """
    login = login.strip()[:120]
    user = User.objects.find_login(login)
    device = _known_device(request, user)
    account, network = _limits(request, user, login, device)
    watched = captcha.counters(request, login, device)
    full = _take_all(network)
    if full is not None:
        outcome = Outcome(Result.THROTTLED, minutes=throttle.wait_minutes(full))
    elif request is not None and captcha.is_wanted(watched) and not captcha.accept(request, answer):
        outcome = Outcome(Result.CAPTCHA, asks=True)
    else:
        outcome = _check_counted(user, password, account, network)
        outcome = _count(outcome, watched)
    loginlog.write(request, LoginRecord.Kind.PASSWORD, outcome.result, user=user, login=login)
    return outcome


def _check_counted(user: User | None, password: str, account: Limits, network: Limits) -> Outcome:
    """Compare the password if the account has a check left; success gives all checks back."""
    full = _take_all(account)
    if full is not None:
        _give_back(network)
        return Outcome(Result.THROTTLED, minutes=throttle.wait_minutes(full))
    outcome = _compare(user, password)
    if outcome.result is Result.OK:
        _give_back([*account, *network])
    return outcome


def _count(outcome: Outcome, watched: captcha.Counters) -> Outcome:
    """Count a failure for the verification code, or forget those of the name."""
    if outcome.result is Result.OK:
        captcha.forget_failures(watched)
    elif outcome.result is not Result.THROTTLED:
        captcha.count_failure(watched)
        return replace(outcome, asks=captcha.is_wanted(watched))
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


def _known_device(request: HttpRequest | None, user: User | None) -> str:
    """The key of a browser from which this account has logged in before, or an empty text."""
    device = device_of(request)
    if user is None or device is None or not device.knows(user.pk):
        return ""
    return f"device:{user.pk}:{device.number}"[:160]


def _limits(
    request: HttpRequest | None, user: User | None, login: str, device: str
) -> tuple[Limits, Limits]:
    """The counters of this attempt: a known device has its own, everyone else shares two."""
    if device:
        return [(device, throttle.ACCOUNT)], []
    account = f"user:{user.pk}" if user is not None else throttle.name_key("name", login)
    network = throttle.network_key("net", client_ip(request) if request is not None else None)
    return [(account, throttle.ACCOUNT)], [(network, throttle.NETWORK)]


def _take_all(limits: Limits) -> str | None:
    """Take one check of each counter, or of none; returns the key that is used up."""
    for place, (key, limit) in enumerate(limits):
        if not throttle.take(key, limit):
            _give_back(limits[:place])
            return key
    return None


def _give_back(limits: Limits) -> None:
    for key, _limit in limits:
        throttle.give_back(key)
