"""Filters of the list; the board and every number of the analyses use the same ones."""

from datetime import date, timedelta
from typing import Any

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from crm.accounts.filters import PersonFilter, TeamFilter
from crm.accounts.rights import organisation
from crm.core import clock
from crm.dictionaries.filters import ItemFilter
from crm.web.filters import ChoiceFilter, DateRangeFilter, DueFilter, FilterSet, YesNoFilter
from customers.choices import SOURCE
from opportunities import forecast, funnel, movement, pipelines
from opportunities.choices import LOSS_REASON, Grade, Outcome
from opportunities.models import Competitor, Rival


class LateFilter(YesNoFilter):
    """Longer in its stage than the stage expects."""

    def filter(self, qs: Any, value: str) -> Any:
        if not value:
            return qs
        late = Q(pk__in=[])
        now = clock.now()
        for line in pipelines.lines():
            for step in line.steps:
                if step.expected_days:
                    since = now - timedelta(days=step.expected_days + 1)
                    late |= Q(stage_id=step.pk, stage_since__lte=since)
        late &= Q(outcome=Outcome.OPEN)
        return qs.filter(late) if value == "true" else qs.exclude(late)


class UndatedFilter(YesNoFilter):
    """Without an expected close date."""

    def filter(self, qs: Any, value: str) -> Any:
        return qs.filter(expected_on__isnull=value == "true") if value else qs


class RivalFilter(ChoiceFilter):
    """Opportunities in which one of these competitors was met."""

    def filter(self, qs: Any, value: Any) -> Any:
        if not value:
            return qs
        rows = Rival.objects.filter(opportunity_id=OuterRef("pk"), competitor_id__in=value)
        return qs.filter(Exists(rows))


class MovedFilter(django_filters.CharFilter):
    """Opportunities that moved some way since a day: `slipped.2026-11-15`; set by links only."""

    def filter(self, qs: Any, value: str) -> Any:
        if not value:
            return qs
        code, _sign, day = value.partition(".")
        since = parse_day(day)
        if code not in movement.BY_CODE or since is None:
            return qs.none()
        return movement.moved(qs, code, since)


def parse_day(text: str) -> date | None:
    """A day as addresses carry it."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


class ReachedFilter(ChoiceFilter):
    """Opportunities that came to a stage or beyond it."""

    def filter(self, qs: Any, value: Any) -> Any:
        for key in value or ():
            step = pipelines.step(int(key))
            if step is not None:
                qs = qs.filter(funnel.reached(step), pipeline_id=step.pipeline_id)
        return qs


class CommittedFilter(YesNoFilter):
    """Open, and as probable as its pipeline asks of what the forecast counts as sure."""

    def filter(self, qs: Any, value: str) -> Any:
        if not value:
            return qs
        return (
            qs.filter(forecast.committed()) if value == "true" else qs.exclude(forecast.committed())
        )


class KeyFilter(django_filters.NumberFilter):
    """The rows of one record, named by its key; reached by links only."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.NumberInput({"min": 1, "step": 1}), **kwargs)


class DepartmentKeyFilter(KeyFilter):
    """The rows of a department's people and of those below it; reached by links only."""

    def filter(self, qs: Any, value: Any) -> Any:
        if not value:
            return qs
        chart = organisation()
        members = chart.members(chart.below({int(value)}))
        return qs.filter(**{f"{self.field_name}_id__in": sorted(members)})


class OpportunityFilter(FilterSet):
    """D07-8, D07-12."""

    inline = ("outcome", "stage", "grade", "next_contact")
    hidden = ("customer", "moved", "department")

    outcome = ChoiceFilter(label=_("Outcome"), choices=Outcome.choices)
    stage = ChoiceFilter(
        field_name="stage_id",
        label=_("Opportunity stage"),
        choices=pipelines.all_stage_choices,
    )
    grade = ChoiceFilter(label=_("Opportunity grade"), choices=Grade.choices)
    next_contact = DueFilter(field_name="next_contact_at", label=_("Next contact"))
    pipeline = ChoiceFilter(
        field_name="pipeline_id",
        label=_("Pipeline"),
        choices=lambda: [(line.pk, line.label) for line in pipelines.lines()],
    )
    owner = PersonFilter(label=_("Owner"))
    team = TeamFilter(field_name="owner", label=_("Whose"))
    expected = DateRangeFilter(field_name="expected_on", label=_("Expected close date"))
    undated = UndatedFilter(label=_("No expected close date"))
    amount = django_filters.NumberFilter(
        field_name="amount", lookup_expr="gte", label=_("Expected amount from"), min_value=0
    )
    chance = django_filters.NumberFilter(
        field_name="probability",
        lookup_expr="gte",
        label=_("Win probability from (%)"),
        min_value=0,
        max_value=100,
    )
    committed = CommittedFilter(label=_("Committed in the forecast"))
    reached = ReachedFilter(label=_("Has reached the stage"), choices=pipelines.all_stage_choices)
    late = LateFilter(label=_("Longer in the stage than expected"))
    source = ItemFilter(SOURCE, label=_("Opportunity source"))
    rival = RivalFilter(
        label=_("Competitor"),
        choices=lambda: list(Competitor.objects.values_list("pk", "name")),
    )
    reason = ItemFilter(LOSS_REASON, field_name="closing_reason", label=_("Loss reason"))
    deal = DateRangeFilter(field_name="deal_on", label=_("Deal date"))
    closed = DateRangeFilter(field_name="closed_at", label=_("Closed at"))
    created = DateRangeFilter(field_name="created_at", label=_("Created at"))
    created_by = PersonFilter(label=_("Created by"))
    customer = KeyFilter(field_name="customer_id", label=_("Customer (key)"))
    department = DepartmentKeyFilter(field_name="owner", label=_("Department (key)"))
    moved = MovedFilter(label=_("Movement"), max_length=40)
