"""Customers below their frequency are told of: the owner at once, superiors later."""

from typing import Any

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy, ngettext

from crm.reminders import sources
from crm.reminders.rules import NEXT_DAY, RuleKind, register
from crm.reminders.sources import DueSource
from customers.models import Customer
from customers.rhythm import due_between

RULE = "below_frequency"


def _title(subject: Any, params: dict[str, Any]) -> str:
    if params["owner"]:
        text = ngettext(
            "%(owner)s: %(count)s customer fell below the frequency of its grade",
            "%(owner)s: %(count)s customers fell below the frequency of their grade",
            params["count"],
        )
    else:
        text = ngettext(
            "%(count)s customer of yours fell below the frequency of its grade",
            "%(count)s customers of yours fell below the frequency of their grade",
            params["count"],
        )
    return text % params


def _url(params: dict[str, Any]) -> str:
    query = {
        "scene": "all",
        "owner": params["owner_id"],
        "late_since_after": params["since"],
        "late_since_before": params["until"],
    }
    return f"{reverse('customers:rhythm_list')}?{urlencode(query)}"


register(
    RuleKind(
        RULE,
        gettext_lazy("Customers below their frequency"),
        title=_title,
        help=gettext_lazy("Tells the owner, later the superiors, by the frequency of the grade."),
        icon="calendar-time",
        working_days=NEXT_DAY,
        escalation=(0, 5, 10),
        has_steps=False,
        channels=(),
    )
)
sources.register(DueSource(RULE, Customer, due_between, _url))
