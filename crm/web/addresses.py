"""The client's address: the socket's, or what exactly the trusted proxies have added."""

from django.conf import settings
from django.http import HttpRequest


def client_ip(request: HttpRequest) -> str | None:
    """Never believes more of X-Forwarded-For than TRUSTED_PROXY_HOPS entries from the right."""
    hops = settings.TRUSTED_PROXY_HOPS
    if hops:
        chain = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
        if len(chain) >= hops and chain[-hops]:
            return chain[-hops]
    return request.META.get("REMOTE_ADDR") or None
