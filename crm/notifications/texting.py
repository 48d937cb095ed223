"""Text messages through a gateway of the company: one HTTP request each, off until configured.

The operator names an address, a secret, the approved signature 【】 and the approved template
(`SMS_…` in the environment). The request is JSON, signed so that the gateway knows who asks:
HMAC-SHA256 over time and body stands in the signature header. What the provider wants beyond that
is the business of the gateway behind the address. Who is written to and when, how often it is
tried and what failed are kept by the caller. Not here: receipts.
"""

import hashlib
import hmac
import json
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

from django.conf import settings
from django.core.checks import Error, register

from crm.core import clock

#: A gateway that does not answer must not hold the worker (seconds).
TIMEOUT = 5
LONGEST_ANSWER = 64 * 1024
LONGEST_REFERENCE = 80
#: Plain HTTP is for a gateway on the same machine.
LOOPBACK = {"127.0.0.1", "::1", "localhost"}
NEEDED = ("SMS_URL", "SMS_SECRET", "SMS_SIGN", "SMS_TEMPLATE")


class NotSent(Exception):
    """The gateway did not take the message. The words name neither number nor text."""


@dataclass(frozen=True)
class TextMessage:
    """One message: `values` fill the approved template, `text` is the whole of it.

    The same `key` is one message, however often it is handed over.
    """

    number: str
    values: dict[str, str]
    text: str
    key: str


def is_configured() -> bool:
    """Whether this installation sends text messages at all."""
    return not list(faults())


def faults() -> list[str]:
    """The settings that keep messages from going out; all of them where none is wanted."""
    missing = [name for name in NEEDED if not getattr(settings, name)]
    if "SMS_URL" not in missing and not _is_safe(settings.SMS_URL):
        missing.append("SMS_URL")
    return missing


def _is_safe(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)


@register("sms")
def check_text_messages(app_configs: Any, **kwargs: Any) -> list[Error]:
    """Half a configuration is an error: invitations would silently not go out."""
    found = faults()
    if not settings.SMS_URL or not found:
        return []
    names = ", ".join(found)
    hint = "Set SMS_URL (https), SMS_SECRET, SMS_SIGN and SMS_TEMPLATE, or leave SMS_URL empty."
    return [Error(f"Text messages: {names} cannot be used.", hint=hint, id="notifications.E001")]


class _NoRedirect(HTTPRedirectHandler):
    """A signed message goes to the address that was configured and nowhere else."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


_opener = build_opener(ProxyHandler({}), _NoRedirect)


def send(message: TextMessage) -> str:
    """Hand a message over; returns what the provider calls it, or "". Raises NotSent."""
    body = json.dumps(_payload(message), ensure_ascii=False).encode()
    request = Request(settings.SMS_URL, data=body, headers=_headers(body), method="POST")  # noqa: S310 - https, or http on this machine (`_is_safe`)
    try:
        with _opener.open(request, timeout=TIMEOUT) as answer:
            return _reference(answer.read(LONGEST_ANSWER))
    except HTTPError as error:
        raise NotSent(f"HTTP {error.code}{_reason(error)}") from None
    except (URLError, HTTPException, OSError) as error:
        reason = getattr(error, "reason", error)
        raise NotSent(type(reason).__name__) from None


def _payload(message: TextMessage) -> dict[str, Any]:
    return {
        "key": message.key,
        "number": message.number,
        "sign": settings.SMS_SIGN,
        "template": settings.SMS_TEMPLATE,
        "values": message.values,
        "text": message.text,
    }


def _headers(body: bytes) -> dict[str, str]:
    at = str(int(clock.now().timestamp()))
    return {
        "Content-Type": "application/json; charset=utf-8",
        "X-Timestamp": at,
        settings.SMS_HEADER: signature(at, body),
    }


def signature(at: str, body: bytes) -> str:
    """What the signature header says: HMAC-SHA256 of "time, new line, body" in hexadecimal."""
    key = settings.SMS_SECRET.encode()
    return hmac.new(key, f"{at}\n".encode() + body, hashlib.sha256).hexdigest()


def _answered(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _reference(body: bytes) -> str:
    """The name of the message. Raises NotSent where the gateway says that it refused it."""
    found = _answered(body)
    if found.get("error"):
        raise NotSent(_code(found["error"]))
    return str(found.get("id") or "")[:LONGEST_REFERENCE]


def _reason(error: HTTPError) -> str:
    try:
        said = _answered(error.read(LONGEST_ANSWER)).get("error")
    except (HTTPException, OSError):
        return ""
    return f": {_code(said)}" if said else ""


def _code(said: Any) -> str:
    """A provider's code such as `isv.BUSINESS_LIMIT_CONTROL`; free words might name the number."""
    text = str(said)
    known = text.isascii() and text.replace(".", "").replace("_", "").replace("-", "").isalnum()
    return text[:60] if known and not text.isdecimal() else "refused"
