"""Runs the trials of G13 and G15 on one database and prints what it found as one line of JSON.

    python -m tests.gates.kill_driver MODE --folder DIR [--server URL] [--trials N] [--kind CODE]

Modes: `statements` kills before and after every SQL statement of a 30-row job, `random` at
random times, `worker` a whole Celery worker, `interrupted` ends one of its processes by SIGTERM,
`duplicates` delivers everything five times at once.
`imports`, `import_states` and `import_statements` kill the import of customers; `broker` and
`database` kill a Redis and a PostgreSQL of their own under a worker. `sales` lets processes claim
and convert the same leads, and kills the tick of reminders and the job of a bulk action. `prepare`
only
completes the SQLite database that the others find in their folder.
"""

import argparse
import importlib
import json
import os
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import django

from tests.gates.driver import DATABASE
from tests.kit import migrated
from tests.kit.killing import fresh_postgres
from tests.kit.servers import Postgres, Redis, Server

#: The module of each mode; they need Django and are imported when it is set up.
MODES = {
    "statements": "tests.gates.kill_trials",
    "random": "tests.gates.kill_trials",
    "worker": "tests.gates.kill_trials",
    "interrupted": "tests.gates.kill_trials",
    "duplicates": "tests.gates.kill_trials",
    "mutants": "tests.gates.mutant_trials",
    "imports": "tests.gates.import_trials",
    "import_states": "tests.gates.import_trials",
    "import_statements": "tests.gates.import_trials",
    "broker": "tests.gates.server_trials",
    "database": "tests.gates.server_trials",
    "sales": "tests.gates.sales_trials",
}


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="kill_driver")
    parser.add_argument("mode", choices=["prepare", *sorted(MODES)])
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--server", default="")
    parser.add_argument("--trials", type=int, default=5)
    parser.add_argument("--kind", default="killing.honest")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--stride", type=int, default=1, help="statements from kill to kill")
    parser.add_argument("--ring", type=float, default=30, help="seconds from ring to ring")
    parser.add_argument("--greedy", action="store_true", help="plant the bug of the claim")
    return parser.parse_args()


def main() -> int:
    """Prepare the database, run the mode, print the findings."""
    options = arguments()
    for name in ("files", "mail", "messages", "control"):
        (options.folder / name).mkdir(parents=True, exist_ok=True)
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.gates.kill_settings"
    os.environ["KILL_FOLDER"] = str(options.folder)
    with ExitStack() as stack:
        options.victim = servers(options, stack)
        print(json.dumps(run(options)))
    return 0


def servers(options: argparse.Namespace, stack: ExitStack) -> Server | None:
    """Choose the database and the queue by the environment; returns the server to be killed."""
    folder, victim = options.folder, None
    os.environ.pop("REDIS_URL", None)
    if options.mode == "database":
        folder.chmod(0o711)  # PostgreSQL does not run as root
        victim = Postgres(folder / "postgres")
    elif options.mode == "broker":
        victim = Redis(folder)
        os.environ["REDIS_URL"] = victim.url
    if victim is not None:
        stack.callback(victim.stop)
        victim.start()
    if options.server:
        template = migrated.postgres()
        if isinstance(victim, Postgres):
            victim.load(options.server, template)
            options.server, template = victim.url, "template1"
        os.environ["TEST_DATABASE_URL"], drop = fresh_postgres(options.server, template)
        stack.callback(drop)
    else:
        os.environ["TEST_DATABASE_URL"] = f"sqlite:///{folder / DATABASE}"
    return victim


def run(options: argparse.Namespace) -> dict[str, Any]:
    """The mode, with Django set up."""
    django.setup()
    if options.mode == "prepare" or not (options.folder / DATABASE).exists():
        importlib.import_module("tests.gates.kill_trials").prepare()
    if options.mode == "prepare":
        return {}
    return getattr(importlib.import_module(MODES[options.mode]), options.mode)(options)


if __name__ == "__main__":
    sys.exit(main())
