"""What a new installation brings along, for the tests of surveys."""

from typing import Any

import pytest

from crm.dictionaries import statutory
from tests.factories.company import Company
from tickets.satisfaction.seeds import seed_template
from tickets.sla.seeds import seed_policies


@pytest.fixture(scope="module")
def survey_questions(built_company: Company, django_db_blocker: Any) -> None:
    """Questions, promises and the calendar; gone with the company."""
    with django_db_blocker.unblock():
        statutory.seed()
        seed_policies()
        seed_template()
