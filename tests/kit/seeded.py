"""What every company begins with: written by its seeds once a process, copied for later tests.

Seeds and people take hundreds of milliseconds, the copy a few, and most tests want them. Copied
rows keep their keys; sequences are past them, because the rows they were read from were written
here and undone.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.db.models import Model

from crm.accounts.models import Grant, Role
from crm.core import clock
from crm.dictionaries import stamps
from crm.dictionaries.models import Dictionary, Item, NumberRule, Stamp
from crm.pool.models import Pool, PoolRuleVersion
from opportunities.models import Pipeline, Stage
from tickets.models import TicketStatus

MODELS: tuple[type[Model], ...] = (
    Dictionary,
    Item,
    NumberRule,
    Role,
    Grant,
    Pool,
    PoolRuleVersion,
    Pipeline,
    Stage,
    TicketStatus,
)


class Kept(NamedTuple):
    """Statements, with their rows where these are apart, and the stamps to give a new version."""

    rows: list[tuple[str, list[tuple[Any, ...]]]]
    stamps: list[str]


#: By seed, by database and its content types, which have other keys after it was emptied, and by
#: the company's day, from which the rules of pools hold.
_KEPT: dict[Any, Kept] = {}


def write(seed: Callable[[], None], models: tuple[type[Model], ...] = MODELS) -> None:
    """What `seed` writes into the tables of `models`: copied where it has run in this process and
    they are empty."""
    if any(model._default_manager.exists() for model in models):
        seed()
        return
    first_type = ContentType.objects.order_by("pk").values_list("pk", flat=True).first()
    key = seed, connection.settings_dict["NAME"], first_type, clock.company_today()
    if key not in _KEPT:
        _KEPT[key] = _written(seed, models)
        return
    with transaction.atomic(), connection.cursor() as cursor:
        for insert, rows in _KEPT[key].rows:
            if rows:
                cursor.executemany(insert, rows)
            else:
                cursor.execute(insert)
    for name in _KEPT[key].stamps:
        stamps.bump(name)


def _written(seed: Callable[[], None], models: tuple[type[Model], ...]) -> Kept:
    """Run the seed and read what it wrote; a table missing in `models` is an error."""
    wrote: set[str] = set()

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith("INSERT"):
            wrote.add(sql.partition('INTO "')[2].partition('"')[0])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        seed()
    missing = wrote - {model._meta.db_table for model in (*models, Stamp)}
    assert not missing, f"tests/kit/seeded.py does not copy {sorted(missing)}"
    rows = [_rows(model._meta.db_table) for model in models]
    return Kept(rows, list(Stamp.objects.values_list("pk", flat=True)))


def _rows(table: str) -> tuple[str, list[tuple[Any, ...]]]:
    """The statement that writes the rows of a table; PostgreSQL takes them in one text."""
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT * FROM "{table}"')
        names = [f'"{column[0]}"' for column in cursor.description]
        one = f"({', '.join(['%s'] * len(names))})"
        insert, rows = f'INSERT INTO "{table}" ({", ".join(names)}) VALUES ', cursor.fetchall()
        if connection.vendor == "sqlite":
            return insert + one, rows
        values = [value for row in rows for value in row]
        return cursor.mogrify(insert + ", ".join([one] * len(rows)), values), []
