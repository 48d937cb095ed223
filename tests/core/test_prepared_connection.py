"""Kept SQL on a connection the server has ended meanwhile: found out before the question."""

import pytest
from django.db import DataError, OperationalError, connections, transaction

from crm.accounts.models import User
from crm.core import prepared

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connections["default"].vendor != "postgresql", reason="SQLite has no server"
    ),
]


def build(pk: int):
    return User.objects.filter(pk=pk).values_list("pk")


@pytest.fixture
def kept():
    """A connection kept from the request before, which nothing has asked in this one."""
    connection = connections["default"]
    assert prepared.rows("t ended", build, 1) == []
    connection.health_check_enabled, connection.health_check_done = True, False
    return connection


def terminate(connection) -> None:
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [connection.connection.info.backend_pid])
    other.close()


def test_a_connection_that_was_closed_is_opened_again(kept) -> None:
    kept.connection.pgconn.finish()
    assert prepared.rows("t ended", build, 1) == []


def test_a_connection_that_the_server_ended_is_opened_again(kept) -> None:
    before = kept.connection
    terminate(kept)
    assert prepared.rows("t ended", build, 1) == []
    assert kept.connection is not before


def test_an_ended_connection_is_an_error_within_a_request(kept) -> None:
    assert prepared.rows("t ended", build, 1) == []
    terminate(kept)
    with pytest.raises(OperationalError):
        prepared.rows("t ended", build, 1)
    kept.close()


def test_an_ended_connection_is_an_error_within_a_transaction(kept) -> None:
    with pytest.raises(OperationalError), transaction.atomic():
        terminate(kept)
        kept.health_check_done = False
        prepared.rows("t ended", build, 1)
    kept.close()


def test_no_question_goes_before_a_kept_one(kept, django_assert_num_queries) -> None:
    kept.is_usable = lambda: pytest.fail("asked for nothing")
    try:
        with django_assert_num_queries(1):
            prepared.rows("t ended", build, 1)
    finally:
        del kept.is_usable


def test_another_error_is_not_asked_again(kept) -> None:
    def wrong(pk: int):
        return User.objects.filter(pk=pk).extra(where=["1/0 = id"]).values_list("pk")

    with pytest.raises(DataError):
        prepared.rows("t wrong", wrong, 1)
