"""Panels of a ticket's page, and the tickets of a customer and of a contact on their pages."""

from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.access import policies, verbs
from crm.activities.panels import FilesPanel
from crm.dictionaries import lookups
from crm.web.navigation import address
from crm.web.panels import Panel, register
from customers.models import Contact, Customer
from knowledge.models import Article
from tickets import catalog, rules
from tickets.conversation import lines_of, writer_for
from tickets.models import AssignmentDecision, Complaint, Ticket
from tickets.relations import linked, related
from tickets.services.articles import suggestions

LIMIT = 10


class ConversationPanel(Panel):
    """What was said, oldest first, and the form to go on."""

    name = "conversation"
    title = gettext_lazy("Conversation")
    icon = "messages"
    side = "main"
    order = 10
    lazy = False
    template = "tickets/_talk_panel.html"

    def context(self, obj: Any, user: Any) -> dict[str, Any]:
        lines, more = lines_of(obj, user)
        return {
            "ticket": obj,
            "lines": lines,
            "more": more,
            "writer": writer_for(obj, user, lines),
            "count": len(lines) + more,
        }


class DecisionPanel(Panel):
    """Why somebody got the ticket by itself: every candidate with his reason."""

    name = "decision"
    title = gettext_lazy("Automatic assignment")
    icon = "arrows-shuffle"
    side = "right"
    order = 40
    template = "tickets/_decision.html"
    empty = gettext_lazy("The ticket was never assigned automatically.")

    def context(self, obj: models.Model, user: Any) -> dict[str, Any]:
        rows = AssignmentDecision.objects.filter(ticket=obj).select_related("chosen")
        return {"decisions": list(rows[:3])}


class ComplaintPanel(Panel):
    """What was found out about a complaint, and what the customer said to it."""

    name = "complaint"
    title = gettext_lazy("Findings")
    icon = "search"
    side = "right"
    order = 15
    empty = gettext_lazy("The complaint has not been examined yet.")

    def is_for(self, obj: Any, user: Any) -> bool:
        return rules.is_complaint(obj.type_id)

    def context(self, obj: models.Model, user: Any) -> dict[str, Any]:
        rows = Complaint.objects.filter(ticket=obj).select_related("called_by", "approved_by")
        complaint = rows.first()
        if complaint is None:
            return {"rows": []}
        cause = lookups.item(complaint.cause_id)
        by = complaint.called_by.name if complaint.called_by else _("the customer")
        called = f"{complaint.get_call_back_display()} · {complaint.call_back_note} · {by}"
        amount = f"¥{complaint.compensation:,.2f}" if complaint.compensation is not None else ""
        lines = (
            (_("Severity"), complaint.get_severity_display()),
            (_("Liability"), complaint.get_liability_display()),
            (_("Unit complained about"), complaint.respondent),
            (_("Customer's demand"), complaint.demand),
            (_("Cause of the complaint"), cause.label if cause else ""),
            (_("Root cause"), complaint.root_cause),
            (_("Corrective action"), complaint.corrective),
            (_("Compensation"), amount),
            (_("Compensation approved by"), str(complaint.approved_by or "")),
            (_("Call-back"), called if complaint.call_back else ""),
        )
        return {"rows": [{"title": text, "meta": label} for label, text in lines if text]}


class KnowledgePanel(Panel):
    """Articles that may help with the problem, and follow what is written (`service.md` 8.7)."""

    name = "knowledge"
    title = gettext_lazy("Knowledge base")
    icon = "book"
    side = "right"
    order = 35
    model = Article
    template = "tickets/_knowledge_panel.html"

    def context(self, obj: Any, user: Any) -> dict[str, Any]:
        return {
            "ticket": obj,
            "suggestions": suggestions(obj, user),
            "may_insert": policies.can(user, verbs.ADD, Ticket),
        }


class WatchersPanel(Panel):
    """Who is told what happens."""

    name = "watchers"
    title = gettext_lazy("Watchers")
    icon = "eye"
    side = "right"
    order = 30
    empty = gettext_lazy("Nobody watches this ticket.")

    def context(self, obj: Any, user: Any) -> dict[str, Any]:
        may_change = bool(policies.can(user, verbs.CHANGE, obj))
        rows = []
        for watcher in obj.watchers.select_related("user", "source").order_by("pk"):
            url = address("tickets:ticket_unwatch", obj.pk, watcher.user_id)
            remove = {"label": _("Remove"), "url": url, "icon": "x", "method": "post"}
            source = watcher.source
            rows.append(
                {
                    "title": watcher.user.display_name,
                    "person": watcher.user,
                    "meta": _("From %(number)s") % {"number": source.number} if source else "",
                    "actions": [remove] if may_change else [],
                }
            )
        return {"rows": rows, "count": len(rows)}

    def actions(self, obj: models.Model, user: Any) -> list[dict[str, Any]]:
        if not policies.can(user, verbs.CHANGE, obj):
            return []
        url = address("tickets:ticket_watcher", obj.pk)
        return [{"label": _("Add"), "url": url, "icon": "plus", "dialog": True}]


class EarlierPanel(Panel):
    """What the customer asked before."""

    name = "earlier"
    title = gettext_lazy("Other tickets of the customer")
    icon = "history"
    side = "right"
    order = 20
    model = Ticket
    empty = gettext_lazy("The customer has no other ticket.")

    def context(self, obj: Any, user: Any) -> dict[str, Any]:
        if obj.customer_id is None:
            return {"rows": []}
        rows = Ticket.objects.kept().visible_to(user).filter(customer_id=obj.customer_id)
        found = list(rows.exclude(pk=obj.pk).order_by("-updated_at")[: LIMIT + 1])
        more = f"{address('tickets:ticket_list')}?scene=all&customer={obj.customer_id}"
        return {
            "rows": [row_of(ticket) for ticket in found[:LIMIT]],
            "count": f"{LIMIT}+" if len(found) > LIMIT else len(found),
            "more_url": more if len(found) > LIMIT else "",
        }


class LinksPanel(Panel):
    """Tickets that have to do with this one: parent, parts, merged, split, linked."""

    name = "links"
    title = gettext_lazy("Related tickets")
    icon = "link"
    side = "right"
    order = 25
    model = Ticket
    empty = gettext_lazy("No related tickets.")

    def context(self, obj: Any, user: Any) -> dict[str, Any]:
        seen = Ticket.objects.kept().visible_to(user).select_related("owner")
        may_change = bool(policies.can(user, verbs.CHANGE, obj))
        rows = [
            row_of(ticket) | {"meta": f"{label} · {ticket.number}"}
            for label, condition in related(obj)
            for ticket in seen.filter(condition).order_by("-pk")[:LIMIT]
        ]
        for link, other in linked(obj):
            if (ticket := seen.filter(pk=other).first()) is None:
                continue
            url = address("tickets:ticket_unlink", obj.pk, link.pk)
            remove = {"label": _("Remove"), "url": url, "icon": "x", "method": "post"}
            meta = f"{link.get_kind_display()} · {ticket.number}"
            own = obj.pk in (link.first_id, link.second_id)
            actions = [remove] if may_change and own else []
            rows.append(row_of(ticket) | {"meta": meta, "actions": actions})
        return {"rows": rows, "count": len(rows)}

    def actions(self, obj: models.Model, user: Any) -> list[dict[str, Any]]:
        if not policies.can(user, verbs.CHANGE, obj):
            return []
        found = [("link", _("Link"), "link"), ("parent", _("Parent ticket"), "subtask")]
        return [
            {
                "label": label,
                "url": address(f"tickets:ticket_{name}", obj.pk),
                "icon": icon,
                "dialog": True,
            }
            for name, label, icon in found
        ]


class TicketsPanel(Panel):
    """On the page of a customer or contact: the tickets, those in work first."""

    name = "tickets"
    title = gettext_lazy("Tickets")
    icon = "ticket"
    side = "right"
    order = 30
    model = Ticket
    empty = gettext_lazy("No ticket yet.")

    def context(self, obj: models.Model, user: Any) -> dict[str, Any]:
        found = list(self.rows(obj, user).order_by("-updated_at")[: LIMIT + 1])
        found.sort(key=lambda ticket: not ticket.is_in_work)
        customer = obj.customer_id if isinstance(obj, Contact) else obj.pk
        more = f"{address('tickets:ticket_list')}?scene=all&customer={customer}"
        return {
            "rows": [row_of(ticket) for ticket in found[:LIMIT]],
            "count": f"{LIMIT}+" if len(found) > LIMIT else len(found),
            "more_url": more if len(found) > LIMIT else "",
        }

    def rows(self, obj: models.Model, user: Any) -> models.QuerySet:
        """The tickets of the record that the reader sees."""
        seen = Ticket.objects.kept().visible_to(user).select_related("owner")
        name = "contact" if isinstance(obj, Contact) else "customer"
        return seen.filter(**{name: obj})

    def actions(self, obj: models.Model, user: Any) -> list[dict[str, Any]]:
        if not policies.can(user, verbs.ADD, Ticket):
            return []
        name = "contact" if isinstance(obj, Contact) else "customer"
        url = f"{address('tickets:ticket_add')}?{name}={obj.pk}"
        return [{"label": _("New ticket"), "url": url, "icon": "plus"}]


def row_of(ticket: Ticket) -> dict[str, Any]:
    """One line: subject, number, handler, state."""
    status = catalog.status(ticket.status_id)
    owner = ticket.owner.name if ticket.owner_id else _("Unassigned")
    return {
        "title": ticket.title,
        "url": ticket.get_absolute_url(),
        "meta": f"{ticket.number} · {owner}",
        "badge": {"text": status.label, "color": status.color} if status else None,
        "at": ticket.updated_at,
    }


for panel in (
    ConversationPanel,
    ComplaintPanel,
    EarlierPanel,
    LinksPanel,
    KnowledgePanel,
    WatchersPanel,
    DecisionPanel,
    FilesPanel,
):
    register(Ticket, panel)
register(Customer, TicketsPanel)
register(Contact, TicketsPanel)
