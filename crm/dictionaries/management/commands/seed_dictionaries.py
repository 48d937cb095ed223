"""Write dictionaries, number rules, regions and preset roles that are missing. Safe to repeat."""

from typing import Any

from django.core.management.base import BaseCommand

from crm.dictionaries import seeding


class Command(BaseCommand):
    """`manage.py seed_dictionaries`."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        added = seeding.seed()
        if any(added.values()) or options["verbosity"] > 1:
            self.stdout.write(", ".join(f"{kind}: {count}" for kind, count in added.items()))
