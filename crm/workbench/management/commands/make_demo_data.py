"""Make demo data: the small company of the first run, or N customers for measurements."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction

from crm.core.context import working_as
from crm.dictionaries import seeding
from crm.workbench import sealing
from crm.workbench.demo import parts
from crm.workbench.demo.accounts import ensure_people


class Command(BaseCommand):
    """`manage.py make_demo_data --customers N --seed S` or `--first-run`."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--customers", type=int, default=0, metavar="N")
        parser.add_argument("--seed", type=int, default=1, metavar="S")
        parser.add_argument("--first-run", action="store_true", dest="first_run")

    def handle(self, *args: Any, **options: Any) -> None:
        with working_as("command"):
            seeding.seed()
            if options["first_run"] or not options["customers"]:
                self.make_small()
            if options["customers"]:
                self.make_many(options["customers"], options["seed"])
            sealing.forget()  # demo rows are dated back without events

    @transaction.atomic
    def make_small(self) -> None:
        """The accounts, and each app's part where it has made nothing yet."""
        people = ensure_people()
        for part in parts():
            if not part.count():
                part.make(people)

    def make_many(self, number: int, seed: int) -> None:
        """Mass data of every app that has some."""
        people, started = ensure_people(), time.monotonic()
        for part in parts():
            if part.make_many is None:
                continue
            for done in part.make_many(number, seed, people):
                seconds = time.monotonic() - started
                self.stdout.write(f"{part.name}: {done:,} of {number:,} ({seconds:.0f} s)")
