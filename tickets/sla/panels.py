"""The clocks on the page of their ticket, each with its explanation."""

from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.access import policies, verbs
from crm.web.navigation import address
from crm.web.panels import Panel, register
from tickets.models import Ticket
from tickets.sla.retiming import may_correct
from tickets.sla.showing import clocks_of


class ClocksPanel(Panel):
    """What was promised and how it stands."""

    name = "clocks"
    title = gettext_lazy("Service level")
    icon = "clock"
    side = "right"
    order = 10
    template = "tickets/sla/_clocks.html"
    empty = gettext_lazy("Nothing is promised for this ticket.")

    def context(self, obj: models.Model, user: Any) -> dict[str, Any]:
        clocks = clocks_of(obj)
        leads = bool(policies.can(user, verbs.ASSIGN, obj))
        for clock in clocks:
            waives = leads and clock["may_waive"]
            clock["waive_url"] = address("tickets:clock_waive", clock["pk"]) if waives else ""
        return {"clocks": clocks, "count": len(clocks)}

    def actions(self, obj: models.Model, user: Any) -> list[dict[str, Any]]:
        if not may_correct(user, obj):
            return []
        url = address("tickets:ticket_times", obj.pk)
        return [{"label": _("Correct a time"), "url": url, "icon": "clock", "dialog": True}]


register(Ticket, ClocksPanel)
