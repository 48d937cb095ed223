"""Answers that are kept for as long as what they are made of stands: sums of sealed days, targets.

Summing two years of daily totals costs more than the rest of the start page. The sums are exact:
whoever writes a total gives the seals a new version in the same transaction, and a reader asks for
that version in the statement that tells him which days have changed (`changed_days.standing`). So
a sum that he takes from here is never older than the marks he has seen, and a marked day is
counted in its rows (docs/decisions/0015).
"""

from collections.abc import Hashable, Sequence
from typing import Any

from crm.core import prepared
from crm.core.prepared import Ask

_MOST = 2000  # answers; the oldest go first
_answers: dict[Hashable, list[tuple]] = {}


def together(version: int | None, kept: Sequence[Ask], others: Sequence[Ask] = ()) -> list[Any]:
    """As `prepared.together`, for questions that data of this version alone answers, and others.

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
