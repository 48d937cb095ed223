"""Kinds of notifications: declared once by the app that sends them, chosen by users per channel.

Here: the registry. Not here: sending (`services`) and delivery outside the product (`channels`).
"""

from dataclasses import dataclass
from typing import Any

KINDS: dict[str, "Kind"] = {}

#: The channel code of the bell and the centre page; the others are in `channels`.
IN_APP = "in_app"


@dataclass(frozen=True)
class Kind:
    """One kind: what the preferences page calls it, and which channels are on by default."""

    code: str
    label: Any
    icon: str = "bell"
    channels: frozenset[str] = frozenset({IN_APP})

    def is_on(self, channel: str) -> bool:
        """Whether users who chose nothing get this kind by `channel`."""
        return channel in self.channels


def declare(code: str, label: Any, *, icon: str = "bell", channels: tuple[str, ...] = ()) -> Kind:
    """Register a kind; the bell is always on by default. Declaring a code twice is an error."""
    if code in KINDS:
        raise ValueError(f"notification kind {code!r} is declared twice")
    KINDS[code] = Kind(code, label, icon, frozenset({IN_APP, *channels}))
    return KINDS[code]
