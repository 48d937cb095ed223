"""Take an import back in this process; rows touched since stay and are listed."""

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from crm.core.context import working_as
from crm.core.errors import DomainError
from crm.jobs.importing import services
from crm.jobs.management.commands.import_file import person
from crm.jobs.models import Job, State
from crm.jobs.runner import run_in_process


class Command(BaseCommand):
    """`manage.py undo_import JOB --as LOGIN [--json]`."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("job", type=int)
        parser.add_argument("--as", dest="login", required=True, metavar="LOGIN")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        actor = person(options["login"])
        job = Job.objects.of(actor).filter(pk=options["job"]).first()
        if job is None:
            raise CommandError(f"no import {options['job']} of this user", returncode=2)
        with working_as("command"):
            try:
                done = run_in_process(services.undo(job, actor=actor, rings=False))
            except DomainError as error:
                self.stderr.write(error.message)
                sys.exit(1)
        result = {
            "reverted": done.counters.get("reverted", 0),
            "kept": done.counters.get("kept", 0),
        }
        if options["json"]:
            self.stdout.write(json.dumps(result))
        else:
            self.stdout.write(f"reverted: {result['reverted']}\nkept: {result['kept']}")
        if done.state != State.DONE:
            self.stderr.write(done.message)
            sys.exit(1)
