"""The right pane: one ticket with its conversation, clocks, customer and what may be done."""

from typing import Any

from django.utils.translation import gettext as _

from crm.access import policies, verbs
from crm.dictionaries import lookups
from crm.dictionaries.tagging import tags_of
from crm.web.navigation import address
from crm.web.panels import panels_of
from knowledge.models import Article
from tickets import actions, facts
from tickets.conversation import lines_of, writer_for
from tickets.desk import presence
from tickets.desk.places import at_desk
from tickets.models import Ticket
from tickets.sla.showing import clocks_of

#: Panels of the ticket's own page that stand beside it here, each loading by itself.
PANELS = ("complaint", "earlier", "links", "files")


def pane_of(ticket: Ticket, user: Any, queue: str) -> dict[str, Any]:
    """All the pane shows, but for what the page of the ticket knows itself (badges, notices)."""
    lines, more = lines_of(ticket, user)
    return {
        "ticket": ticket,
        "tags": tags_of(ticket),
        "lines": lines,
        "more": more,
        "writer": writer_for(ticket, user, lines),
        "primary": at_desk(actions.primary(ticket, user), queue),
        "further": at_desk(further(ticket, user), queue),
        "clocks": clocks_of(ticket),
        "fact_groups": card(ticket, user),
        "panels": panels(ticket, user),
        "present": presence.others(ticket, user),
        "reads_articles": bool(policies.can(user, verbs.VIEW, Article)),
    }


def further(ticket: Ticket, user: Any) -> list[dict[str, Any]]:
    """The other steps, and the edit form."""
    found = actions.further(ticket, user)
    if policies.can(user, verbs.CHANGE, ticket):
        found.append(actions.link("edit", ticket, _("Edit"), "pencil"))
    return found


def card(ticket: Ticket, user: Any) -> list[dict[str, Any]]:
    """Who asks, with what the company knows of him, and what it is about."""
    who, what = facts.ticket_facts(ticket, user)[:2]
    customer = ticket.customer
    if customer is not None and policies.can(user, verbs.VIEW, customer):
        grade = lookups.item(customer.grade_id)
        region = lookups.region_text(customer.region_id) if customer.region_id else ""
        known = [
            {"label": _("Customer grade"), "value": grade.label if grade else ""},
            {"label": _("Region"), "value": region},
        ]
        who = {**who, "items": [who["items"][0], *known, *who["items"][1:]]}
    return [{**group, "items": _filled(group["items"])} for group in (who, what)]


def _filled(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The narrow pane leaves out what nobody knows."""
    return [item for item in items if item.get("value")]


def panels(ticket: Ticket, user: Any) -> list[dict[str, Any]]:
    """Lazy panels of the ticket's page."""
    found = {panel.name: panel for panel in panels_of(Ticket) if panel.is_for(ticket, user)}
    return [
        found[name].shape(
            ticket, user, address("tickets:ticket_panel", ticket.pk, name), load=False
        )
        for name in PANELS
        if name in found
    ]
