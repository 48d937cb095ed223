"""Primary keys as addresses and forms name them: any text may come, only some can be a key."""

from collections.abc import Iterable

#: The largest key of both databases.
LARGEST = 2**63 - 1
_DIGITS = len(str(LARGEST))


def key_of(text: object) -> int | None:
    """The key that a text names; None for what cannot be one."""
    digits = str(text)
    if not digits.isdecimal() or len(digits) > _DIGITS:
        return None
    key = int(digits)
    return key if key <= LARGEST else None


def keys_of(parts: Iterable[object]) -> list[int]:
    """The keys among some texts, in their order."""
    return [key for key in map(key_of, parts) if key is not None]
