"""Cached data is never older than its stamp says."""

import pytest
from django.db import transaction

from crm.dictionaries import stamps
from crm.dictionaries.models import Stamp
from crm.dictionaries.stamps import Cached


@pytest.mark.django_db
def test_a_value_read_before_a_rollback_is_not_kept() -> None:
    truth = {"value": "old"}
    cached = Cached("probe", lambda: truth["value"])
    assert cached.get() == "old"
    with pytest.raises(RuntimeError), transaction.atomic():
        truth["value"] = "rolled back"
        stamps.bump("probe")
        assert cached.get() == "rolled back"
        raise RuntimeError
    truth["value"] = "new"
    stamps.bump("probe")
    assert cached.get() == "new"


@pytest.mark.django_db
def test_every_bump_is_another_version() -> None:
    seen = []
    for _number in range(5):
        stamps.bump("probe")
        seen.append(Stamp.objects.get(pk="probe").version)
    assert len(set(seen)) == 5
