"""`manage.py check_search`: compare search indexes with the records and with a plain scan."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from crm.search.checking import check
from crm.search.registry import ENTITIES


class Command(BaseCommand):
    help = "Compare a sample of the search index with the records and with a plain scan."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which model, how much."""
        parser.add_argument("entity", nargs="?", help="app_label.Model; all when left out")
        parser.add_argument("--records", type=int, default=1_000)
        parser.add_argument("--terms", type=int, default=200)
        parser.add_argument("--seed", type=int, default=1)

    def handle(self, *args: Any, **options: Any) -> None:
        """Check one after the other; differences make the command fail."""
        wanted = options["entity"]
        if wanted and wanted.lower() not in ENTITIES:
            raise CommandError(f"{wanted} is not searchable. Choose from: {', '.join(ENTITIES)}.")
        failed = False
        for key in [wanted.lower()] if wanted else list(ENTITIES):
            report = check(
                key, records=options["records"], terms=options["terms"], seed=options["seed"]
            )
            self.stdout.write(f"{key}: {report.records} records, {report.terms} terms compared")
            if not report.is_clean:
                failed = True
                self.stderr.write(f"{key}: documents beyond records: {report.surplus}")
                self.stderr.write(f"{key}: outdated records {report.stale[:20]}")
                self.stderr.write(f"{key}: terms with a wrong count {report.wrong_terms[:20]}")
        if failed:
            raise CommandError("The index differs. Run `manage.py rebuild_search`.")
