"""Why somebody is no longer logged in, in one sentence for the log-in page.

Only the holder of the ended session is told, and only about that account: what the log-in form
answers stays the same for every name (`reliability.md` T16). The two clocks of a session are in
`crm.accounts.sessions`.
"""

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.middleware import get_user
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from crm.accounts import cookies
from crm.accounts.models import User

TIME, PASSWORD, RIGHTS, DISABLED, GONE = "time", "password", "rights", "disabled", "gone"
#: What the address of the log-in page may say; anything else says nothing.
TEXTS = {
    TIME: _("Your session has ended because its time was over. Please log in again."),
    PASSWORD: _(
        "You have been logged out because the password of your account was changed. "
        "Please log in with the new password."
    ),
    RIGHTS: _(
        "You have been logged out because your rights were changed or all your sessions were "
        "ended. Please log in again."
    ),
    DISABLED: _(
        "You have been logged out because your account was disabled. Please ask your administrator."
    ),
    GONE: _("You are no longer logged in. Please log in again."),
}


def open_user(request: HttpRequest) -> tuple[User | AnonymousUser, str]:
    """The user of the request, and why a session that was there no longer counts (or "")."""
    owner, seal = request.session.get(SESSION_KEY), request.session.get(HASH_SESSION_KEY, "")
    user = get_user(request)
    if user.is_authenticated:
        return user, ""
    if owner is not None:
        request.session.flush()
        return user, _why_refused(owner, seal)
    cookie = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
    return user, TIME if cookie and request.session.session_key is None else ""


def was_inside(request: HttpRequest, *, part: bool) -> bool:
    """Whether the request comes from a page of somebody who was logged in with this browser."""
    own_page = part or request.headers.get("Sec-Fetch-Site") == "same-origin"
    return own_page and cookies.device_of(request) is not None


def _why_refused(owner: str, seal: str) -> str:
    user = User.objects.filter(pk=owner).first()
    if user is None:
        return GONE
    if not user.is_active:
        return DISABLED
    return RIGHTS if user.has_ended(seal) else PASSWORD
