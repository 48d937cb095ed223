"""What widgets show of a value."""

from datetime import UTC, datetime

import pytest

from crm.web.widgets import MomentInput


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (datetime(2026, 11, 23, 9, 30, tzinfo=UTC), "2026-11-23 09:30"),
        (datetime(2026, 11, 23, 9, 30, 5, tzinfo=UTC).replace(tzinfo=None), "2026-11-23 09:30:05"),
        ("明天 9 点", "明天 9 点"),
        (None, None),
    ],
)
def test_a_moment_is_shown_without_idle_seconds(value: object, shown: str | None) -> None:
    assert MomentInput().format_value(value) == shown
