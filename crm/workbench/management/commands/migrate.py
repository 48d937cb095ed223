"""`migrate` with upkeep behind it: missing indexes are built, statistics brought up to date.

So every way of updating an installation has it: `make run`, the units of deploy/, by hand.
"""

from typing import Any

from django.core.management.commands.migrate import Command as MigrateCommand

from crm.core import upkeep
from crm.core.quick_states import quick_states


class Command(MigrateCommand):
    """Django's command; nothing is touched with --plan or --check, or by a partial migration."""

    def handle(self, *args: Any, **options: Any) -> None:
        with quick_states():
            super().handle(*args, **options)
        alias = options["database"]
        if options["plan"] or options["check_unapplied"] or not upkeep.is_migrated(alias):
            return
        for name in upkeep.rebuild_missing_indexes(alias):
            self.stderr.write(f"Built the missing index {name}")
        upkeep.refresh_statistics(alias)
