"""The secret of a customer's link: 192 bits that stand nowhere; the table keeps their hash."""

import base64
import hashlib
import hmac
import secrets

from django.conf import settings

PREFIX = b"tickets.customer:"


def new_nonce() -> str:
    """What makes the token of a link its own."""
    return secrets.token_hex(16)


def token_of(nonce: str) -> str:
    """The token of a link; made again for each mail, never stored."""
    digest = hmac.new(settings.SECRET_KEY.encode(), PREFIX + nonce.encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(digest.digest()[:24]).decode()


def hash_of(token: str) -> str:
    """What is looked up."""
    return hashlib.sha256(token.encode()).hexdigest()
