"""Keeping SQLite from sorting what it can walk.

SQLite does not weigh the LIMIT of a page: for 活跃 customers by name it fetches all 200,000 of
them by the index of the filter and sorts, where walking the index of the names and skipping the
others gives a page after some hundred rows. PostgreSQL chooses right by itself.
"""

from collections.abc import Iterator
from typing import Any

from django.db import connections
from django.db.models import BooleanField, Func, Model, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.db.models.lookups import Exact, IsNull
from django.db.models.sql.where import AND

MANY = 10_000  # found rows, of all
MANY_OF_ONE = 3_000  # found rows, of those with one value

FEW, NEAR = 1_500, 5_000  # rows passed by walks that may find too few


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
    # What leads into one index of this order; another value would make SQLite intersect and sort.
    way = _way(rows, field)
    where.children = [
        condition
        if isinstance(condition, IsNull) or _column(condition) in way
        else _aside(condition)
        for condition in where.children
    ]
    return rows


def newest_of(found: QuerySet, rows: QuerySet, field: str) -> Iterator[QuerySet]:
    """Those of `rows`, a part of `found`, that a walk by `field` meets first: `FEW`, then `NEAR`.

    Where they fill a page, they are the page. The part (those of one grade) may be so few that a
    whole walk costs more than it spares: these end. The short one looks into each row it passes.
    For the longer one the keys of `found` come from the index of its filter; compared with those
    the walk meets, they spare looking. None of both where no index leads there.
    """
    way = _way(rows, field)
    if connections[rows.db].vendor != "sqlite" or not way:
        return
    passed = rows.all()
    where = passed.query.where = passed.query.where.clone()
    where.children = [
        condition
        for condition in where.children
        if isinstance(condition, IsNull) or _column(condition) in way
    ]
    least = passed.order_by(field).values(field)[:1]
    keys = found.order_by().values("pk")
    for steps, part in ((FEW, rows), (NEAR, rows.filter(pk__in=keys))):
        last = passed.order_by(f"-{field}").values(field)[steps : steps + 1]
        end = Coalesce(Subquery(last), Subquery(least))  # the least of fewer rows than that
        yield walked(part, field).filter(**{f"{field}__gte": end})


def many(rows: QuerySet, field: str) -> int:
    """From how many found rows on `walked` is the better way.

    Fewer where an index leads from one value of a condition on in the order of `field`: the walk
    then passes the rows of that value alone, not the whole table.
    """
    return MANY_OF_ONE if _way(rows, field) else MANY


def _way(rows: QuerySet, field: str) -> tuple[str, ...]:
    """Columns behind whose values, one each in these rows, an index goes on with `field`.

    Of several such indexes the one with most columns; then that of the first condition.
    """
    given = [column for condition in rows.query.where.children if (column := _column(condition))]
    ways = [way for way in _ways(rows.model, field) if set(way) <= set(given)]
    return max(ways, key=lambda way: (len(way), [-given.index(each) for each in way]), default=())


def _ways(model: type[Model], field: str) -> set[tuple[str, ...]]:
    """The columns before `field` of each index that has it behind others."""
    found = [index.fields for index in model._meta.indexes if field in index.fields[1:]]
    before = [fields[: fields.index(field)] for fields in found]
    return {tuple(model._meta.get_field(name).column for name in names) for names in before}


def _column(condition: Any) -> str | None:
    """The column of a condition `column = value`; partial indexes need IS NULL as it stands."""
    target = getattr(getattr(condition, "lhs", None), "target", None)
    return target.column if isinstance(condition, Exact) and target is not None else None


def _aside(condition: Any) -> Aside:
    made = Aside(output_field=BooleanField())
    made.set_source_expressions([condition])
    return made
