"""The one error of backup and restore."""

from django.utils.translation import gettext as _


class BackupError(Exception):
    """A backup or restore cannot go on; the text says what failed and why."""


def in_use() -> BackupError:
    """Somebody else has the database open."""
    return BackupError(_("Restoring failed: the database is in use. Stop the program first."))
