"""Closed lists of the workbench."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Source(models.TextChoices):
    """Where a change came from (`crm.core.context`)."""

    WEB = "web", _("Web page")
    IMPORT = "import", _("Import")
    JOB = "job", _("Background job")
    COMMAND = "command", _("Command line")
    SYSTEM = "system", _("The system")

    @classmethod
    def colors(cls) -> dict[str, str]:
        """Badge colours."""
        return {
            cls.WEB: "gray",
            cls.IMPORT: "blue",
            cls.JOB: "purple",
            cls.COMMAND: "orange",
            cls.SYSTEM: "teal",
        }
