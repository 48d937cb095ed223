"""Small helpers for htmx answers: which part is asked for, headers, events."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers


def partial_template(request: HttpRequest, partials: dict[str, str]) -> str | None:
    """The template of the part that `HX-Target` names, from the view's white list."""
    if not getattr(request, "htmx", False):
        return None
    return partials.get(request.htmx.target or "")


def vary(response: HttpResponse) -> HttpResponse:
    """Keep parts and pages apart in every cache."""
    patch_vary_headers(response, ("HX-Request", "HX-Target"))
    return response


def trigger(response: HttpResponse, **events: Any) -> HttpResponse:
    """Add client events (`toast`, `dialog:close`, `refresh`), written with `_` for `:`.

    The dialog closes last: events fire on the form that asked, which is gone with the dialog.
    """
    names = sorted(events, key=lambda name: name == "dialog_close")
    named = {name.replace("_", ":"): events[name] for name in names}
    response["HX-Trigger"] = json.dumps(named)
    return response


def redirect(url: str) -> HttpResponse:
    """Leave the page after a modal form."""
    response = HttpResponse(status=204)
    response["HX-Redirect"] = url
    return response
