"""Primary keys as addresses and forms name them."""

import pytest

from crm.core import clock
from crm.core.rowkeys import LARGEST, key_of, keys_of
from crm.dictionaries.models import Tag


def test_keys_of_what_an_address_names() -> None:
    assert keys_of(["7", "x", "", "-1", "1.0", "9" * 25, str(LARGEST), str(LARGEST + 1)]) == [
        7,
        LARGEST,
    ]
    assert (key_of(3), key_of(None), key_of("9" * 5000)) == (3, None, None)


@pytest.mark.django_db
def test_rows_looked_up_by_keys_that_no_row_can_have() -> None:
    made = Tag.objects.create(name="甲", created_at=clock.now(), updated_at=clock.now())
    beyond = [10**20, -(10**20), LARGEST + 1]
    assert list(Tag.objects.filter(pk__in=[made.pk, *beyond])) == [made]
    assert not Tag.objects.filter(pk__in=beyond).exists()
    assert list(Tag.objects.exclude(pk__in=beyond)) == [made]
