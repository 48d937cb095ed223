"""People and a frozen clock for the tests of planning."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine

from tests.activities.conftest import (  # noqa: F401 - fixtures
    contact,
    customer,
    manager,
    other,
    phone,
    sales,
    values,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")
#: A Friday.
NOW = datetime(2026, 11, 20, 10, 0, tzinfo=SHANGHAI)


@pytest.fixture
def frozen() -> Iterator[Any]:
    """The clock stands still at `NOW`."""
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock
