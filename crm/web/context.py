"""What the frame shows on every page. Higher packages add their parts with `register()`."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from crm.core import context as work
from crm.web import navigation

PARTS: dict[str, Callable[[HttpRequest], Any]] = {}
LINKS: dict[str, str] = {}


def register(name: str, value: Callable[[HttpRequest], Any]) -> None:
    """Add a lazy value to the frame's context, for example the number of unread notices."""
    if name in PARTS:
        raise ValueError(f"the frame has a part {name!r} already")
    PARTS[name] = value


def register_link(name: str, url_name: str) -> None:
    """Add an address to `frame`, for example `search`."""
    if name in LINKS:
        raise ValueError(f"the frame has a link {name!r} already")
    LINKS[name] = url_name


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context processor of all pages; the values are computed only where a template asks."""
    user = getattr(request, "user", None)
    match = request.resolver_match
    values: dict[str, Any] = {
        "site_name": settings.SITE_NAME,
        "page_name": match.view_name if match else "error",
        "request_id": work.current().request_id,
        "theme": "auto",
        "frame": SimpleLazyObject(_links),
    }
    if user is not None and user.is_authenticated:
        values["theme"] = user.theme
        values["nav_collapsed"] = user.preferences.get("frame", {}).get("nav_collapsed", False)
        values["nav"] = SimpleLazyObject(lambda: navigation.groups_for(user, request.path))
        values["nav_state"] = SimpleLazyObject(lambda: navigation.state_of(values["nav"]))
        values["quick_create"] = SimpleLazyObject(lambda: navigation.quick_create_for(user))
    for name, part in PARTS.items():
        values[name] = SimpleLazyObject(lambda part=part: part(request))
    return values


def _links() -> dict[str, str]:
    return {name: navigation.address(url_name) for name, url_name in LINKS.items()}
