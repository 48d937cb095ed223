"""The secret of a link: 128 bits that stand nowhere; the table keeps only their hash."""

import base64
import hashlib
import hmac
import secrets

from django.conf import settings

PREFIX = b"tickets.survey:"


def new_nonce() -> str:
    """What makes the token of an invitation its own."""
    return secrets.token_hex(16)


def token_of(nonce: str) -> str:
    """The token of an invitation; made again for the reminder, never stored."""
    digest = hmac.new(settings.SECRET_KEY.encode(), PREFIX + nonce.encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(digest.digest()[:16]).decode().rstrip("=")


def hash_of(token: str) -> str:
    """What is looked up."""
    return hashlib.sha256(token.encode()).hexdigest()
