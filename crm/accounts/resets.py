"""A forgotten password: one-time code by mail, kept as a keyed hash in the asker's session (D01-6).

The code belongs to the browser that asked, works ten minutes and once, and dies when the password
changes in any other way. Asking for an unknown name does the same work and shows the same pages
(`reliability.md` T16); entries are counted in the database, not in the session, so that parallel
guesses cannot pass (T15).
"""

import secrets
from dataclasses import asdict, dataclass

from django.http import HttpRequest
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _

from crm.accounts import mail, throttle
from crm.accounts.models import User
from crm.core import clock, keys

SESSION_KEY = "crm_reset"
MINUTES = 10
CODE_DIGITS = 8


@dataclass
class Reset:
    """The state between the three pages. `user_id` is None for a name that gets no mail."""

    number: str
    user_id: int | None
    name_key: str
    code: str  # keyed hash
    seal: str  # session hash of the account: changes with the password and with a disable
    at: float
    confirmed: bool = False


def begin(request: HttpRequest, login: str) -> None:
    """Make a code and mail it if the name belongs to an active account with an address."""
    user = User.objects.find_login(login)
    reachable = user is not None and user.is_active and bool(user.email)
    target = user if reachable else User(name="", email="nobody@localhost")
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"
    message = mail.build(
        target,
        _("Code for a new password"),
        "accounts/mail/reset_code.txt",
        {"code": f"{code[:4]} {code[4:]}", "minutes": MINUTES},
    )
    key = f"mail:{user.pk}" if user is not None else throttle.name_key("mail", login)
    if throttle.take(key, throttle.MAILS) and reachable:
        mail.post(message)
    number = secrets.token_urlsafe(12)
    state = Reset(
        number=number,
        user_id=user.pk if reachable else None,
        name_key=throttle.name_key("code", login),
        code=_hash(number, code),
        seal=target.get_session_auth_hash(),
        at=clock.now().timestamp(),
    )
    request.session[SESSION_KEY] = asdict(state)


def pending(request: HttpRequest) -> Reset | None:
    """The reset of this browser while its time lasts."""
    stored = request.session.get(SESSION_KEY)
    if stored is None:
        return None
    state = Reset(**stored)
    if clock.now().timestamp() - state.at > MINUTES * 60:
        end(request)
        return None
    return state


def confirm(request: HttpRequest, state: Reset, code: str) -> bool:
    """Whether the code is right. A used-up number of entries ends the reset."""
    account = f"code:{state.user_id}" if state.user_id else state.name_key
    checked = throttle.take(f"reset:{state.number}", throttle.CODE)
    if not checked or not throttle.take(account, throttle.ACCOUNT):
        end(request)
        return False
    right = any(
        constant_time_compare(state.code, _hash(state.number, code, key)) for key in keys.all_keys()
    )
    if not right or owner(state) is None:
        return False
    throttle.give_back(account)
    state.confirmed = True
    request.session[SESSION_KEY] = asdict(state)
    return True


def owner(state: Reset) -> User | None:
    """The account, unless it was disabled or got another password since the mail."""
    user = User.objects.filter(pk=state.user_id, is_active=True).first()
    if user is None:
        return None
    seals = [user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()]
    return user if any(constant_time_compare(state.seal, seal) for seal in seals) else None


def end(request: HttpRequest) -> None:
    """Forget the reset of this browser."""
    request.session.pop(SESSION_KEY, None)


def _hash(number: str, code: str, key: str | None = None) -> str:
    text = f"{number}:{code}"
    return salted_hmac("crm.accounts.reset", text, secret=key, algorithm="sha256").hexdigest()
