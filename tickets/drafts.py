"""A ticket as it is about to be written: from a form (one) or from an import (many)."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tickets.choices import Via
from tickets.models import Ticket


@dataclass
class TicketDraft:
    """An unsaved ticket. `note` goes into the event; `via` is how the problem was told.

    `created_at` is for imports of older ones, `received_at` for what came in before its ticket
    was made. `watchers` are people who want to hear of it, `tags` keys.
    """

    ticket: Ticket
    note: str = ""
    via: Via = Via.DESK
    created_at: datetime | None = None
    received_at: datetime | None = None
    watchers: list[Any] = field(default_factory=list)
    tags: list[int] = field(default_factory=list)
