"""One archive with database, files and settings: made while in use, checked, restored.

`make_backup` and `restore_backup` are what the commands call, `last_backup` what the administration
shows. The archive format is in archive.py, the two databases in sqlite.py and postgres.py.
"""

from crm.workbench.backup.errors import BackupError
from crm.workbench.backup.making import LastBackup, last_backup, make_backup
from crm.workbench.backup.restoring import restore_backup

__all__ = ["BackupError", "LastBackup", "last_backup", "make_backup", "restore_backup"]
