"""The verification code of the log-in page (D01-4): when it is asked, and one challenge a session.

A picture of our own (crm.accounts.captcha_image), with a question in words for people who cannot
read it: one answer to either is enough. Every answer, right or wrong, uses the challenge up; the
use is counted in the database, so that parallel requests cannot share one. It slows guessing down;
what limits it is the throttle. Failures are counted by what was typed, not by account: else a
code asked for a second name would show that both names belong to one account (T16).
"""

import secrets
import unicodedata
from dataclasses import asdict, dataclass

from django.http import HttpRequest
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from crm.accounts import throttle
from crm.core import clock
from crm.dictionaries import settings as parameters
from crm.web.addresses import client_ip

SESSION_KEY = "crm_captcha"
SECONDS = 300
#: No signs that look alike: 0 O, 1 I, 2 Z, 5 S, 8 B, 6 G.
SIGNS = "ACDEFHJKLMNPQRTUVWXY3479"
LENGTH = 5
#: So many times the failures of one name are those of a network that make everyone there answer.
NETWORK_FACTOR = 5

#: Keys of counters with the number of failures from which on a code is asked.
Counters = dict[str, int]


@dataclass
class Challenge:
    """What is asked: the signs of the picture, or the sum of two numbers. `at` is a timestamp."""

    number: str
    signs: str
    first: int
    second: int
    at: float

    @property
    def question(self) -> str:
        """The sum in words of the reader's language."""
        words = _("one two three four five six seven eight nine ten eleven twelve").split()
        names = {"first": words[self.first - 1], "second": words[self.second - 1]}
        return _("What is %(first)s plus %(second)s?") % names

    def is_answered_by(self, answer: str) -> bool:
        """Whether it is the signs or the sum, in whatever case or width."""
        given = "".join(unicodedata.normalize("NFKC", answer[:40]).upper().split())
        right = [self.signs, str(self.first + self.second)]
        return any(constant_time_compare(given, text) for text in right)


def counters(request: HttpRequest | None, login: str = "", device: str = "") -> Counters:
    """What counts for a name: a known device alone, else the name and its network."""
    after = parameters.get("captcha_after")
    if device:
        return {f"failed:{device}"[:160]: after}
    found = {}
    if login:
        found[throttle.name_key("failed", login)] = after
    if request is not None:
        found[throttle.network_key("failed", client_ip(request))] = after * NETWORK_FACTOR
    return found


def is_wanted(watched: Counters) -> bool:
    """Whether a code is to be asked now."""
    if not all(watched.values()):
        return True
    used = throttle.used(watched)
    return any(used.get(key, 0) >= limit for key, limit in watched.items())


def count_failure(watched: Counters) -> None:
    """A name and a password that did not fit."""
    for key in watched:
        throttle.take(key, throttle.COUNTED)


def forget_failures(watched: Counters) -> None:
    """After a log-in: the name begins anew, its network does not."""
    throttle.forget(next(iter(watched)))


def make(request: HttpRequest) -> Challenge:
    """A new challenge in place of the session's former one."""
    made = Challenge(
        number=secrets.token_urlsafe(12),
        signs="".join(secrets.choice(SIGNS) for _place in range(LENGTH)),
        first=1 + secrets.randbelow(12),
        second=1 + secrets.randbelow(12),
        at=clock.now().timestamp(),
    )
    request.session[SESSION_KEY] = asdict(made)
    return made


def current(request: HttpRequest) -> Challenge | None:
    """The challenge of this session while its time lasts."""
    stored = request.session.get(SESSION_KEY)
    made = Challenge(**stored) if stored else None
    return made if made and clock.now().timestamp() - made.at <= SECONDS else None


def accept(request: HttpRequest, answer: str) -> bool:
    """Use the challenge up; True for a right answer in time."""
    made = current(request)
    request.session.pop(SESSION_KEY, None)
    if made is None or not throttle.take(f"captcha:{made.number}", throttle.ONCE):
        return False
    return made.is_answered_by(answer)
