"""Presence: who looks at a ticket, who writes on it (`service.md` 8.1).

Every open page of a ticket sends a beat; somebody without a beat for some seconds has gone. It is a
hint, no lock: what two people do at once is settled by versions and by the newest message.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from crm.core import clock
from tickets.desk.models import Presence
from tickets.models import Ticket

#: Seconds between two beats of a page.
BEAT = 15
#: Without a beat for so long somebody has gone: one beat may be lost.
GONE = timedelta(seconds=2 * BEAT + 5)
#: Lines older than this are removed.
KEPT = timedelta(hours=1)
#: People shown on a ticket.
MOST = 6


@dataclass(frozen=True)
class Somebody:
    """A colleague on a ticket."""

    person: Any
    is_writing: bool

    @property
    def text(self) -> str:
        """李娜正在查看 / 李娜正在回复."""
        words = {"name": self.person.display_name}
        if self.is_writing:
            return _("%(name)s is writing a reply") % words
        return _("%(name)s is looking at this") % words


def beat(ticket: Ticket, user: Any, *, is_writing: bool) -> None:
    """Somebody is here; one statement. The caller has checked that he sees the ticket."""
    row = Presence(ticket=ticket, user=user, seen_at=clock.now(), is_writing=is_writing)
    Presence.objects.bulk_create(
        [row],
        update_conflicts=True,
        unique_fields=["ticket", "user"],
        update_fields=["seen_at", "is_writing"],
    )


def leave(ticket: Ticket, user: Any) -> None:
    """The page was closed."""
    Presence.objects.filter(ticket=ticket, user=user).delete()


def others(ticket: Ticket, user: Any) -> list[Somebody]:
    """Colleagues on this ticket, those who write first."""
    return on_tickets([ticket.pk], user).get(ticket.pk, [])[:MOST]


def on_tickets(keys: Iterable[int], user: Any) -> dict[int, list[Somebody]]:
    """Colleagues on each of some tickets that the reader sees."""
    rows = Presence.objects.filter(ticket__in=list(keys), seen_at__gt=clock.now() - GONE)
    found: defaultdict[int, list[Somebody]] = defaultdict(list)
    for row in rows.exclude(user=user).select_related("user").order_by("-is_writing", "pk"):
        found[row.ticket_id].append(Somebody(row.user, row.is_writing))
    return found


def forget_old() -> int:
    """Remove what has long expired."""
    return Presence.objects.filter(seen_at__lt=clock.now() - KEPT).delete()[0]
