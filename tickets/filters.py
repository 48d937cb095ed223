"""Filters of the list; only what is declared here is read from the address."""

from typing import Any

import django_filters
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.accounts.filters import PersonFilter, TeamFilter
from crm.dictionaries.filters import ItemFilter, TagFilter
from crm.web.filters import (
    EMPTY_CHOICE,
    ChoiceFilter,
    DateRangeFilter,
    FilterSet,
    YesNoFilter,
)
from tickets import catalog
from tickets.choices import CAUSE, MOOD, SOURCE, TYPE, Liability, Phase, Priority
from tickets.models import Ticket
from tickets.satisfaction.filters import SurveyFilter
from tickets.statistics.filters import (
    BrokenFilter,
    ClockFilter,
    DepartmentFilter,
    HeldFilter,
    LateFilter,
    PromisedFilter,
)


class StatusFilter(ChoiceFilter):
    """What the company calls the states."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs["choices"] = lambda: [
            (item.pk, item.label) for item in catalog.statuses(active=False)
        ]
        super().__init__(**kwargs)


class CategoryFilter(ChoiceFilter):
    """A business category and all below it, or none."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs["choices"] = lambda: [
            *((item.pk, item.full_name) for item in catalog.nodes(active=False)),
            (EMPTY_CHOICE, _("Not set")),
        ]
        super().__init__(**kwargs)

    def filter(self, qs: Any, value: Any) -> Any:
        if not value:
            return qs
        parts = [int(part) for part in value if part != EMPTY_CHOICE]
        keys = {key for part in parts for key in catalog.below(part)}
        found = Q(category_id__in=sorted(keys)) if keys else Q(pk__in=[])
        if EMPTY_CHOICE in value:
            found |= Q(category_id__isnull=True)
        return qs.filter(found)


class GroupFilter(ChoiceFilter):
    """Service groups, or none."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs["choices"] = lambda: [
            *catalog.groups().items(),
            ("none", _("Not set")),
        ]
        super().__init__(**kwargs)


class UnassignedFilter(YesNoFilter):
    """Whether nobody handles the ticket."""

    def filter(self, qs: Any, value: str) -> Any:
        return qs.filter(owner__isnull=value == "true") if value else qs


class UrgedFilter(YesNoFilter):
    """Whether the customer has urged."""

    def filter(self, qs: Any, value: str) -> Any:
        return qs.filter(urged_at__isnull=value != "true") if value else qs


class WithdrawnFilter(YesNoFilter):
    """Whether the customer wants it voided."""

    def filter(self, qs: Any, value: str) -> Any:
        return qs.filter(withdrawal_at__isnull=value != "true") if value else qs


class TicketFilter(FilterSet):
    """Tickets by state, kind, business, people and dates (S02-07)."""

    inline = ("status", "type", "priority", "category")
    hidden = (
        "customer", "clock", "broken", "held", "survey", "department", "cause", "liability",
    )  # fmt: skip

    status = StatusFilter(label=_("Status"))
    type = ItemFilter(TYPE, label=_("Ticket type"))
    priority = ChoiceFilter(label=_("Priority"), choices=Priority.choices)
    category = CategoryFilter(label=_("Business category"))
    phase = ChoiceFilter(label=_("State"), choices=Phase.choices)
    owner = PersonFilter(label=_("Handler"))
    team = TeamFilter(field_name="owner", label=_("Whose"))
    unassigned = UnassignedFilter(label=_("Unassigned"))
    late = LateFilter(label=_("Past the limit"))
    promised = PromisedFilter(label=_("Has a running promise"))
    urged = UrgedFilter(label=_("Urged"))
    withdrawn = WithdrawnFilter(label=_("Withdrawal asked for"))
    group = GroupFilter(label=_("Service group"))
    supervisor = PersonFilter(label=_("Supervisor"))
    source = ItemFilter(SOURCE, label=_("Ticket source"))
    tags = TagFilter(through=Ticket.tags.through, owner="ticket_id", label=_("Tags"))
    mood = ItemFilter(MOOD, label=_("Customer's mood"))
    incomplete = YesNoFilter(field_name="is_incomplete", label=_("Incomplete"))
    created = DateRangeFilter(field_name="created_at", label=_("Created at"))
    resolved = DateRangeFilter(field_name="resolved_at", label=_("Solved at"))
    closed = DateRangeFilter(field_name="closed_at", label=_("Ticket closed at"))
    created_by = PersonFilter(label=_("Created by"))
    customer = django_filters.NumberFilter(field_name="customer_id", label=_("Customer"))
    clock = ClockFilter(label=_("Promise"), max_length=40)
    broken = BrokenFilter(label=_("Promise broken on"), max_length=40)
    held = HeldFilter(label=_("Was in the hands of"), max_length=40)
    survey = SurveyFilter(label=_("Satisfaction survey"), max_length=60)
    department = DepartmentFilter(label=_("Department"), max_length=20)
    cause = ItemFilter(CAUSE, field_name="complaint__cause", label=_("Cause of the complaint"))
    liability = ChoiceFilter(
        field_name="complaint__liability", label=_("Liability"), choices=Liability.choices
    )
