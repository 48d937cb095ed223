"""Request context at the outside, error pages at the inside of the middleware stack."""

import logging
from collections.abc import Callable

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from django.core.exceptions import ValidationError
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse

from crm.core import context
from crm.core.errors import DomainError
from crm.core.messages import sentences
from crm.web import errors
from crm.web.addresses import client_ip

logger = logging.getLogger(__name__)
Handler = Callable[[HttpRequest], HttpResponse]


class RequestContextMiddleware:
    """Gives every request its number, source and address for log lines and events."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with context.working_as("web", ip=client_ip(request)) as work:
            response = self.get_response(request)
            response["X-Request-ID"] = work.request_id
            return response


class ContentPolicyMiddleware(CSPMiddleware):
    """django-csp, but the header that nearly all answers share is put together once."""

    _usual = ""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Leave answers with a policy or a nonce of their own to the library."""
        own = HEADER in response or any(name.startswith("_csp") for name in vars(response))
        if own or getattr(request, "_csp_nonce", None):
            return super().process_response(request, response)
        if not self._usual:
            response = super().process_response(request, response)
            self._usual = response.headers.get(HEADER, "")
        else:
            response.headers[HEADER] = self._usual
        return response


class ErrorPageMiddleware:
    """Turns expected errors into pages of the frame (or a toast for htmx)."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, DomainError):
            return errors.refused(request, error.status, error.message)
        if isinstance(error, ValidationError):
            return errors.refused(request, 422, sentences(error.messages))
        if isinstance(error, OperationalError):
            logger.error("database not available", exc_info=error)
            return errors.unavailable(request)
        return None
