"""Kept SQL on a connection the server has ended meanwhile: found out before the question."""

import pytest
from django.db import connections

from crm.accounts.models import User
from crm.core import prepared

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connections["default"].vendor != "postgresql", reason="SQLite has no server"
    ),
]


def test_a_connection_that_was_ended_is_opened_again() -> None:
    def build(pk: int):
        return User.objects.filter(pk=pk).values_list("pk")

    connection = connections["default"]
    assert prepared.rows("t ended", build, 1) == []
    connection.connection.pgconn.finish()
    connection.health_check_enabled, connection.health_check_done = True, False
    assert prepared.rows("t ended", build, 1) == []
