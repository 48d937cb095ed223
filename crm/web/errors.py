"""Error pages in the product's frame, with the request number; a line of text for htmx."""

import sys
from typing import Any

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from crm.core import context

PAGES = {400, 403, 404, 409, 413, 429, 500, 503}


def refused(
    request: HttpRequest, status: int, reason: str = "", *, way: tuple[str, Any] | None = None
) -> HttpResponse:
    """The page for `status`; htmx gets the reason as plain text, which becomes a toast.

    `way` is an address that leads on, with its label.
    """
    if getattr(request, "htmx", False):
        return HttpResponse(reason, status=status, content_type="text/plain; charset=utf-8")
    page = status if status in PAGES else 409
    layout = "layouts/app.html" if _has_user(request) else "layouts/auth.html"
    values = {
        "reason": reason,
        "way": way,
        "request_id": context.current().request_id,
        "layout": layout,
    }
    return render(request, f"errors/{page}.html", values, status=status)


def unavailable(request: HttpRequest) -> HttpResponse:
    """The database does not answer: a page that needs none."""
    values = {"layout": "layouts/bare.html", "request_id": context.current().request_id}
    response = render(None, "errors/503.html", values, status=503)
    response["Retry-After"] = "5"
    return response


def _has_user(request: HttpRequest) -> bool:
    user = getattr(request, "user", None)
    return user is not None and user.is_authenticated


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Handler 400."""
    return refused(request, 400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Handler 403."""
    return refused(request, 403, str(exception))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Handler 404: the same page for what does not exist and what the user may not see."""
    return refused(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Handler 500: no context processors, no database.

    A database that is away ends here when it is missed before the view: by session or log-in (F03).
    """
    if isinstance(sys.exception(), OperationalError):
        return unavailable(request)
    values = {"layout": "layouts/bare.html", "request_id": context.current().request_id}
    return render(None, "errors/500.html", values, status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without a valid token."""
    return refused(
        request,
        403,
        _("Saving failed: the page is too old. Please reload it and try again."),
    )
