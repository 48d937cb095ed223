"""Pure helpers are tested in the language of their message ids, whatever catalogue is compiled."""

from collections.abc import Iterator

import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Messages as they stand in the code."""
    with translation.override("en"):
        yield
