"""Times of the search index: `python -m tests.bench.search --size 1000000 --db URL`.

Makes a table of items and their index in the given database (SQLite file or PostgreSQL), loads the
companies of `tests.bench.names`, then measures plan, total and first fifty keys of typical words,
and writing. A run with `--keep` leaves the tables for the next one, others drop them at the end.
The measures themselves are in `tests.bench.search_run`, which needs Django set up.
"""

import argparse
import os
from importlib import import_module

import django


def main() -> None:
    """Prepare, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=100_000)
    parser.add_argument("--db", required=True, help="sqlite:///file or postgresql://…")
    parser.add_argument("--keep", action="store_true", help="use and leave the tables")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crm.settings.test")
    os.environ["TEST_DATABASE_URL"] = options.db
    django.setup()
    import_module("tests.bench.search_run").Bench(options.size).run(keep=options.keep)


if __name__ == "__main__":
    main()
