"""The secret keys of the product, for what is hashed with one and asked for long afterwards.

Django's own signatures know former keys by themselves.
"""

import hashlib
import hmac
from collections.abc import Callable

from django.conf import settings


def all_keys() -> list[str]:
    """The present key first, then those that were in force before (SECRET_KEY_FALLBACKS)."""
    return [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]


def digest(text: bytes, key: str) -> bytes:
    """The 256 bits that only this key makes of a text."""
    return hmac.new(key.encode(), text, hashlib.sha256).digest()


def made_with(make: Callable[[str], str], is_it: Callable[[str], bool]) -> str:
    """What the key makes that it was made with; what the present one makes where none fits."""
    found = [make(key) for key in all_keys()]
    return next((each for each in found if is_it(each)), found[0])
