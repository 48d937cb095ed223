"""What the customer reads on his page, and nothing else: his words, public answers, their files.

No notes, no other tickets, no merged conversations, no numbers or addresses; colleagues by the
name they show.
"""

from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Prefetch, QuerySet
from django.template.defaultfilters import filesizeformat
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from crm.activities.models import Attachment
from crm.web.navigation import address
from tickets import catalog
from tickets.choices import IN_WORK, MessageKind, Phase, Via
from tickets.models import CustomerLink, Ticket, TicketMessage
from tickets.rules import URGENT_MARK
from tickets.services.conversing import end_of_chain, is_past_window
from tickets.services.urging import may_urge
from tickets.services.withdrawing import may_withdraw

#: Messages on the page, the newest ones.
LIMIT = 200
#: What a phase is called for people who do not work here.
WORDS = {
    Phase.NEW: lambda: _("Received"),
    Phase.OPEN: lambda: _("We are working on it"),
    Phase.WAITING_CUSTOMER: lambda: _("Waiting for your answer"),
    Phase.WAITING_THIRD: lambda: _("We are working on it"),
    Phase.SCHEDULED: lambda: _("We are working on it"),
    Phase.RESOLVED: lambda: _("Solved, please confirm"),
    Phase.CLOSED: lambda: _("Completed"),
    Phase.CANCELLED: lambda: _("Withdrawn"),
    Phase.MERGED: lambda: _("Handled together with another request"),
}
COLORS = {
    Phase.WAITING_CUSTOMER: "purple", Phase.RESOLVED: "green", Phase.CLOSED: "gray",
    Phase.CANCELLED: "gray", Phase.MERGED: "gray",
}  # fmt: skip


@dataclass
class Said:
    """One message; `who` is empty for the customer's own."""

    who: str
    at: datetime
    text: str
    way: str = ""
    files: list[dict[str, str]] = field(default_factory=list)


@dataclass
class CustomerPage:
    """The page of one ticket."""

    number: str
    title: str
    status: str
    color: str
    created_at: datetime
    lines: list[Said]
    more: int
    newest: int
    may_write: bool
    may_confirm: bool
    may_urge: bool
    may_withdraw: bool
    withdrawal_at: datetime | None
    is_open: bool
    starts_anew: bool


def shown_ticket(link: CustomerLink) -> Ticket:
    """The ticket of a link; where it was merged into one of the same person, that one."""
    ticket = link.ticket
    if ticket.phase != Phase.MERGED:
        return ticket
    end = end_of_chain(ticket)
    return end if _same_person(ticket, end) else ticket


def _same_person(one: Ticket, other: Ticket) -> bool:
    """Whether two tickets are of the same contact, number or address."""
    pairs = ((one.contact_id, other.contact_id), (one.email.lower(), other.email.lower()),
             (one.phone, other.phone))  # fmt: skip
    return any(mine and mine == theirs for mine, theirs in pairs)


def page_of(link: CustomerLink, token: str) -> CustomerPage:
    """Everything the page shows."""
    ticket = shown_ticket(link)
    rows = list(_messages(link, ticket)[: LIMIT + 1])
    newest = max((row.pk for row in rows), default=0)
    lines = [_said(row, token) for row in reversed(rows[:LIMIT])]
    if len(rows) <= LIMIT:
        lines = [*_first_words(link.ticket, token), *lines]
    ended = ticket.phase == Phase.CANCELLED
    waits_for_us = ticket.phase != Phase.WAITING_CUSTOMER and ticket.withdrawal_at is None
    return CustomerPage(
        number=ticket.number,
        title=ticket.title,
        status=status_of(ticket),
        color=COLORS.get(Phase(ticket.phase), "blue"),
        created_at=ticket.created_at,
        lines=lines,
        more=max(0, len(rows) - LIMIT),
        newest=newest,
        may_write=not ended,
        may_confirm=ticket.phase == Phase.RESOLVED,
        may_urge=waits_for_us and may_urge(ticket),
        may_withdraw=may_withdraw(ticket),
        withdrawal_at=ticket.withdrawal_at,
        is_open=ticket.phase in IN_WORK,
        starts_anew=is_past_window(ticket),
    )


def status_of(ticket: Ticket) -> str:
    """The status in the customer's words; the company's own ones are Chinese."""
    status = catalog.status(ticket.status_id)
    own = status.customer_name if status and (get_language() or "").startswith("zh") else ""
    return own or WORDS[Phase(ticket.phase)]()


def _messages(link: CustomerLink, ticket: Ticket) -> QuerySet:
    """Public messages of the ticket, the newest first."""
    rows = TicketMessage.objects.filter(ticket__in={link.ticket_id, ticket.pk})
    rows = rows.filter(kind__in=(MessageKind.PUBLIC, MessageKind.CUSTOMER))
    rows = rows.select_related("author").prefetch_related(
        Prefetch("files", Attachment.objects.kept())
    )
    return rows.order_by("-created_at", "-pk")


def _said(row: TicketMessage, token: str) -> Said:
    who = ""
    if row.kind == MessageKind.PUBLIC:
        who = row.author.display_name if row.author and not row.by_automation else _("Our service")
    way = row.get_via_display() if row.via in (Via.PHONE, Via.SMS) else ""
    return Said(
        who, row.created_at, row.text, way, [_file(each, token) for each in row.files.all()]
    )


def _first_words(ticket: Ticket, token: str) -> list[Said]:
    """What the customer wrote in the form; a description typed by a colleague is not his."""
    if ticket.created_by_id is not None or ticket.follow_up_of_id is not None:
        return []
    text = ticket.description.removeprefix(f"【{URGENT_MARK}】")
    found = [_file(each, token) for each in first_files(ticket)]
    return [Said("", ticket.created_at, text, "", found)]


def first_files(ticket: Ticket) -> QuerySet:
    """Files that came with the form: of nobody here, and in no message."""
    inside = TicketMessage.files.through.objects.filter(ticketmessage__ticket=ticket)
    rows = Attachment.objects.kept().on(ticket).filter(created_by__isnull=True)
    return rows.exclude(pk__in=inside.values("attachment_id")).order_by("pk")


def _file(row: Attachment, token: str) -> dict[str, str]:
    url = address("tickets:customer_file", token, row.pk)
    return {"name": row.name, "size": filesizeformat(row.size), "url": url}


def file_of(link: CustomerLink, key: int) -> Attachment | None:
    """A file the customer may load: of a public message, or of his own form."""
    ticket = shown_ticket(link)
    inside = TicketMessage.files.through.objects.filter(
        ticketmessage__ticket__in={link.ticket_id, ticket.pk},
        ticketmessage__kind__in=(MessageKind.PUBLIC, MessageKind.CUSTOMER),
    )
    found = Attachment.objects.kept().filter(pk=key, pk__in=inside.values("attachment_id")).first()
    if found is None and link.ticket.created_by_id is None:
        found = first_files(link.ticket).filter(pk=key).first()
    return found
