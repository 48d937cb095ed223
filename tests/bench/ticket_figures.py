"""Figures of many tickets: `python -m tests.bench.ticket_figures --size 1000000 --db URL`.

Makes tickets of two years with their clocks and holders in an empty database (SQLite file or
PostgreSQL), then measures the desk (queue page), the statistics of a month and of a year, and the
supervisor's wall, each as a whole request, and prints figures with their targets; exit 1 where one
is missed. A database that holds them already is used as it is. The measures are in
`tests.bench.ticket_figures_run`, which needs Django set up.
"""

import argparse
import os
import sys
from importlib import import_module

import django


def main() -> int:
    """Prepare, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=1_000_000)
    parser.add_argument("--db", required=True, help="sqlite:///file or postgresql://…")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crm.settings.test")
    os.environ["TEST_DATABASE_URL"] = options.db
    django.setup()
    return import_module("tests.bench.ticket_figures_run").run(options.size)


if __name__ == "__main__":
    sys.exit(main())
