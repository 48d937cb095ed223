"""Tickets on the start page of those who serve: near their limit, new, waiting for an answer."""

from datetime import datetime
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.core import clock
from crm.web.navigation import address
from crm.web.paging import CappedCount, total_label
from crm.workbench.panels import HomePanel, register
from tickets.choices import IN_WORK, SUPERVISED
from tickets.lists import TICKETS
from tickets.models import Ticket
from tickets.queues import is_near, narrowed, serves
from tickets.sla.showing import wall, worked

LIMIT = 8


class TicketPanel(HomePanel):
    """Base: my tickets under a condition; the list behind `more` has exactly these."""

    icon = "ticket"
    side = "main"
    #: Parameters of the list behind the panel.
    query: ClassVar[dict[str, Any]] = {}
    sort = "created_at"

    def is_for(self, user: Any) -> bool:
        return serves(user)

    def rows(self, user: Any) -> QuerySet:
        """The tickets of the panel."""
        raise NotImplementedError

    def mine(self, user: Any) -> QuerySet:
        """What is on the reader's desk."""
        rows = TICKETS.base(Ticket.objects.visible_to(user))
        return rows.filter(phase__in=IN_WORK, owner_id=user.pk)

    def context(self, user: Any) -> dict[str, Any]:
        rows, now = self.rows(user), clock.now()
        counted = rows.select_related("customer").annotate(in_all=CappedCount(rows))
        first = list(counted.order_by(self.sort, "pk")[:LIMIT])
        query = urlencode({**self.query_of(user), "sort": self.sort}, doseq=True)
        return {
            "rows": [self.line(ticket, now) for ticket in first],
            "count": total_label(first[0].in_all if first else 0),
            "more_url": f"{address('tickets:ticket_list')}?{query}",
        }

    def query_of(self, user: Any) -> dict[str, Any]:
        """The parameters of the list, for this reader."""
        return {"owner": user.pk, **self.query}

    def line(self, ticket: Ticket, now: datetime) -> dict[str, Any]:
        """One ticket: number, customer, how long it has or is late."""
        who = ticket.customer.name if ticket.customer else ticket.requester
        text, color = countdown(ticket, now)
        urgent = ticket.priority in SUPERVISED
        words = [ticket.number, who, ticket.get_priority_display() if urgent else ""]
        return {
            "title": ticket.title,
            "url": ticket.get_absolute_url(),
            "meta": " · ".join(word for word in words if word),
            "badge": {"text": text, "color": color} if text else None,
            "at": None if text else ticket.created_at,
        }


def countdown(ticket: Ticket, now: datetime) -> tuple[str, str]:
    """How much working time a promise still has, its end by the wall, and the colour of it."""
    moment, hours = ticket.sla_breach_at, ticket.sla_hours
    if moment is None:
        return "", ""
    until = wall(moment, now)
    if moment < now:
        return f"{_('%(time)s late') % {'time': worked(moment, now, hours)}} · {until}", "red"
    color = "orange" if is_near(ticket.sla_warn_at, moment, now) else "blue"
    return f"{_('%(time)s left') % {'time': worked(now, moment, hours)}} · {until}", color


class NearPanel(TicketPanel):
    """即将超时: my tickets with a promise to keep, the most urgent first."""

    name = "tickets-near"
    title = gettext_lazy("My tickets by time left")
    icon = "clock-exclamation"
    order = 3
    sort = "sla_breach_at"
    query: ClassVar = {"scene": "all", "phase": list(IN_WORK), "promised": "true"}
    empty = gettext_lazy("No promise runs on your tickets.")

    def rows(self, user: Any) -> QuerySet:
        return self.mine(user).filter(sla_breach_at__isnull=False)


class NewPanel(TicketPanel):
    """新工单: given to me and not confirmed yet, or free in my groups."""

    name = "tickets-new"
    title = gettext_lazy("New tickets")
    icon = "inbox"
    order = 4
    query: ClassVar = {"scene": "new"}
    empty = gettext_lazy("No new ticket for you or your groups.")

    def rows(self, user: Any) -> QuerySet:
        return narrowed(TICKETS.base(Ticket.objects.visible_to(user)), "new", user)

    def query_of(self, user: Any) -> dict[str, Any]:
        return self.query


class UnansweredPanel(TicketPanel):
    """待我回复: the customer of my ticket waits for an answer."""

    name = "tickets-unanswered"
    title = gettext_lazy("Customers waiting for my answer")
    icon = "message-2-question"
    order = 5
    query: ClassVar = {"scene": "unanswered"}
    empty = gettext_lazy("No customer of yours waits for an answer.")

    def rows(self, user: Any) -> QuerySet:
        return narrowed(self.mine(user), "unanswered", user)


for panel in (NearPanel, NewPanel, UnansweredPanel):
    register(panel)
