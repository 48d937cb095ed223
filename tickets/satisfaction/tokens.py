"""The secret of a link: 128 bits that stand nowhere; the table keeps only their hash."""

import base64
import hashlib
import secrets
from functools import partial

from crm.core import keys

PREFIX = b"tickets.survey:"


def new_nonce() -> str:
    """What makes the token of an invitation its own."""
    return secrets.token_hex(16)


def token_of(nonce: str, known: str = "") -> str:
    """The token of an invitation; made again for the reminder, never stored.

    `known` is its stored hash: it tells which key, the present or a former one, made it.
    """
    return keys.made_with(partial(_made, nonce), lambda token: hash_of(token) == known)


def _made(nonce: str, key: str) -> str:
    digest = keys.digest(PREFIX + nonce.encode(), key)[:16]
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def hash_of(token: str) -> str:
    """What is looked up."""
    return hashlib.sha256(token.encode()).hexdigest()
