"""Overdue next contacts climb the ladder: owner, manager, director (`sources` of reminders)."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy, ngettext

from crm.reminders import sources
from crm.reminders.rules import RuleKind, register
from crm.reminders.sources import DueSource
from customers.models import Customer

RULE = "overdue_contact"


def _title(subject: Any, params: dict[str, Any]) -> str:
    if params["owner"]:
        text = ngettext(
            "%(owner)s: %(count)s customer not contacted for %(days)s days",
            "%(owner)s: %(count)s customers not contacted for %(days)s days",
            params["count"],
        )
    else:
        text = ngettext(
            "%(count)s customer of yours not contacted for %(days)s days",
            "%(count)s customers of yours not contacted for %(days)s days",
            params["count"],
        )
    return text % params


def _due(rows: QuerySet, start: datetime, end: datetime) -> QuerySet:
    return rows.filter(deleted_at__isnull=True, next_contact_at__gte=start, next_contact_at__lt=end)


def _url(params: dict[str, Any]) -> str:
    query = {
        "scene": "all",
        "owner": params["owner_id"],
        "planned_after": params["since"],
        "planned_before": params["until"],
    }
    return f"{reverse('customers:customer_list')}?{urlencode(query)}"


register(
    RuleKind(
        RULE,
        gettext_lazy("Overdue next contact"),
        title=_title,
        help=gettext_lazy("Tells the owner, later the superiors, when an agreed contact is late."),
        icon="alert-triangle",
        escalation=(3, 5, 7),
        has_steps=False,
    )
)
sources.register(DueSource(RULE, Customer, _due, _url))
