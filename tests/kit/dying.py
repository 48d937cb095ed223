"""A worker that dies within the process of its test; `killing` kills processes of their own."""

from collections.abc import Callable
from typing import Any

from django.db import connection


class Killed(BaseException):
    """What no `except Exception` catches, as no process catches kill -9."""


def killed_at(number: int, work: Callable[[], Any]) -> bool:
    """Work until the n-th statement; False where there were fewer. What was written stays."""
    seen = 0

    def executioner(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal seen
        seen += 1
        if seen == number:
            raise Killed
        return execute(sql, params, many, context)

    try:
        with connection.execute_wrapper(executioner):
            work()
    except Killed:
        return True
    return False
