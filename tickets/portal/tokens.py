"""The secret of a customer's link: 192 bits that stand nowhere; the table keeps their hash."""

import base64
import hashlib
import secrets
from functools import partial

from crm.core import keys

PREFIX = b"tickets.customer:"


def new_nonce() -> str:
    """What makes the token of a link its own."""
    return secrets.token_hex(16)


def token_of(nonce: str, known: str = "") -> str:
    """The token of a link; made again for each mail, never stored.

    `known` is its stored hash: it tells which key, the present or a former one, made it.
    """
    return keys.made_with(partial(_made, nonce), lambda token: hash_of(token) == known)


def _made(nonce: str, key: str) -> str:
    digest = keys.digest(PREFIX + nonce.encode(), key)[:24]
    return base64.urlsafe_b64encode(digest).decode()


def hash_of(token: str) -> str:
    """What is looked up."""
    return hashlib.sha256(token.encode()).hexdigest()
