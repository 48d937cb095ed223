"""What the sealed days add up to, asked once for as long as they stand.

Summing two years of daily totals costs more than the rest of the start page. The sums are exact:
whoever writes a total gives the seals a new version in the same transaction, and a reader asks for
that version in the statement that tells him which days have changed. So a sum that he takes from
here is never older than the marks he has seen, and a marked day is counted in its rows
(docs/decisions/0015).
"""

from collections.abc import Hashable, Sequence
from typing import Any

from django.db.models import QuerySet

from crm.core import prepared
from crm.core.prepared import Ask
from crm.dictionaries.models import Stamp
from crm.workbench.sealing import STAMP

_MOST = 2000  # answers; the oldest go first
_answers: dict[Hashable, list[tuple]] = {}


def version_ask() -> Ask:
    """How the totals stand now: to be asked with the changed days, never before them.

    The answer has one row, with the version; none where no totals were made.
    """
    return Ask(prepared.ROWS, "version of sealed days", _stamp, (STAMP,))


def together(version: int | None, kept: Sequence[Ask], others: Sequence[Ask] = ()) -> list[Any]:
    """As `prepared.together`, for questions that the daily totals alone answer, and others.

    What is not kept yet is asked in one statement with the others.
    """
    answers = {ask: _answers.get((version, ask.shape, ask.values)) for ask in kept}
    missing = [ask for ask, found in answers.items() if found is None]
    found = prepared.together(*missing, *others)
    for ask, rows in zip(missing, found, strict=False):
        answers[ask] = rows
        if version is not None:
            while len(_answers) >= _MOST:
                _answers.pop(next(iter(_answers)), None)
            _answers[version, ask.shape, ask.values] = rows
    return [*answers.values(), *found[len(missing) :]]


def _stamp(name: str) -> QuerySet:
    return Stamp.objects.filter(pk=name).values_list("version")
