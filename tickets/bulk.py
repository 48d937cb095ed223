"""Bulk actions on tickets: people, group, state, priority, tags, delete; one report a row."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from crm.access import verbs
from crm.dictionaries import tagging
from crm.pool.verbs import CLAIM
from crm.web.bulk import BulkAction, register
from tickets import forms, lists
from tickets.models import Ticket
from tickets.services.assigning import auto_assign
from tickets.services.changing import tag_ticket, update_ticket
from tickets.services.moving import transition
from tickets.services.owning import assign_ticket, claim_ticket, move_to_group
from tickets.services.removing import delete_ticket


class TicketAction(BulkAction):
    """Base: tickets are told apart by their number, many have the same subject."""

    spec = lists.TICKETS

    def label_of(self, obj: Ticket) -> str:
        return f"{obj.number} {obj.title}"


@register
class AssignTickets(TicketAction):
    """Give the marked tickets to one handler."""

    name = "assign"
    label = _("Assign")
    icon = "user-share"
    verb = verbs.ASSIGN
    form_class = forms.BulkAssignForm

    def perform(self, obj: Ticket, data: dict[str, Any], actor: Any) -> None:
        assign_ticket(obj, data["owner"], by=actor, note=data.get("note", ""))


@register
class AllocateTickets(TicketAction):
    """Give the marked tickets to whom their groups' rules say."""

    name = "allocate"
    label = _("Assign automatically")
    icon = "arrows-shuffle"
    verb = verbs.ASSIGN

    def perform(self, obj: Ticket, data: dict[str, Any], actor: Any) -> str:
        decision = auto_assign(obj, by=actor)
        return "" if decision.chosen is not None else decision.reason


@register
class ClaimTickets(TicketAction):
    """Take the marked tickets oneself."""

    name = "claim"
    label = _("Claim")
    icon = "hand-grab"
    verb = CLAIM
    form_class = forms.BulkClaimForm

    def perform(self, obj: Ticket, data: dict[str, Any], actor: Any) -> None:
        claim_ticket(obj, by=actor, note=data.get("note", ""))


@register
class RegroupTickets(TicketAction):
    """Hand the marked tickets to another group."""

    name = "group"
    label = _("Hand over to a group")
    icon = "users-group"
    form_class = forms.BulkGroupForm

    def perform(self, obj: Ticket, data: dict[str, Any], actor: Any) -> None:
        move_to_group(obj, data["group"], by=actor, note=data.get("note", ""))


@register
class MoveTickets(TicketAction):
    """Bring the marked tickets into a state; what the machine does not allow is refused."""

    name = "move"
    label = _("Change the state")
    icon = "arrows-exchange"
    form_class = forms.BulkStatusForm

    def perform(self, obj: Ticket, data: dict[str, Any], actor: Any) -> None:
        values = {"solution": data["solution"]} if data.get("solution") else {}
        transition(obj, data["phase"], by=actor, reason=data.get("reason", ""), **values)


@register
class RankTickets(TicketAction):
    """Give the marked tickets a priority."""

    name = "priority"
    label = _("Change the priority")
    icon = "flag"
    form_class = forms.BulkPriorityForm

    def perform(self, obj: Ticket, data: dict[str, Any], actor: Any) -> None:
        update_ticket(obj, changes={"priority": data["priority"]}, actor=actor)


@register
class TagTickets(TicketAction):
    """Put tags on the marked tickets and take tags off."""

    name = "tag"
    label = _("Tag")
    icon = "tag"
    form_class = tagging.TagForm

    def perform(self, obj: Ticket, data: dict[str, Any], actor: Any) -> None:
        tag_ticket(obj, **tagging.chosen(data, actor), actor=actor)


@register
class DeleteTickets(TicketAction):
    """Put the marked tickets into the recycle bin."""

    name = "delete"
    label = _("Confirm deletion")
    icon = "trash"
    verb = verbs.DELETE
    danger = True

    def perform(self, obj: Ticket, data: dict[str, Any], actor: Any) -> None:
        delete_ticket(obj, actor=actor)


TICKET_ACTIONS = (
    AssignTickets,
    AllocateTickets,
    ClaimTickets,
    RegroupTickets,
    MoveTickets,
    RankTickets,
    TagTickets,
    DeleteTickets,
)
