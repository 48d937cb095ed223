"""What the sealed days add up to, asked once for as long as they stand.

Summing two years of daily totals costs more than the rest of the start page. The sums are exact:
whoever writes a total gives the seals a new version in the same transaction, and a reader asks for
that version after he has read which days have changed. So a sum that he takes from here is never
older than the marks he has seen, and a marked day is counted in its rows (docs/decisions/0015).
"""

from collections.abc import Hashable

from django.db.models import QuerySet

from crm.core import prepared
from crm.core.prepared import Build, Value
from crm.dictionaries.models import Stamp
from crm.workbench.sealing import STAMP

_MOST = 2000  # answers; the oldest go first
_answers: dict[Hashable, list[tuple]] = {}


def version() -> int | None:
    """How the totals stand now: to be asked after the changed days. None where none were made."""
    found = prepared.rows("version of sealed days", _stamp, STAMP)
    return found[0][0] if found else None


def rows(version: int | None, shape: Hashable, build: Build, *values: Value) -> list[tuple]:
    """As `prepared.rows`, for a question that the daily totals alone answer."""
    if version is None:
        return prepared.rows(shape, build, *values)
    key = version, shape, values
    found = _answers.get(key)
    if found is None:
        found = prepared.rows(shape, build, *values)
        while len(_answers) >= _MOST:
            _answers.pop(next(iter(_answers)), None)
        _answers[key] = found
    return found


def _stamp(name: str) -> QuerySet:
    return Stamp.objects.filter(pk=name).values_list("version")
