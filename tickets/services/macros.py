"""Macros: several steps with one click, shown beforehand; all of them happen, or none."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from crm.access import policies, verbs
from crm.audit.services import record
from crm.core.errors import DomainError, InvalidTransition
from tickets.choices import ENDED, MessageKind, Phase, Priority
from tickets.models import Macro, Ticket
from tickets.services.changing import update_ticket
from tickets.services.conversing import note, reply
from tickets.services.moving import transition
from tickets.services.owning import move_to_group
from tickets.texts import filled


@dataclass(frozen=True)
class Line:
    """One step as it is shown before it is done."""

    label: str
    text: str


def preview(macro: Macro, ticket: Ticket, user: Any) -> list[Line]:
    """What the macro would do with this ticket, in its order."""
    found = []
    if macro.priority and macro.priority != ticket.priority:
        found.append(Line(_("Priority"), str(Priority(macro.priority).label)))
    if macro.message_kind:
        kind = str(MessageKind(macro.message_kind).label)
        found.append(Line(kind, filled(macro.text, ticket, user)))
    if macro.phase and macro.phase != ticket.phase:
        text = str(Phase(macro.phase).label)
        found.append(Line(_("New state"), " · ".join(filter(None, [text, macro.reason]))))
    if macro.to_group_id and macro.to_group_id != ticket.group_id:
        found.append(Line(_("Hand over to the group"), macro.to_group.name))
    return found


def refusal(macro: Macro, ticket: Ticket, user: Any) -> str:
    """Why the macro is not offered, "" where it is; what a single step refuses is said by it."""
    try:
        _check(macro, ticket, user)
    except DomainError as error:
        return error.message
    return ""


def _check(macro: Macro, ticket: Ticket, user: Any) -> None:
    if not macro.is_active or macro.group_id not in (None, ticket.group_id):
        raise InvalidTransition(_("The macro failed: it does not belong to this ticket's group."))
    if ticket.phase in ENDED or not preview(macro, ticket, user):
        raise InvalidTransition(_("The macro failed: it would change nothing here."))
    group = macro.to_group
    if group is not None and group.pk != ticket.group_id and not group.is_active:
        raise InvalidTransition(
            _("The macro failed: the group “%(group)s” is disabled.") % {"group": group.name}
        )


@transaction.atomic
def apply_macro(
    macro: Macro,
    ticket: Ticket,
    *,
    by: Any,
    expected_version: int | None = None,
    seen: int | None = None,
) -> None:
    """Do all steps of a macro. A step that is refused refuses the macro, with its reason.

    `seen` is the newest message that was on the screen, as for an answer (`reply`). Raises what
    the services raise; InvalidTransition for a macro that would do nothing.
    """
    policies.require(by, verbs.CHANGE, ticket)
    _check(macro, ticket, by)
    if macro.priority and macro.priority != ticket.priority:
        update_ticket(
            ticket, changes={"priority": macro.priority}, actor=by, version=expected_version
        )
    if macro.message_kind:
        text = filled(macro.text, ticket, by)
        if macro.message_kind == MessageKind.PUBLIC:
            reply(ticket, text, by=by, seen=seen)
        else:
            note(ticket, text, by=by)
    if macro.phase and macro.phase != ticket.phase:
        values = {"solution": macro.solution} if macro.solution else {}
        transition(ticket, macro.phase, by=by, reason=macro.reason, **values)
    if macro.to_group_id and macro.to_group_id != ticket.group_id:
        move_to_group(ticket, macro.to_group, by=by, note=macro.name)
    record("tickets.macro.applied", ticket, actor=by, note=macro.name)
