"""Import a file in this process: the wizard's code, rights and ledger, without a worker."""

import json
import sys
from pathlib import Path
from typing import Any

from django.core.files import File
from django.core.management.base import BaseCommand, CommandError, CommandParser

from crm.accounts.models import User
from crm.core.context import working_as
from crm.core.errors import DomainError
from crm.jobs import services as job_services
from crm.jobs import states
from crm.jobs.importing import services, tables
from crm.jobs.importing.kinds import RESULT_COUNTS
from crm.jobs.importing.resources import RESOURCES, SAME, SKIP
from crm.jobs.models import Job, State
from crm.jobs.runner import run_in_process


def person(login: str) -> User:
    """The account a command works as. Raises CommandError."""
    user = User.objects.for_login(login).filter(is_active=True).first()
    if user is None:
        raise CommandError(f"no active account {login!r}", returncode=2)
    return user


class Command(BaseCommand):
    """`manage.py import_file ENTITY FILE --as LOGIN`; exit 0 done, 1 refused or failed, 2 usage."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("entity", choices=sorted(RESOURCES))
        parser.add_argument("file", type=Path)
        parser.add_argument("--as", dest="login", required=True, metavar="LOGIN")
        parser.add_argument("--duplicates", choices=("skip", "update", "refuse"), default="skip")
        parser.add_argument("--unknown", choices=("empty", "add", "refuse"), default="empty")
        parser.add_argument("--dry-run", action="store_true")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["file"].is_file():
            raise CommandError(f"no file {options['file']}", returncode=2)
        actor = person(options["login"])
        with working_as("command"):
            try:
                result = self.run_import(actor, options)
            except DomainError as error:
                self.stderr.write(error.message)
                sys.exit(1)
        self.report(result, as_json=options["json"])
        if result.pop("failed", ""):
            sys.exit(1)

    def run_import(self, actor: User, options: dict[str, Any]) -> dict[str, Any]:
        """Check, then run unless it is a dry run; the result as the contract names it."""
        resource = RESOURCES[options["entity"]]
        with options["file"].open("rb") as stream:
            job = services.start(resource, File(stream), options["file"].name, actor=actor)
        chosen = {"duplicates": options["duplicates"], "unknown": options["unknown"]}
        job = services.configure(job, options=chosen)
        job = run_in_process(services.check_here(job))
        if job.state != State.CHECKED:
            return {"failed": job.message, **result_of(job)}
        if options["dry_run"]:
            counts = checked_counts(job)
            tables.rows_path(job).unlink(missing_ok=True)
            job_services.remove_draft(job)
            return counts
        job = run_in_process(states.start_run(job, rings=False))
        failed = job.message if job.state != State.DONE else ""
        return {"failed": failed, **result_of(job)}

    def report(self, result: dict[str, Any], *, as_json: bool) -> None:
        """A line per figure, or one JSON object as the last line."""
        if result.get("failed"):
            self.stderr.write(result["failed"])
        shown = {name: value for name, value in result.items() if name != "failed"}
        if as_json:
            self.stdout.write(json.dumps(shown, ensure_ascii=False))
            return
        for name, value in shown.items():
            self.stdout.write(f"{name}: {value}")


def result_of(job: Job) -> dict[str, Any]:
    """Counts of a job that ran."""
    counts = {name: job.counters.get(name, 0) for name in RESULT_COUNTS}
    counts["refused"] += job.counters.get("failed", 0)
    errors = job.files.filter(code="errors").first()
    return {
        "job": job.pk,
        "rows": job.total or 0,
        **counts,
        "error_workbook": errors.path if errors else None,
    }


def checked_counts(job: Job) -> dict[str, Any]:
    """The same figures as the check foresees them."""
    counters = job.counters
    return {
        "job": None,
        "rows": job.total or 0,
        "created": counters.get("new", 0),
        "updated": counters.get("update", 0),
        "skipped": counters.get(SKIP, 0) + counters.get(SAME, 0),
        "refused": counters.get("refuse", 0),
        "repaired": counters.get("repaired", 0),
        "incomplete": counters.get("incomplete", 0),
        "error_workbook": None,
    }
