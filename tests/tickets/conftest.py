"""What a new installation brings along, for the tests of surveys."""

from typing import Any

import pytest

from tickets.satisfaction.seeds import seed_template


@pytest.fixture(scope="module")
def survey_questions(promises: None, django_db_blocker: Any) -> None:
    """Questions beside the promises; gone with the company."""
    with django_db_blocker.unblock():
        seed_template()
