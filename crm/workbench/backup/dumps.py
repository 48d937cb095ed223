"""What backup and restore ask of a database; sqlite.py and postgres.py answer.

The right one is picked by the vendor of the connection. Counting rows is the same question on both:
it proves that what was restored is what was saved.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

#: Tables whose rows are worth nothing in another place or at another time.
EPHEMERAL_TABLES = ("django_session", "crm_cache")
#: Messages that were waiting when the archive was made have been sent since, or are out of date.
#: Plain SQL, because an archive may be older than the models.
OUTBOX = "notifications_delivery"
HOLD_OUTBOX = (
    "UPDATE notifications_delivery SET state = 'failed' WHERE state IN ('pending', 'sending')"
)


@dataclass(frozen=True)
class Snapshot:
    """The content of a database at one moment."""

    file: Path
    counts: dict[str, int]
    audit_head: dict[str, str | int | None]
    migrations: dict[str, str]
    server: str


class Dump(Protocol):
    """One kind of database."""

    vendor: str
    suffix: str

    def name(self) -> str:
        """What an administrator types to confirm that this database is replaced."""
        ...

    def save(self, folder: Path) -> Snapshot:
        """Write a consistent copy into `folder` while others write."""
        ...

    def try_out(self, file: Path, folder: Path) -> dict[str, int] | None:
        """Restore into scratch and count the rows; None where the server permits no scratch."""
        ...

    def is_empty(self) -> bool:
        """True when no user account is in the database."""
        ...

    def load(self, file: Path) -> None:
        """Replace the database by this copy, wholly or not at all."""
        ...

    def counts(self) -> dict[str, int]:
        """Rows of every table now."""
        ...

    def forget(self) -> None:
        """Sign everybody out and hold back messages that were waiting in the archive."""
        ...
