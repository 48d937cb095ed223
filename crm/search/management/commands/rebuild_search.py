"""`manage.py rebuild_search`: make search indexes anew from the records."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from crm.search.index import rebuild
from crm.search.registry import ENTITIES


class Command(BaseCommand):
    help = "Rebuild the search index of one or all searchable models."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which model, and how."""
        parser.add_argument("entity", nargs="?", help="app_label.Model; all when left out")
        parser.add_argument(
            "--from-empty",
            action="store_true",
            help="clear first and load in bulk: faster, but searches find too little meanwhile",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Rebuild one after the other."""
        wanted = options["entity"]
        if wanted and wanted.lower() not in ENTITIES:
            raise CommandError(f"{wanted} is not searchable. Choose from: {', '.join(ENTITIES)}.")
        for key in [wanted.lower()] if wanted else list(ENTITIES):
            self._rebuild(key, from_empty=options["from_empty"])

    def _rebuild(self, key: str, *, from_empty: bool) -> None:
        started, done = time.monotonic(), 0
        for done in rebuild(key, from_empty=from_empty):
            if done % 100_000 == 0:
                self.stdout.write(f"{key}: {done}")
        seconds = time.monotonic() - started
        self.stdout.write(f"{key}: {done} records in {seconds:.1f} s")
