"""Who and what caused the work that runs now: request id, source, address, and a request cache.

Set by the middleware for a page and by `working_as()` for jobs and commands; read by audit and
logs. Services never see the request itself.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class WorkContext:
    """Where a change comes from. `cache` lives as long as the request or job slice."""

    source: str = "system"  # web | import | job | command | system
    request_id: str = ""
    ip: str | None = None
    cache: dict[Any, Any] = field(default_factory=dict, compare=False)


_NOWHERE = WorkContext()
_current: ContextVar[WorkContext] = ContextVar("work_context", default=_NOWHERE)


def current() -> WorkContext:
    """The context of the running request, job slice or command."""
    return _current.get()


def request_cache() -> dict[Any, Any] | None:
    """A dictionary that lives as long as this request or job slice; None outside of one."""
    context = _current.get()
    return None if context is _NOWHERE else context.cache


def new_request_id() -> str:
    """Twelve characters that a user can read out on the phone."""
    return secrets.token_hex(6)


@contextmanager
def working_as(
    source: str, *, request_id: str = "", ip: str | None = None
) -> Iterator[WorkContext]:
    """Run a block as one request, job slice or command."""
    context = WorkContext(source=source, request_id=request_id or new_request_id(), ip=ip)
    token = _current.set(context)
    try:
        yield context
    finally:
        _current.reset(token)
