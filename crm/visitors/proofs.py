"""Proof that a sent page came from us: there is no session and no cookie to tie it to.

Signed, for one address, valid a day; its one-use part makes one page one message.
"""

import secrets

from django.core import signing

#: Seconds a page may stand open before it is sent.
AGE = 24 * 3600


def new_proof(salt: str, token: str, nonce: str = "") -> str:
    """A proof for the page with this token; `nonce` where the page goes on with an earlier one."""
    return signing.dumps([token, nonce or secrets.token_hex(8)], salt=salt)


def nonce_of(salt: str, token: str, proof: str) -> str:
    """The one-use part of a proof for this page, "" for a forged or old one."""
    try:
        known, nonce = signing.loads(proof, salt=salt, max_age=AGE)
    except (signing.BadSignature, TypeError, ValueError):
        return ""
    return nonce if known == token else ""
