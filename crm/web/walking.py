"""Keeping SQLite from sorting what it can walk.

SQLite does not weigh the LIMIT of a page: for 活跃 customers by name it fetches all 200,000 of
them by the index of the filter and sorts, where walking the index of the names and skipping the
others gives a page after some hundred rows. PostgreSQL chooses right by itself.
"""

from typing import Any

from django.db import connections
from django.db.models import BooleanField, Func, Model, QuerySet, Subquery
from django.db.models.lookups import Exact, IsNull
from django.db.models.sql.where import AND

MANY = 10_000  # found rows, of all
MANY_OF_ONE = 3_000  # found rows, of those with one value

NEAR = 5_000  # rows passed by a walk that may find too few


class Aside(Func):
    """A condition that no index answers: `+(…)` in SQLite's own way of saying so."""

    template = "+(%(expressions)s)"
    output_field = BooleanField()


def walked(rows: QuerySet, field: str) -> QuerySet:
    """The same rows, made to be read in the order of an index that begins with `field`.

    Only for many rows among many: whoever calls knows that they are more than a page count shows.
    """
    if connections[rows.db].vendor != "sqlite" or rows.query.where.connector != AND:
        return rows
    rows = rows.all()
    where = rows.query.where = rows.query.where.clone()
    usable = _columns_before(rows.model, field)
    columns = [_column(condition) for condition in where.children]
    # One value leads into an index of this order; a second would make SQLite intersect and sort.
    first = next((column for column in columns if column in usable), None)
    where.children = [
        condition
        if isinstance(condition, IsNull) or (column and column == first)
        else _aside(condition)
        for condition, column in zip(where.children, columns, strict=True)
    ]
    return rows


def newest_of(found: QuerySet, rows: QuerySet, field: str) -> QuerySet | None:
    """Those of `rows`, a part of `found`, that a walk of `NEAR` rows by `field` meets first.

    Where they fill a page, they are the page. The part (those of one grade) may be so few that a
    whole walk costs more than it spares: this one ends. The keys of `found` come from the index
    of its filter; compared with those the walk meets, they spare looking into each row. None where
    no index leads there.
    """
    usable = _columns_before(rows.model, field)
    columns = [_column(condition) for condition in rows.query.where.children]
    if connections[rows.db].vendor != "sqlite" or not usable.intersection(columns):
        return None
    first = next(column for column in columns if column in usable)
    passed = rows.all()
    where = passed.query.where = passed.query.where.clone()
    where.children = [
        condition
        for condition, column in zip(where.children, columns, strict=True)
        if isinstance(condition, IsNull) or column == first
    ]
    last = passed.order_by(f"-{field}").values(field)[NEAR : NEAR + 1]
    keys = found.order_by().values("pk")
    return walked(rows.filter(pk__in=keys), field).filter(**{f"{field}__gte": Subquery(last)})


def many(rows: QuerySet, field: str) -> int:
    """From how many found rows on `walked` is the better way.

    Fewer where an index leads from one value of a condition on in the order of `field`: the walk
    then passes the rows of that value alone, not the whole table.
    """
    usable = _columns_before(rows.model, field)
    columns = [_column(condition) for condition in rows.query.where.children]
    return MANY_OF_ONE if usable.intersection(columns) else MANY


def _columns_before(model: type[Model], field: str) -> set[str]:
    """Columns behind whose value an index goes on with `field`: such rows come in order as well."""
    pairs = {tuple(index.fields[:2]) for index in model._meta.indexes}
    return {model._meta.get_field(pair[0]).column for pair in pairs if pair[1:] == (field,)}


def _column(condition: Any) -> str | None:
    """The column of a condition `column = value`; partial indexes need IS NULL as it stands."""
    target = getattr(getattr(condition, "lhs", None), "target", None)
    return target.column if isinstance(condition, Exact) and target is not None else None


def _aside(condition: Any) -> Aside:
    made = Aside(output_field=BooleanField())
    made.set_source_expressions([condition])
    return made
