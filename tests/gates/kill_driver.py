"""Runs the trials of G13 and G15 on one database and prints what it found as one line of JSON.

    python -m tests.gates.kill_driver MODE --folder DIR [--server URL] [--trials N] [--kind CODE]

Modes: `statements` kills before and after every SQL statement of a 30-row job, `random` at
random times, `worker` a whole Celery worker, `duplicates` delivers everything five times at once.
"""

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="kill_driver")
    parser.add_argument("mode", choices=["statements", "random", "worker", "duplicates"])
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--server", default="")
    parser.add_argument("--trials", type=int, default=5)
    parser.add_argument("--kind", default="killing.honest")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--stride", type=int, default=1, help="statements from kill to kill")
    parser.add_argument("--greedy", action="store_true", help="plant the bug of the claim")
    return parser.parse_args()


def main() -> int:
    """Prepare the database, run the mode, print the findings."""
    options = arguments()
    for name in ("files", "mail", "messages", "control"):
        (options.folder / name).mkdir(parents=True, exist_ok=True)
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.gates.kill_settings"
    os.environ["KILL_FOLDER"] = str(options.folder)
    drop = None
    if options.server:
        from tests.kit.killing import fresh_postgres  # noqa: PLC0415 - before Django is set up

        os.environ["TEST_DATABASE_URL"], drop = fresh_postgres(options.server)
    else:
        os.environ["TEST_DATABASE_URL"] = f"sqlite:///{options.folder / 'kill.sqlite3'}"
    try:
        print(json.dumps(run(options)))
    finally:
        if drop is not None:
            drop()
    return 0


def run(options: argparse.Namespace) -> dict[str, Any]:
    """The mode, with Django set up."""
    import django  # noqa: PLC0415 - the settings depend on the command line

    django.setup()
    from tests.gates import kill_trials  # noqa: PLC0415 - needs Django

    kill_trials.prepare()
    return getattr(kill_trials, options.mode)(options)


if __name__ == "__main__":
    sys.exit(main())
