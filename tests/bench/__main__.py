"""`make bench`: measures targets 1-20 and 22 of `performance.md` 6, and the pool (23).

Exit 1 if a target is missed.

SIZE is the number of customers (1000000 is judged, 100000 is the smoke run). BENCH_DATABASES
limits the run to `sqlite` or `postgresql`; a database that was not measured fails the run.
"""

import os
import shutil
import signal
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from tests.bench.figures import Figures
from tests.bench.processes import ROOT
from tests.bench.run import Run
from tests.bench.stores import CACHE, PostgreSQL, SQLite, Store

STORES: dict[str, type[Store]] = {"sqlite": SQLite, "postgresql": PostgreSQL}


def main() -> int:
    """Measure, print, write; 1 when a target is missed or a database is missing."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # servers end on the way out
    size = int(os.environ.get("SIZE", "1000000"))
    wanted = os.environ.get("BENCH_DATABASES", "sqlite,postgresql").split(",")
    target = ROOT / Path(os.environ.get("CRM_DATA_DIR") or "var") / "bench.json"
    figures, missing = Figures(), [name for name in STORES if name not in wanted]
    CACHE.mkdir(exist_ok=True)
    for name in (name for name in STORES if name in wanted):
        if name == "postgresql" and PostgreSQL.binaries() is None:
            missing.append(name)
            continue
        try:
            measure(STORES[name], size, figures)
        finally:
            figures.write(target)
    for figure in figures.missed:
        print(f"missed: {figure.line()}")
    for name in missing:
        print(f"missing: {name} was not measured", file=sys.stderr)
    print(f"bench: {len(figures)} figures, {len(figures.missed)} missed, written to {target}")
    return 1 if figures.missed or missing else 0


def measure(kind: type[Store], size: int, figures: Figures) -> None:
    """One database from start to stop."""
    work = Path(tempfile.mkdtemp(prefix="run-", dir=CACHE))
    work.chmod(0o755)
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, work, ignore_errors=True)
        store = kind(work)
        store.start()
        stack.callback(store.stop)
        Run(store, size, figures, stack).all()


if __name__ == "__main__":
    sys.exit(main())
