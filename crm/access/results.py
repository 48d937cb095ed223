"""The answer of a permission question: allowed, or denied with a reason a user can read."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Allowed:
    """Yes."""

    def __bool__(self) -> bool:
        return True


@dataclass(frozen=True)
class Denied:
    """No, and why (a whole sentence)."""

    reason: str

    def __bool__(self) -> bool:
        return False


ALLOWED = Allowed()
Answer = Allowed | Denied
