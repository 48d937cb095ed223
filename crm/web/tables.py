"""A table is a list of columns plus the way to turn keys into rows of cells or plain values."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from operator import itemgetter
from typing import Any, ClassVar

from django.db import models

from crm.access.masking import Masking
from crm.access.policies import policy_for
from crm.access.verbs import UNMASKED
from crm.core import prepared
from crm.web.columns import CellContext, Column, all_paths


class Table:
    """Subclasses declare `model`, `name` and `columns`; the first column is the row's title."""

    name: ClassVar[str]
    model: ClassVar[type[models.Model]]
    columns: ClassVar[Sequence[Column]]

    @classmethod
    def by_name(cls) -> dict[str, Column]:
        """Columns by their fixed name."""
        return {column.name: column for column in cls.columns}

    @classmethod
    def chosen(cls, names: Sequence[str] | None) -> list[Column]:
        """The columns a user has chosen, in his order; the title column always first."""
        known = cls.by_name()
        if not names:
            return [column for column in cls.columns if column.default]
        title = cls.columns[0]
        rest = [known[name] for name in names if name in known and name != title.name]
        return [title, *rest]

    @classmethod
    def context_for(cls, user: Any) -> CellContext:
        """What the cells need to know about the reader."""
        masks = UNMASKED in policy_for(cls.model).rights
        return CellContext(user, Masking(user, cls.model) if masks else None)

    @classmethod
    def values(
        cls,
        queryset: models.QuerySet | None,
        ids: Sequence[int],
        columns: Sequence[Column],
        ctx: CellContext,
    ) -> Iterator[tuple[int, list[tuple]]]:
        """(key, values of each column) in the order of `ids`: one query plus one per `prepare`.

        `queryset` narrows the rows; None for keys that come from a list narrowed already.
        """
        paths = tuple(all_paths(columns))
        places = {path: place for place, path in enumerate(paths, start=1)}
        picks = [_picker([places[path] for path in column.paths]) for column in columns]
        rows = cls._answers(queryset, ids, columns, paths, ctx)
        found = {row[0]: row for row in rows}
        for column in columns:
            column.prepare(ids, ctx)
        for pk in ids:
            row = found.get(pk)
            if row is not None:
                yield pk, [pick(row) for pick in picks]

    @classmethod
    def _answers(
        cls,
        queryset: models.QuerySet | None,
        ids: Sequence[int],
        columns: Sequence[Column],
        paths: tuple[str, ...],
        ctx: CellContext,
    ) -> Iterable[tuple]:
        """The rows, and what columns ask besides, each question once."""

        def build(keys: Sequence[int]) -> models.QuerySet:
            rows = cls.model._default_manager.all() if queryset is None else queryset
            return rows.filter(pk__in=keys).order_by().values_list("pk", *paths)

        asking = [(column, question) for column in columns if (question := column.question())]
        answers: dict[Hashable, list[tuple]] = {}
        for column, (shape, asks) in asking:
            if shape not in answers:
                answers[shape] = prepared.rows(shape, asks, ids, by_key=True)
            column.arrange(answers[shape], ctx)
        if queryset is not None:
            return prepared.rows_once(build, ids)
        return prepared.rows((cls.model, paths), build, ids, by_key=True)


def _picker(places: list[int]) -> Callable[[tuple], tuple]:
    """Takes these places out of a row as a tuple, without a loop in Python for each cell."""
    if len(places) == 1:
        return itemgetter(slice(places[0], places[0] + 1))
    return itemgetter(*places) if places else lambda row: ()
