"""Search in the knowledge base: `python -m tests.bench.knowledge --size 100000 --db URL`.

Makes articles with a released version each in an empty database (SQLite file or PostgreSQL), then
measures the list with a search, the help centre's search and suggestions for a ticket, each as a
whole request or call, and prints figures with their targets; exit 1 where one is missed. A
database that holds them already is used as it is. The measures are in `tests.bench.knowledge_run`,
which needs Django set up.
"""

import argparse
import os
import sys
from importlib import import_module

import django


def main() -> int:
    """Prepare, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=100_000)
    parser.add_argument("--db", required=True, help="sqlite:///file or postgresql://…")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crm.settings.test")
    os.environ["TEST_DATABASE_URL"] = options.db
    django.setup()
    return import_module("tests.bench.knowledge_run").run(options.size)


if __name__ == "__main__":
    sys.exit(main())
