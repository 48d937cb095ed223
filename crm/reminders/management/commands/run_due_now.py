"""Send the reminders that are due, in this process, as the tick does every minute."""

from typing import Any

from django.core.management.base import BaseCommand

from crm.core import context
from crm.reminders import running


class Command(BaseCommand):
    """`manage.py run_due_now`."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        """Run one tick and say how many notices it wrote."""
        with context.working_as("command"):
            sent = running.run_due()
        self.stdout.write(f"{sent} reminders sent")
