"""The conversation as the page shows it: messages of the ticket and of those merged into it."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Max, Prefetch, Q
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from crm.access import policies, verbs
from crm.activities.mentions import marked
from crm.activities.models import Attachment
from crm.activities.panels import shown
from tickets.choices import ENDED, MessageKind, Phase, Via
from tickets.models import (
    AnswerMail,
    CannedReply,
    Macro,
    Ticket,
    TicketMention,
    TicketMessage,
)
from tickets.services.access import handles, leads
from tickets.texts import filled

#: Messages on the page of the ticket, and of the page that the link to older ones opens.
LIMIT, WHOLE = 50, 1000
#: Canned replies that are offered at once; the others are found by their words.
CANNED = 12


@dataclass
class Line:
    """One message."""

    pk: int
    kind: str
    who: str
    person: Any
    at: datetime
    way: str
    text: SafeString
    files: list[dict[str, Any]] = field(default_factory=list)
    origin: Ticket | None = None
    is_machine: bool = False
    #: So many automatic messages were too many; this note stands for them.
    held_back: int = 0
    #: How far the mail with an answer has come, where one goes out.
    mail: AnswerMail | None = None


def lines_of(ticket: Ticket, user: Any, *, limit: int = LIMIT) -> tuple[list[Line], int]:
    """The newest messages, oldest first, and how many older ones were left out."""
    sources = {ticket.pk: None} | {each.pk: each for each in merged_into(ticket)}
    rows = TicketMessage.objects.filter(ticket__in=sources).select_related(
        "author", "contact", "mail"
    )
    rows = rows.prefetch_related(
        Prefetch("files", Attachment.objects.kept().visible_to(user).select_related("created_by")),
        Prefetch("mentions", TicketMention.objects.select_related("user")),
    ).order_by("-created_at", "-pk")
    found = list(rows[: limit + 1])
    more = rows.count() - limit if len(found) > limit else 0
    lines = [_line(row, sources[row.ticket_id]) for row in reversed(found[:limit])]
    # what a merged ticket was about; that of one behind the oldest line comes with the older ones
    told = [_problem(each) for each in sources.values() if each is not None]
    lines += [line for line in told if not more or line.at >= lines[0].at]
    return sorted(lines, key=lambda line: line.at), more


def merged_into(ticket: Ticket) -> list[Ticket]:
    """Tickets that were merged into this one, at any depth."""
    found: list[Ticket] = []
    level = [ticket.pk]
    while level:
        rows = list(
            Ticket.objects.filter(merged_into__in=level, phase=Phase.MERGED)
            .select_related("contact")
            .only("pk", "number", "title", "description", "created_at", "requester", "contact")
        )
        found += rows
        level = [row.pk for row in rows]
    return found


def _line(row: TicketMessage, origin: Ticket | None) -> Line:
    if row.kind == MessageKind.CUSTOMER:
        who = row.contact.name if row.contact else row.name or _("Customer")
    elif row.by_automation:
        who = _("The system")
    else:
        who = row.author.display_name
    named = [(each.typed, each.user.name) for each in row.mentions.all()]
    text = marked(row.text, named) if named else SafeString(conditional_escape(row.text))
    return Line(
        row.pk,
        row.kind,
        who,
        row.author,
        row.created_at,
        "" if row.via == Via.DESK else row.get_via_display(),
        text,
        [shown(each, may_delete=False) for each in row.files.all()],
        origin,
        row.by_automation,
        row.held_back,
        getattr(row, "mail", None),
    )


def _problem(ticket: Ticket) -> Line:
    """The description of a merged ticket, among the messages: it is no message of its own."""
    who = ticket.contact.name if ticket.contact else ticket.requester or _("Customer")
    text = SafeString(conditional_escape(ticket.description))
    return Line(
        0, MessageKind.CUSTOMER, who, None, ticket.created_at, _("Problem description"), text,
        origin=ticket,
    )  # fmt: skip


@dataclass
class Writer:
    """What the reader may write here, and what helps him."""

    may_reply: bool
    may_note: bool
    token: str
    seen: int
    canned: list[tuple[CannedReply, str]]
    macros: list[Macro]
    draft_key: str
    may_share: bool = False
    why_not: str = ""

    @property
    def may_write(self) -> bool:
        """Whether there is a form at all."""
        return self.may_note


def writer_for(ticket: Ticket, user: Any, lines: list[Line]) -> Writer:
    """The composer of this reader."""
    works = bool(policies.can(user, verbs.ADD, Ticket))
    alive = ticket.phase not in ENDED
    mine = leads(user, ticket) or handles(user, ticket)
    why = ""
    if works and not mine:
        why = _("Only the handler or a supervisor answers the customer; you can write a note.")
    may_reply = works and mine and alive
    newest = max((line.pk for line in lines if line.kind != MessageKind.INTERNAL), default=0)
    return Writer(
        may_reply=may_reply,
        may_note=works and ticket.phase != Phase.MERGED,
        token=secrets.token_hex(16),
        seen=newest,
        canned=canned_for(ticket, user) if may_reply else [],
        macros=macros_for(ticket) if works and mine and alive else [],
        draft_key=f"ticket-{ticket.pk}",
        may_share=mine,
        why_not=why,
    )


def newest_of(ticket: Ticket) -> int:
    """The key of the newest message that is no note; 0 where there is none."""
    rows = ticket.messages.exclude(kind=MessageKind.INTERNAL)
    return rows.aggregate(newest=Max("pk"))["newest"] or 0


def canned_for(ticket: Ticket, user: Any, word: str = "") -> list[tuple[CannedReply, str]]:
    """Canned replies for everybody and for the ticket's group, filled in; CANNED at most.

    `word` stands in the shortcut or the title.
    """
    rows = CannedReply.objects.filter(Q(group=None) | Q(group=ticket.group_id), is_active=True)
    if word:
        rows = rows.filter(Q(shortcut__icontains=word) | Q(title__icontains=word))
    return [(row, filled(row.text, ticket, user)) for row in rows[:CANNED]]


def macros_for(ticket: Ticket) -> list[Macro]:
    """Macros for everybody and for the ticket's group."""
    rows = Macro.objects.filter(is_active=True)
    return [row for row in rows if row.group_id in (None, ticket.group_id)]
