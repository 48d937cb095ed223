"""Expressions that both databases know under names of their own."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Func, Q, TextField


def holds(field: str, values: Iterable[str]) -> Q:
    """Rows whose text field holds one of these values; an empty one is never looked for.

    It is said in the words of the field's index of filled rows: SQLite reads the whole table where
    a statement does not name the rows that are not in the index.
    """
    return Q(**{f"{field}__in": list(values)}) & ~Q(**{field: ""})


class Joined(Func):
    """The texts of all rows in one, with commas between them; in no order. Null for no rows."""

    output_field = TextField()
    template = "STRING_AGG(%(expressions)s, ',')"

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, Any]:
        """The same under the name SQLite has for it."""
        return super().as_sql(
            compiler, connection, template="GROUP_CONCAT(%(expressions)s)", **extra
        )
