"""G12: the headers that every answer carries (`reliability.md` 4.2)."""

import re

from django.conf import settings
from django.http import HttpResponse

#: Pictures of people have a version in their address; health answers are for machines.
CACHEABLE = {"accounts:avatar"}
#: The address itself is the secret: it is told to nobody at all.
SECRET = {"tickets:survey", "tickets:customer_page", "tickets:customer_file"}
SANDBOX = "sandbox"
WANTED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
}


def policy_of(answer: HttpResponse) -> dict[str, str]:
    """The content security policy by directive."""
    parts = answer.headers.get("Content-Security-Policy", "").split(";")
    pairs = (part.strip().partition(" ") for part in parts if part.strip())
    return {name: value for name, _space, value in pairs}


def weak_headers(name: str, answer: HttpResponse, *, signed_in: bool) -> list[str]:
    """What the answer of the address `name` lacks, or has too weak."""
    csp, found = policy_of(answer), []
    if not csp:
        found.append("no policy")
    elif SANDBOX not in csp:
        found += [
            f"{part} {csp.get(part)}"
            for part in ("script-src", "style-src", "default-src", "object-src")
            if part not in csp or re.search(r"unsafe-|\*|https?:", csp[part])
        ]
        if csp.get("frame-ancestors") != "'none'" or csp.get("base-uri") not in (
            "'self'",
            "'none'",
        ):
            found.append("frame-ancestors or base-uri")
    wanted = WANTED | ({"Referrer-Policy": "no-referrer"} if name in SECRET else {})
    found += [header for header, value in wanted.items() if answer.headers.get(header) != value]
    cache = answer.headers.get("Cache-Control", "")
    if signed_in and not left(answer) and "no-store" not in cache and name not in CACHEABLE:
        found.append(f"cached: {cache}")
    return found


def left(answer: HttpResponse) -> bool:
    """Whether this request has logged out."""
    cookie = answer.cookies.get(settings.SESSION_COOKIE_NAME)
    return cookie is not None and not cookie.value
