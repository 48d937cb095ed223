"""Export a list to a file in this process: the rights, masks and log of the page, all columns."""

import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone, translation

from crm.core.context import working_as
from crm.core.errors import DomainError
from crm.jobs.exporting.exports import EXPORTS, FORMATS, Wanted
from crm.jobs.exporting.rows import Extract
from crm.jobs.exporting.services import write_file
from crm.jobs.management.commands.import_file import person


class Command(BaseCommand):
    """`manage.py export_file ENTITY OUT --as LOGIN`; exit 0 done, 1 refused, 2 usage."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("entity", choices=sorted(EXPORTS))
        parser.add_argument("out", type=Path, help="ends in .xlsx or .csv")
        parser.add_argument("--as", dest="login", required=True, metavar="LOGIN")
        parser.add_argument(
            "--view", default="", metavar="NAME", help="a tab of the list: mine, all"
        )
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        actor, fmt = person(options["login"]), options["out"].suffix.lower().lstrip(".")
        if fmt not in FORMATS or not options["out"].absolute().parent.is_dir():
            raise CommandError(
                "OUT must end in .xlsx or .csv, in a folder that exists", returncode=2
            )
        with (
            working_as("command"),
            translation.override(actor.language or settings.LANGUAGE_CODE),
            timezone.override(ZoneInfo(actor.time_zone)),
        ):
            extract = self.extract(options["entity"], fmt, options["view"], actor)
            try:
                rows = write_beside(extract, options["out"])
            except (DomainError, OSError) as error:
                self.stderr.write(getattr(error, "message", str(error)))
                sys.exit(1)
        result = {"rows": rows, "columns": len(extract.columns), "file": str(options["out"])}
        if options["json"]:
            self.stdout.write(json.dumps(result, ensure_ascii=False))
            return
        for name, value in result.items():
            self.stdout.write(f"{name}: {value}")

    def extract(self, entity: str, fmt: str, view: str, actor: Any) -> Extract:
        """What is wanted. Raises CommandError for a view that the list does not offer."""
        export = EXPORTS[entity]
        query = urlencode({"scene": view}) if view else ""
        extract = Extract(export, Wanted(query=query, fmt=fmt), actor)
        offered = [scene.name for scene in extract.listing.scenes]
        if view and view not in offered:
            raise CommandError(f"no view {view!r}, only: {', '.join(offered)}", returncode=2)
        return extract


def write_beside(extract: Extract, out: Path) -> int:
    """Write to a hidden folder first, so that `out` is never half a file."""
    with TemporaryDirectory(prefix=".export-", dir=out.absolute().parent) as folder:
        path = Path(folder) / out.name
        rows = write_file(extract, path)
        path.replace(out)
    return rows
