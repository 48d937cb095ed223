"""What a request does to the database: how many statements, and which of them write."""

import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

BASELINES = Path(__file__).parent.parent / "baselines" / "query_counts.json"
#: `UPDATE_BASELINES=1 pytest …` writes the counts it finds instead of comparing them.
UPDATING = os.environ.get("UPDATE_BASELINES") == "1"

_WRITE = re.compile(
    r"^\s*(?:WITH\b.*?\)\s*)?(INSERT|UPDATE|DELETE|REPLACE|MERGE|TRUNCATE|CREATE|ALTER|DROP)\b",
    re.IGNORECASE | re.DOTALL,
)
_TABLE = re.compile(r"(?:INTO|UPDATE|FROM|TABLE)\s+(?:ONLY\s+)?[\"`]?(\w+)", re.IGNORECASE)
#: Tables that any request may write: sessions, the view history (`contracts.md` 1.3), log-ins.
EXEMPT = frozenset(
    {"django_session", "audit_view", "accounts_loginrecord", "accounts_loginthrottle"}
)


@dataclass
class Writes:
    """The statements that changed something outside of the exempt tables."""

    statements: list[str] = field(default_factory=list)

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if is_write(sql):
            self.statements.append(sql[:200])
        return execute(sql, params, many, context)

    def __len__(self) -> int:
        return len(self.statements)


def is_write(sql: str) -> bool:
    """Whether a statement changes a table that is not exempt."""
    if not _WRITE.match(sql):
        return False
    table = _TABLE.search(sql)
    return table is None or table.group(1).lower() not in EXEMPT


@contextmanager
def watching_writes() -> Iterator[Writes]:
    """Collect the writing statements of a block."""
    found = Writes()
    with connection.execute_wrapper(found):
        yield found


def count_queries(call: Any) -> int:
    """How many statements a call sends, savepoints left out."""
    with CaptureQueriesContext(connection) as captured:
        call()
    marks = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT")
    return sum(not (query["sql"] or "").startswith(marks) for query in captured.captured_queries)


def check_budget(name: str, found: int, *, most: int) -> None:
    """Compare a count with its limit and with the recorded baseline, which may only sink."""
    assert found <= most, f"{name}: {found} queries, the budget is {most}"
    known = json.loads(BASELINES.read_text()) if BASELINES.exists() else {}
    if UPDATING:
        known[name] = found
        BASELINES.write_text(json.dumps(dict(sorted(known.items())), indent=2) + "\n")
        return
    assert name in known, f"{name}: no baseline; run with UPDATE_BASELINES=1"
    assert found <= known[name], f"{name}: {found} queries, the baseline is {known[name]}"
