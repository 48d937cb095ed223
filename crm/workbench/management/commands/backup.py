"""`manage.py backup [FILE]`: one checked archive of database, files and settings."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.utils.translation import gettext as _

from crm.workbench.backup import BackupError, make_backup


class Command(BaseCommand):
    help = "Save database, files and settings into one archive and try it out. Safe while in use."
    requires_system_checks = ()  # a system with a fault is the one that needs a backup

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, help="default: a name in backups/")
        parser.add_argument("--keep", type=int, default=0, help="archives to keep in backups/")

    def handle(self, *args: Any, file: Path | None, keep: int, **options: Any) -> None:
        try:
            made = make_backup(file, keep=keep)
        except BackupError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            _("Saved: %(file)s (%(size)d MB, %(rows)d rows, %(files)d files, %(seconds)s s).")
            % {
                "file": made.file,
                "size": made.size // 1_000_000,
                "rows": made.rows,
                "files": made.files,
                "seconds": made.seconds,
            }
        )
        self.stdout.write(
            _("Checked: restored into a scratch database, all counts are equal.")
            if made.verified
            else _("Read back completely, but not restored: the account may not create databases.")
        )
