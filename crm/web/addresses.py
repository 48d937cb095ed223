"""The client's address: the socket's, or what exactly the trusted proxies have added."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def client_ip(request: HttpRequest) -> str | None:
    """Never believes more of X-Forwarded-For than TRUSTED_PROXY_HOPS entries from the right.

    What is no address counts as absent, because it is stored in address columns.
    """
    hops = settings.TRUSTED_PROXY_HOPS
    if hops:
        chain = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
        forwarded = _address(chain[-hops]) if len(chain) >= hops else None
        if forwarded:
            return forwarded
    return _address(request.META.get("REMOTE_ADDR") or "")


def _address(text: str) -> str | None:
    """The address in its usual spelling, without zone; None for anything else (a socket path)."""
    try:
        return str(ipaddress.ip_address(text.partition("%")[0]))
    except ValueError:
        return None
