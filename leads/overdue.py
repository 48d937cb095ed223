"""What is overdue with leads climbs the same ladder as with customers (`market` 2.2).

There are two: an agreed next contact, and the first contact that nobody has made in time. Of the
latter the owner learns at once (`reminding`), so that the ladder finds him told.
"""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy, ngettext

from crm.reminders import sources
from crm.reminders.rules import RuleKind, register
from crm.reminders.sources import DueSource
from leads.choices import OPEN_STATES, LeadState
from leads.filters import FirstContactFilter
from leads.models import Lead

RULE = "overdue_lead"
FIRST = "overdue_first_contact"


def _title(subject: Any, params: dict[str, Any]) -> str:
    if params["owner"]:
        text = ngettext(
            "%(owner)s: %(count)s lead not contacted for %(days)s days",
            "%(owner)s: %(count)s leads not contacted for %(days)s days",
            params["count"],
        )
    else:
        text = ngettext(
            "%(count)s lead of yours not contacted for %(days)s days",
            "%(count)s leads of yours not contacted for %(days)s days",
            params["count"],
        )
    return text % params


def _due(rows: QuerySet, start: datetime, end: datetime) -> QuerySet:
    return rows.filter(
        deleted_at__isnull=True,
        status__in=OPEN_STATES,
        next_contact_at__gte=start,
        next_contact_at__lt=end,
    )


def _url(params: dict[str, Any]) -> str:
    query = {
        "scene": "all",
        "owner": params["owner_id"],
        "planned_after": params["since"],
        "planned_before": params["until"],
    }
    return f"{reverse('leads:lead_list')}?{urlencode(query)}"


def _first_title(subject: Any, params: dict[str, Any]) -> str:
    if params["owner"]:
        text = ngettext(
            "%(owner)s: first contact with %(count)s lead overdue for %(days)s days",
            "%(owner)s: first contact with %(count)s leads overdue for %(days)s days",
            params["count"],
        )
    else:
        text = ngettext(
            "Your first contact with %(count)s lead is overdue for %(days)s days",
            "Your first contact with %(count)s leads is overdue for %(days)s days",
            params["count"],
        )
    return text % params


def _first_due(rows: QuerySet, start: datetime, end: datetime) -> QuerySet:
    return rows.filter(
        deleted_at__isnull=True,
        status=LeadState.NEW,
        first_contact_due_at__gte=start,
        first_contact_due_at__lt=end,
    )


def _first_url(params: dict[str, Any]) -> str:
    query = {
        "scene": "all",
        "owner": params["owner_id"],
        "first_contact": FirstContactFilter.OVERDUE,
        "first_due_after": params["since"],
        "first_due_before": params["until"],
    }
    return f"{reverse('leads:lead_list')}?{urlencode(query)}"


register(
    RuleKind(
        RULE,
        gettext_lazy("Overdue next contact of a lead"),
        title=_title,
        help=gettext_lazy("Tells the owner, later the superiors, when an agreed contact is late."),
        icon="alert-triangle",
        escalation=(3, 5, 7),
        has_steps=False,
    )
)
sources.register(DueSource(RULE, Lead, _due, _url))
register(
    RuleKind(
        FIRST,
        gettext_lazy("Overdue first contact with a lead"),
        title=_first_title,
        help=gettext_lazy(
            "Tells the owner, later the superiors, when nobody has contacted a new lead in time."
        ),
        icon="alert-triangle",
        escalation=(3, 5, 7),
        has_steps=False,
    )
)
sources.register(DueSource(FIRST, Lead, _first_due, _first_url))
