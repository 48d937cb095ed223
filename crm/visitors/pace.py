"""How often networks ask for public pages: counted in memory, since a GET never writes."""

import threading
from collections import OrderedDict

from django.utils.translation import gettext as _

from crm.accounts.throttle import network_key
from crm.core import clock
from crm.core.errors import LimitReached

_MOST_NETWORKS = 5_000


class Counter:
    """Requests of networks in the present minute, in this process alone.

    The oldest networks are forgotten, so it stays small whoever asks.
    """

    def __init__(self) -> None:
        self._seen: OrderedDict[str, tuple[int, int]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, key: str, most: int) -> bool:
        """Count one request; False where the minute is used up."""
        minute = int(clock.now().timestamp()) // 60
        with self._lock:
            begun, used = self._seen.pop(key, (minute, 0))
            used = used + 1 if begun == minute else 1
            self._seen[key] = (minute, used)
            while len(self._seen) > _MOST_NETWORKS:
                self._seen.popitem(last=False)
        return used <= most

    def forget(self) -> None:
        """Start anew (tests)."""
        with self._lock:
            self._seen.clear()


COUNTER = Counter()


def take_turn(purpose: str, ip: str | None, most: int) -> None:
    """Count a request of a network, at most `most` a minute. Raises LimitReached (T37)."""
    if not COUNTER.take(network_key(purpose, ip), most):
        raise LimitReached(_("Too many requests. Please try again in a minute."))
