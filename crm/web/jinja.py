"""The Jinja2 environment of list rows (`templates/jinja`)."""

from typing import Any

from jinja2 import Environment


def environment(**options: Any) -> Environment:
    """Compiled once a process; every value is escaped unless it is marked safe."""
    options["trim_blocks"] = options["lstrip_blocks"] = True
    return Environment(**{**options, "autoescape": True})  # noqa: S701 - it is on
