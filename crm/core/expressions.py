"""Expressions that both databases know under names of their own."""

from typing import Any

from django.db.models import Func, TextField


class Joined(Func):
    """The texts of all rows in one, with commas between them; in no order. Null for no rows."""

    output_field = TextField()
    template = "STRING_AGG(%(expressions)s, ',')"

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, Any]:
        """The same under the name SQLite has for it."""
        return super().as_sql(
            compiler, connection, template="GROUP_CONCAT(%(expressions)s)", **extra
        )
