"""The index on each database; `backend_for` chooses."""

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from crm.search.backends.base import Backend
from crm.search.backends.postgresql import PostgreSQLBackend
from crm.search.backends.sqlite import SQLiteBackend

_BACKENDS: dict[str, type[Backend]] = {
    "sqlite": SQLiteBackend,
    "postgresql": PostgreSQLBackend,
}


def backend_on(connection: BaseDatabaseWrapper) -> Backend:
    """The index on an open connection; KeyError for a database the product does not know."""
    return _BACKENDS[connection.vendor](connection)


def backend_for(using: str) -> Backend:
    """The index on the database with this alias."""
    return backend_on(connections[using])
