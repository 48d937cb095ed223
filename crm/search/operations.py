"""The migration operation that makes the search tables of an entity.

It stands in a migration of the entity's own app, since only that app knows that it is searchable:

    operations = [CreateSearchIndex("customers.Customer")]
"""

from typing import Any

from django.db import router
from django.db.migrations.operations.base import Operation, OperationCategory

from crm.search.backends import backend_on
from crm.search.query import table_of


class CreateSearchIndex(Operation):
    """Create the document table and the inverted index of a model; no model state."""

    reversible = True
    reduces_to_sql = True
    category = OperationCategory.ADDITION

    def __init__(self, label: str) -> None:
        self.label = label

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The tables belong to no model."""

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        """Create the tables."""
        self._run(app_label, schema_editor, "create_statements")

    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        """Drop the tables."""
        self._run(app_label, schema_editor, "drop_statements")

    def describe(self) -> str:
        """One line for `migrate --plan`."""
        return f"Create the search index of {self.label}"

    @property
    def migration_name_fragment(self) -> str:
        """Used by `makemigrations` for names."""
        return f"create_{table_of(self.label)}"

    def _run(self, app_label: str, schema_editor: Any, statements: str) -> None:
        model = self.label.split(".")[1].lower()
        if not router.allow_migrate(schema_editor.connection.alias, app_label, model_name=model):
            return
        backend = backend_on(schema_editor.connection)
        for sql in getattr(backend, statements)(table_of(self.label)):
            schema_editor.execute(sql, params=None)
