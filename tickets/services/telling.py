"""Who is told about a ticket: handler, supervisor, watchers, people who were named."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from crm.accounts.models import User
from crm.core import clock
from crm.notifications.services import notify
from tickets.models import Ticket, TicketWatcher

EXCERPT = 120


def sees(user: Any, ticket: Ticket) -> bool:
    """Whether somebody may know of the ticket, though he had to do with it before."""
    return Ticket.objects.visible_to(user).filter(pk=ticket.pk).exists()


def tell_owner(ticket: Ticket, actor: Any) -> None:
    """Somebody else, or a rule, gave this ticket to its handler."""
    if ticket.owner_id is None or (actor is not None and ticket.owner_id == actor.pk):
        return
    by = actor.name if actor is not None else _("the assignment rules")
    notify(
        [ticket.owner],
        "ticket_assigned",
        title=lambda: (
            _("The ticket %(number)s was assigned to you: %(title)s")
            % {"number": ticket.number, "title": ticket.title}
        ),
        text=lambda: _("By %(actor)s") % {"actor": by},
        url=ticket.get_absolute_url(),
        dedupe_key=f"ticket-assigned:{ticket.pk}:{ticket.last_seq}",
    )


def tell_supervisor(ticket: Ticket, why: str) -> None:
    """A ticket waits for somebody to be chosen (P11)."""
    if ticket.supervisor is None:
        return
    notify(
        [ticket.supervisor],
        "ticket_escalated",
        title=lambda: (
            _("The ticket %(number)s waits for your assignment: %(title)s")
            % {"number": ticket.number, "title": ticket.title}
        ),
        text=why,
        url=ticket.get_absolute_url(),
        dedupe_key=f"ticket-escalated:{ticket.pk}:{ticket.last_seq}",
    )


def tell_customer_wrote(ticket: Ticket, text: str, key: str) -> None:
    """The customer wrote: whoever works on it and still may, else who distributes it."""
    people = [user for user in (ticket.owner, ticket.supervisor) if user is not None]
    told = next((user for user in people if user.is_active and sees(user, ticket)), None)
    if told is None:
        return
    notify(
        [told],
        "ticket_written",
        title=lambda: (
            _("The customer wrote on %(number)s: %(title)s")
            % {"number": ticket.number, "title": ticket.title}
        ),
        text=" ".join(text.split())[:EXCERPT],
        url=ticket.get_absolute_url(),
        dedupe_key=key,
    )


def tell_urged(ticket: Ticket, leader: Any, words: str, *, but: Any) -> None:
    """The customer urges: whoever works on it and whoever distributes it, both."""
    notify(
        [user for user in _responsible(ticket, leader) if but is None or user.pk != but.pk],
        "ticket_urged",
        title=lambda: (
            _("The customer urges %(number)s (%(count)d): %(title)s")
            % {"number": ticket.number, "count": ticket.urge_count, "title": ticket.title}
        ),
        text=" ".join(words.split())[:EXCERPT],
        url=ticket.get_absolute_url(),
        dedupe_key=f"ticket-urged:{ticket.pk}:{ticket.urge_count}",
    )


def tell_withdrawal(ticket: Ticket, leader: Any) -> None:
    """The customer wants it voided, or no longer: the same two."""
    asked = ticket.withdrawal_at

    def title() -> str:
        said = _("The customer withdraws %(number)s: %(title)s") if asked else _(
            "The customer wants %(number)s to go on: %(title)s"
        )  # fmt: skip
        return said % {"number": ticket.number, "title": ticket.title}

    notify(
        _responsible(ticket, leader),
        "ticket_withdrawal",
        title=title,
        text=ticket.withdrawal_reason[:EXCERPT],
        url=ticket.get_absolute_url(),
        dedupe_key=f"ticket-withdrawal:{ticket.pk}:{asked or clock.now()}",
    )


def _responsible(ticket: Ticket, leader: Any) -> list[Any]:
    """The handler and who distributes it, once each, as far as they still see it."""
    people = {user.pk: user for user in (ticket.owner, leader) if user is not None}
    return [user for user in people.values() if user.is_active and sees(user, ticket)]


def tell_watchers(ticket: Ticket, what: str, key: str, *, but: Iterable[int | None] = ()) -> None:
    """Something happened to a ticket people watch; not those who did it or know already.

    Nobody is told about a ticket he may not see.
    """
    keys = TicketWatcher.objects.filter(ticket=ticket).values_list("user_id", flat=True)
    wanted = set(keys) - set(but) - {ticket.owner_id}
    people = User.objects.active().filter(pk__in=wanted)
    notify(
        [user for user in people if sees(user, ticket)],
        "ticket_watched",
        title=lambda: f"{ticket.number} {ticket.title}",
        text=what,
        url=ticket.get_absolute_url(),
        dedupe_key=key,
    )
