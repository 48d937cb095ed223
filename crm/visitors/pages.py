"""Drawing pages for visitors: without the request, so that no cookie is set."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings as django_settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation.trans_real import parse_accept_lang_header

from crm.dictionaries import settings


def draw(template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """A page that names the company and says nothing of anybody who is logged in."""
    company = settings.get("company_name") or settings.get("site_name")
    return render(None, template, {"company": company, **context}, status=status)


def embeddable(response: HttpResponse, origins: list[str]) -> HttpResponse:
    """Let these sites show the answer in a frame of theirs; without any nobody may."""
    if origins:
        response._csp_replace = {"frame-ancestors": ["'self'", *origins]}
        response.xframe_options_exempt = True  # it knows no list; the policy above decides
    return response


def kept_secret(response: HttpResponse) -> HttpResponse:
    """An answer whose address is the secret: told to no other site and to no search engine."""
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def language_of(request: HttpRequest) -> str:
    """The first language of the visitor's browser that we speak; ours where we speak none."""
    for code, _weight in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        for spoken, _name in django_settings.LANGUAGES:
            if code.split("-")[0] == spoken.split("-")[0]:
                return spoken
    return django_settings.LANGUAGE_CODE


def in_their_language(dispatch: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A view's `dispatch` that answers in the language of the visitor's browser."""

    @wraps(dispatch)
    def answering(self: Any, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with translation.override(language_of(request)):
            answer = dispatch(self, request, *args, **kwargs)
        patch_vary_headers(answer, ["Accept-Language"])
        return answer

    return answering
