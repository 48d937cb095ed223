"""Typed hooks: the one way for a lower app to call a higher one without importing it.

The lower app owns the hook; higher apps register in `AppConfig.ready()`. Receivers run
synchronously in the caller's transaction, in registration order; an exception rolls back.
"""

from collections.abc import Callable
from typing import Generic, ParamSpec

P = ParamSpec("P")

HOOKS: dict[str, "Hook[...]"] = {}


class Hook(Generic[P]):
    """A named list of receivers with one signature, given by the `signature` function."""

    def __init__(self, name: str, signature: Callable[P, None]) -> None:
        if name in HOOKS:
            raise ValueError(f"hook {name!r} exists already")
        self.name = name
        self.signature = signature
        self.receivers: list[Callable[P, None]] = []
        HOOKS[name] = self

    def register(self, receiver: Callable[P, None]) -> None:
        """Add a receiver. Registering the same one twice is an error."""
        if receiver in self.receivers:
            raise ValueError(f"{receiver!r} hangs on hook {self.name!r} already")
        self.receivers.append(receiver)

    def call(self, *args: P.args, **kwargs: P.kwargs) -> None:
        """Call every receiver."""
        for receiver in self.receivers:
            receiver(*args, **kwargs)
