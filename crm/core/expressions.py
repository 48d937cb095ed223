"""Expressions that both databases know under names of their own."""

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import Func, OuterRef, Q, Subquery, TextField
from django.db.models.functions import Cast


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


def linked_keys(model: type[models.Model], name: str) -> Subquery:
    """The keys a row has in a many-to-many field as a value of the row: `"7,12"`, or null."""
    field = model._meta.get_field(name)
    links = field.remote_field.through.objects.filter(**{field.m2m_column_name(): OuterRef("pk")})
    key = Cast(field.m2m_reverse_name(), TextField())
    return Subquery(links.annotate(all=Joined(key)).values("all"))
