"""On the customer's page: what its grade makes due, and until when (S11-49, S11-65)."""

from datetime import timedelta
from typing import Any

from django.db import models
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.core import clock
from crm.web.panels import Panel, register
from customers.models import Customer
from customers.rhythm_models import RhythmDue, often

LIMIT = 10


class RhythmPanel(Panel):
    """客户维护计划: the due actions of the grade."""

    name = "rhythm"
    title = gettext_lazy("Maintenance plan")
    icon = "calendar-repeat"
    side = "right"
    order = 90
    empty = gettext_lazy(
        "Nothing is due: the customer has no grade, or its stage asks for nothing."
    )

    def context(self, obj: models.Model, user: Any) -> dict[str, Any]:
        due = RhythmDue.objects.filter(customer=obj.pk).select_related("rule")
        rows = [self.row(item) for item in due.order_by("due_at", "pk")[:LIMIT]]
        return {"rows": rows, "count": len(rows)}

    def row(self, due: RhythmDue) -> dict[str, Any]:
        """One action: how often, when last, until when."""
        rule = due.rule
        last = localtime(due.last_at).strftime("%Y-%m-%d") if due.last_at else _("never")
        until = localtime(due.due_at - timedelta(seconds=1)).strftime("%Y-%m-%d")
        return {
            "title": rule.get_action_display(),
            "meta": " · ".join(
                [often(rule.every, rule.unit), _("Last time: %(text)s") % {"text": last}]
            ),
            "badge": self.badge(due, until),
        }

    def badge(self, due: RhythmDue, until: str) -> dict[str, Any]:
        """Too late, too often, or until when there is time."""
        now = clock.now()
        if due.due_at <= now:
            return {"text": _("Overdue"), "color": "red"}
        if due.over_until and due.over_until > now:
            return {"text": _("Contacted too often"), "color": "orange"}
        return {"text": _("by %(date)s") % {"date": until}, "color": "azure"}


register(Customer, RhythmPanel)
