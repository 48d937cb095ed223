"""`manage.py restore FILE`: an archive of `backup` in the place of this system's data."""

from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.workbench.backup import BackupError, restore_backup


class Command(BaseCommand):
    help = "Restore an archive into an empty system, or replace one whose database name is typed."
    requires_system_checks = ()  # restoring is how a damaged system becomes whole

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--yes-replace", default="", metavar="NAME", help="name of the database to replace"
        )

    def handle(self, *args: Any, file: Path, yes_replace: str, **options: Any) -> None:
        try:
            restored = restore_backup(file, replace=yes_replace)
        except BackupError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            _("Restored: %(rows)d rows and %(files)d files of %(made_at)s; all counts are equal.")
            % {"rows": restored.rows, "files": restored.files, "made_at": _local(restored.made_at)}
        )
        if restored.needs_migrate:
            self.stdout.write(_("The archive is older than this version. Now run: migrate"))


def _local(moment: str) -> str:
    """A stored moment as people here read it."""
    return timezone.localtime(datetime.fromisoformat(moment)).strftime("%Y-%m-%d %H:%M")
