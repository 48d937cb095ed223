"""Tickets from one sheet; every row is a new ticket, the same problem twice is skipped."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from crm.access import policies, verbs
from crm.core import text
from crm.core.errors import DomainError
from crm.core.messages import sentences
from crm.jobs.importing.fields import Known, is_unknown, left_empty, missing
from crm.jobs.importing.kinds import ImportKind, UndoKind
from crm.jobs.importing.resources import (
    NEW,
    REFUSE,
    SKIP,
    Options,
    Resource,
    Row,
    Written,
    register,
)
from crm.jobs.importing.usual import people
from crm.jobs.kinds import register as register_kind
from crm.jobs.models import JobRow
from customers.importing.decisions import Decisions
from customers.importing.values import parsed
from customers.models import Customer
from tickets.choices import IN_WORK, Via
from tickets.drafts import TicketDraft
from tickets.importing.fields import FIELDS
from tickets.models import Ticket
from tickets.services.creating import create_tickets
from tickets.services.removing import purge_ticket

Outcome = JobRow.Outcome
#: Columns a row sets directly, and where they stand.
COLUMNS = {
    "title": "title", "description": "description", "requester": "requester", "email": "email",
    "type": "type_id", "category": "category_id", "priority": "priority", "source": "source_id",
    "mood": "mood_id", "impact": "impact", "group": "group_id",
}  # fmt: skip


class TicketDecisions(Decisions):
    """The same as with customers, but giving away is asked of tickets, and blank is nobody."""

    model = Ticket
    ownerless = gettext_noop(
        "“%(value)s” is no active user, or several have this name; it stays unassigned."
    )

    def owner(self, row: Row) -> int | None:
        """The handler's key; nobody where none is named or the right is missing."""
        value = row.values.get("owner")
        if not isinstance(value, int) or value == 0:
            return None
        if value == self.actor.pk or self.reach.covers(value):
            return value
        message = gettext_noop("You may not give tickets to this person; it stays unassigned.")
        row.notes.append(("owner", left_empty("owner", message)))
        return None


class TicketResource(Resource):
    """Tickets; the same subject of the same customer that is in work is the same."""

    code = "tickets"
    label = gettext_lazy("Tickets")
    model = Ticket
    fields = FIELDS
    summary_event = "tickets.ticket.imported"
    url_name = "tickets:ticket_import"
    can_update = False

    def known(self, actor: Any) -> Known:
        return Known(extra={"people": people()})

    def combine(self, row: Row, known: Known, options: Options) -> None:
        """A subject is needed; what the form asks for is noted."""
        values = row.values
        if not values.get("title"):
            row.refuse(_("The subject is missing."))
        if phones := values.pop("phone", None):
            values["phone"] = phones[0]
        for name in ("description", "type"):
            if not values.get(name):
                label = str(self.by_name()[name].label)
                note = missing(gettext_noop("%(field)s is missing."), field=label)
                row.notes.append((name, note))

    # --- all rows -------------------------------------------------------------------------------
    def examine(self, rows: Sequence[Row], actor: Any, options: Options, seen: dict) -> None:
        """Find the customers within reach, then the same ticket in the file and in work."""
        open_rows = [row for row in rows if row.outcome != REFUSE]
        self._find_customers(open_rows, actor)
        known = self._known([row for row in open_rows if row.outcome != REFUSE], actor)
        for row in open_rows:
            if row.outcome == REFUSE:
                continue
            key = key_of(row)
            if key in seen:
                reason = _("The same ticket stands in row %(row)d of the file.")
                self._skip(row, reason % {"row": seen[key]}, options)
                continue
            seen[key] = row.number
            if key in known:
                reason = _("The ticket exists already: %(number)s.") % {"number": known[key]}
                self._skip(row, reason, options)

    def _find_customers(self, rows: Sequence[Row], actor: Any) -> None:
        """Set `customer_id`; a name nobody has, or several have, is dropped with a remark."""
        wanted = {row.values["customer"] for row in rows if row.values.get("customer")}
        keys = {text.name_key(name)[:120] for name in wanted}
        visible = Customer.objects.kept().visible_to(actor)
        found: dict[str, set[int]] = {}
        hits = visible.filter(Q(name_key__in=keys) | Q(number__in=wanted))
        for pk, number, key in hits.values_list("pk", "number", "name_key"):
            for name in {key, text.name_key(number)}:
                found.setdefault(name, set()).add(pk)
        for row in rows:
            name = row.values.get("customer")
            hit = found.get(text.name_key(name)[:120], set()) if name else set()
            if len(hit) == 1:
                row.values["customer_id"] = next(iter(hit))
            elif name:
                message = gettext_noop("There is no single customer “%(value)s” within reach.")
                row.notes.append(("customer", left_empty("customer", message, value=name[:60])))

    def _known(self, rows: Sequence[Row], actor: Any) -> dict[tuple[int | None, str], str]:
        ids = {row.values.get("customer_id") for row in rows} - {None}
        present = Ticket.objects.kept().visible_to(actor)
        present = present.filter(customer_id__in=ids, phase__in=IN_WORK)
        values = present.values_list("customer_id", "title", "number")
        return {(pk, text.name_key(title)): number for pk, title, number in values}

    def _skip(self, row: Row, reason: str, options: Options) -> None:
        if options.duplicates == "refuse":
            row.refuse(reason)
        else:
            row.outcome, row.reason = SKIP, reason

    # --- writing --------------------------------------------------------------------------------
    def write(self, rows: Sequence[Row], actor: Any, options: Options, note: str) -> list[Written]:
        """Create in bulk; where one row breaks a rule, all are tried one by one."""
        decided = TicketDecisions(options, actor)
        decided.apply_all(rows)
        new = [row for row in rows if row.outcome == NEW]
        drafts = [self._draft(row, decided, actor, note) for row in new]
        made = dict(zip((row.number for row in new), self._create(drafts, actor), strict=True))
        return [made[row.number](row) if row.number in made else _other(row) for row in rows]

    def _create(self, drafts: list[TicketDraft], actor: Any) -> list[Any]:
        try:
            with transaction.atomic():
                tickets = create_tickets(drafts, actor=actor) if drafts else []
                return [_created(ticket) for ticket in tickets]
        except (DomainError, ValidationError):
            return [self._single(draft, actor) for draft in drafts]

    def _single(self, draft: TicketDraft, actor: Any) -> Any:
        draft.ticket.pk = None
        try:
            with transaction.atomic():
                return _created(create_tickets([draft], actor=actor)[0])
        except DomainError as error:
            return _refused(error.message)
        except ValidationError as error:
            return _refused(sentences(error.messages))

    def _draft(self, row: Row, decided: TicketDecisions, actor: Any, note: str) -> TicketDraft:
        values = row.values
        found = {
            column: values[name]
            for name, column in COLUMNS.items()
            if name in values and not is_unknown(values[name])
        }
        found.setdefault("description", found["title"])
        if values.get("occurred_at"):
            found["occurred_at"] = parsed("next_contact_at", values["occurred_at"])
        ticket = Ticket(owner_id=decided.owner(row), phone=values.get("phone", ""), **found)
        if customer_id := values.get("customer_id"):
            ticket.customer = Customer.objects.visible_to(actor).filter(pk=customer_id).first()
        ticket.is_incomplete = row.level == "incomplete"
        tags = decided.tags(values.get("tags", ()))
        return TicketDraft(ticket, note=note, via=Via.IMPORT, tags=tags)

    # --- undo -----------------------------------------------------------------------------------
    def undo(self, row: JobRow, actor: Any) -> str:
        """A created ticket goes; one that somebody worked on stays."""
        ticket = Ticket.objects.kept().filter(pk=row.object_id).first()
        if ticket is None:
            return _("The ticket is no longer there.")
        if not policies.can(actor, verbs.CHANGE, ticket):
            return _("You may no longer change this ticket.")
        if ticket.version != row.data.get("version") or ticket.last_seq > 1:
            return _("The ticket has been worked on since the import.")
        purge_ticket(ticket, actor=None)
        return ""


def key_of(row: Row) -> tuple[int | None, str]:
    """What makes two rows the same ticket; without a customer the caller's number counts."""
    values = row.values
    name = text.name_key(values["title"])
    if values.get("customer_id"):
        return values["customer_id"], name
    return None, f"{name}|{values.get('phone', '')}|{values.get('requester', '')}"


def _created(ticket: Ticket) -> Any:
    data = {"version": ticket.version}
    return lambda row: Written(row, Outcome.CREATED, ticket, data=data)


def _refused(reason: str) -> Any:
    return lambda row: Written(row, Outcome.REFUSED, reason=reason)


def _other(row: Row) -> Written:
    outcome = Outcome.REFUSED if row.outcome == REFUSE else Outcome.SKIPPED
    return Written(row, outcome, reason=row.reason)


TICKETS = register(TicketResource())


@register_kind
class TicketImport(ImportKind):
    """Import of tickets."""

    code = "tickets.import"
    label = gettext_lazy("Import of tickets")
    model = Ticket
    resource = TICKETS


@register_kind
class TicketImportUndo(UndoKind):
    """Undo of an import of tickets."""

    code = "tickets.import_undo"
    label = gettext_lazy("Undo of an import of tickets")
    model = Ticket
    resource = TICKETS
