"""The counter of log-in checks in the database (`contracts.md` 1.14, `reliability.md` T15).

A check is taken *before* the password is looked at, by one conditional UPDATE, so that parallel
guesses cannot pass together; it is given back when it succeeds. Works the same on both databases
and without Redis. Who is counted together is decided in `crm.accounts.attempts`.
"""

import hashlib
import ipaddress
import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import F

from crm.accounts.models import LoginThrottle
from crm.core import clock

WINDOW = timedelta(minutes=15)
#: Other threads may make, restart or remove the row between two of our statements.
_ROUNDS = 8


@dataclass(frozen=True)
class Limit:
    """At most `most` checks in a window.

    With `restarts` every check restarts the window, so that no quarter of an hour whatsoever
    holds more; without it the window ends 15 minutes after its first check, so that the few
    errors of a busy office never add up to a lock.
    """

    most: int
    restarts: bool


ACCOUNT = Limit(10, restarts=True)
NETWORK = Limit(300, restarts=False)
#: Mails with a code, and entries of one code.
MAILS = Limit(3, restarts=False)
CODE = Limit(5, restarts=True)
#: Failures that are only counted, and what may happen once (within its window).
COUNTED = Limit(1_000_000, restarts=False)
ONCE = Limit(1, restarts=False)
#: Requests of one network that make the system write or send: reset, registration.
REQUESTS = Limit(30, restarts=False)


def take(key: str, limit: Limit) -> bool:
    """Use up one check; False when none is left. Atomic among threads and processes."""
    for _round in range(_ROUNDS):
        now = clock.now()
        edge = now - WINDOW
        rows = LoginThrottle.objects.filter(pk=key)
        step = {"window_start": now} if limit.restarts else {}
        room = rows.filter(window_start__gt=edge, failures__lt=limit.most)
        if room.update(failures=F("failures") + 1, **step):
            return True
        if rows.filter(window_start__lte=edge).update(failures=1, window_start=now):
            return True
        held = rows.first()
        if held is None:
            new = LoginThrottle(key=key, window_start=now, failures=0)
            LoginThrottle.objects.bulk_create([new], ignore_conflicts=True)
        elif held.failures >= limit.most and held.window_start > edge:
            return False
    return False


def give_back(key: str) -> None:
    """Undo one `take()`: the check succeeded, or did not happen."""
    LoginThrottle.objects.filter(pk=key, failures__gt=0).update(failures=F("failures") - 1)


def used(keys: Iterable[str]) -> dict[str, int]:
    """How many checks of these counters are used up in their present window; one query."""
    rows = LoginThrottle.objects.filter(pk__in=list(keys), window_start__gt=clock.now() - WINDOW)
    return dict(rows.values_list("key", "failures"))


def forget(key: str) -> None:
    """Start a counter anew."""
    LoginThrottle.objects.filter(pk=key).delete()


def wait_minutes(key: str) -> int:
    """Whole minutes until the next check is possible, at least one."""
    start = LoginThrottle.objects.filter(pk=key).values_list("window_start", flat=True).first()
    if start is None:
        return 1
    left = (start + WINDOW - clock.now()).total_seconds()
    return max(1, math.ceil(left / 60))


def expire() -> int:
    """Remove counters whose window is over; returns how many."""
    return LoginThrottle.objects.filter(window_start__lte=clock.now() - WINDOW).delete()[0]


def network_key(purpose: str, ip: str | None) -> str:
    """The key of a client's network: /24 for IPv4, /64 for IPv6."""
    try:
        address = ipaddress.ip_address(ip or "")
    except ValueError:
        return f"{purpose}:unknown"
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    width = 24 if address.version == 4 else 64
    return f"{purpose}:{ipaddress.ip_network((address, width), strict=False)}"


def name_key(purpose: str, name: str) -> str:
    """The key of a typed name that belongs to nobody; the name itself is not kept."""
    digest = hashlib.sha256(name.casefold().encode()).hexdigest()[:40]
    return f"{purpose}:{digest}"
