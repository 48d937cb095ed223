"""What a user's account means for every request: language and zone, idle time, forced change.

Both classes run on every page: the user comes with the one query of the session's backend, and
nothing here asks the database again.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone, translation

from crm.accounts import endings, sessions

Handler = Callable[[HttpRequest], HttpResponse]
LANGUAGES = frozenset(code for code, _name in settings.LANGUAGES)
#: What a person with an initial password may still use.
OPEN_VIEWS = frozenset({"accounts:password_first", "accounts:language", "account_logout"})


class PreferencesMiddleware:
    """Language and time zone of the user; the browser's header is never asked.

    Also puts the user itself in the place of Django's lazy stand-in, whose type is not the
    model's: every page asks for the user anyway.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.user, request.session_ending = endings.open_user(request)
        language, zone = _preferences(request)
        with translation.override(language), timezone.override(zone):
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", language)
            return response


def _preferences(request: HttpRequest) -> tuple[str, ZoneInfo]:
    """The user's choice, else the cookie of the log-in page, else the company's default."""
    language, zone = "", settings.TIME_ZONE
    if request.user.is_authenticated:
        language, zone = request.user.language, request.user.time_zone
    language = language or request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    return language if language in LANGUAGES else settings.LANGUAGE_CODE, _zone(zone)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo(settings.TIME_ZONE)


class AccountStateMiddleware:
    """Ends idle sessions, forces the first password change, keeps signed-in pages out of caches."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and sessions.keep_or_end(request):
            request.session_ending = endings.TIME
        response = self.get_response(request)
        if request.user.is_authenticated:
            if not response.has_header("Cache-Control"):
                response["Cache-Control"] = "no-store"
        elif response.status_code == 302:
            response = _to_login(request, response)
        return response

    def process_view(
        self, request: HttpRequest, view: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Refuse everything but the change itself while the password is an initial one."""
        user = request.user
        if not user.is_authenticated or not user.must_change_password:
            return None
        if request.resolver_match.view_name in OPEN_VIEWS:
            return None
        target = reverse("accounts:password_first")
        return _leave(target) if _is_htmx(request) else HttpResponseRedirect(target)


def _to_login(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Say why a session ended; take htmx to the log-in page instead of swapping it in."""
    target = urlsplit(response["Location"])
    if target.path != reverse("account_login"):
        return response
    query, part = dict(parse_qsl(target.query)), _is_htmx(request)
    ending = request.session_ending
    if not ending and "next" in query and endings.was_inside(request, part=part):
        ending = endings.GONE
    if not ending and not part:
        return response
    if part:
        query["next"] = _page_of(request)
    if ending:
        query["ended"] = ending
    address = f"{target.path}?{urlencode(query)}"
    return _leave(address) if part else HttpResponseRedirect(address)


def _page_of(request: HttpRequest) -> str:
    """The page that asked for a part, with its filters."""
    page = urlsplit(request.headers.get("HX-Current-URL", ""))
    return urlunsplit(("", "", page.path or "/", page.query, ""))


def _leave(address: str) -> HttpResponse:
    response = HttpResponse(status=401)
    response["HX-Redirect"] = address
    return response


def _is_htmx(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true"
