"""Lists of the administration ask the database a fixed number of times, however long they are."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from crm.accounts.models import Department, User
from crm.dictionaries.models import Dictionary, Item

pytestmark = pytest.mark.django_db


def queries(client, url: str) -> int:
    """How many queries the second call of a page makes."""
    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as found:
        assert client.get(url).status_code == 200
    return len(found)


@pytest.mark.parametrize(
    "name",
    ["accounts_user", "accounts_department", "accounts_role", "dictionaries_dictionary"],
)
def test_lists(client_of, people, roles, department, source, name):
    client, url = client_of("root"), reverse(f"admin:{name}_changelist")
    before = queries(client, url)
    for number in range(15):
        place = Department.objects.create(name=f"部门{number}", path=f"/{number + 900}/")
        user = User.objects.create(
            username=f"X{number}", name="甲", superior=people["root"], main_department=place
        )
        user.roles.add(roles["sales"])
        Department.objects.filter(pk=place.pk).update(head=user)
        row = Dictionary.objects.create(code=f"d{number}", name=f"字典{number}")
        Item.objects.create(dictionary=row, code="x", name="值", order=1)
    assert queries(client, url) <= before + 1
    assert before <= 20
