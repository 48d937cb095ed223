"""Filters of the lists; only what is declared here is read from the address."""

from typing import Any

import django_filters
from django.utils.translation import gettext_lazy as _

from crm.accounts.filters import PersonFilter, TeamFilter
from crm.core import clock
from crm.dictionaries.filters import ItemFilter, RegionFilter, TagFilter
from crm.pool.choices import Kind
from crm.pool.filters import FallenFilter, FallsOnFilter, PoolDueFilter, PoolFilter, ProtectedFilter
from crm.pool.words import WORDS
from crm.web.filters import ChoiceFilter, DateRangeFilter, DueFilter, FilterSet, YesNoFilter
from leads.choices import INDUSTRY, REASON, SOURCE, LeadState
from leads.models import Lead

#: What the list of leads can hold: converted ones stand in the report only.
USABLE_STATES = [choice for choice in LeadState.choices if choice[0] != LeadState.CONVERTED]


class FirstContactFilter(django_filters.ChoiceFilter):
    """Leads nobody has talked to: in time, or too late (T2)."""

    OVERDUE, OPEN, DONE = "overdue", "open", "done"

    def __init__(self, **kwargs: Any) -> None:
        kwargs["choices"] = [
            (self.OVERDUE, _("Overdue")),
            (self.OPEN, _("Still to be contacted")),
            (self.DONE, _("Contacted")),
        ]
        kwargs.setdefault("empty_label", kwargs.get("label"))
        super().__init__(**kwargs)

    def filter(self, qs: Any, value: str) -> Any:
        if not value:
            return qs
        if value == self.DONE:
            return qs.filter(first_contact_at__isnull=False)
        waiting = qs.filter(status=LeadState.NEW)
        now = clock.now()
        if value == self.OVERDUE:
            return waiting.filter(first_contact_due_at__lt=now)
        return waiting.filter(first_contact_due_at__gte=now)


class UnassignedFilter(YesNoFilter):
    """Whether nobody owns the lead."""

    def filter(self, qs: Any, value: str) -> Any:
        return qs.filter(owner__isnull=value == "true") if value else qs


class LeadFilter(FilterSet):
    """Leads by state, source, deadlines, region, owner and dates."""

    inline = ("status", "source", "first_contact", "next_contact")
    hidden = ("falls_on",)

    status = ChoiceFilter(label=_("Lead state"), choices=USABLE_STATES)
    source = ItemFilter(SOURCE, label=_("Lead source"))
    first_contact = FirstContactFilter(label=_("First contact"))
    next_contact = DueFilter(field_name="next_contact_at", label=_("Next contact"))
    industry = ItemFilter(INDUSTRY, label=_("Industry"))
    owner = PersonFilter(label=_("Owner"))
    team = TeamFilter(field_name="owner", label=_("Whose"))
    unassigned = UnassignedFilter(label=_("Unassigned"))
    region = RegionFilter(field_name="region", label=_("Region"))
    tags = TagFilter(through=Lead.tags.through, owner="lead_id", label=_("Tags"))
    abandon_reason = ItemFilter(REASON, label=_("Abandon reason"))
    pool_due = PoolDueFilter(Kind.LEAD)
    falls_on = FallsOnFilter(Kind.LEAD)
    locked = YesNoFilter(field_name="is_locked", label=_("Locked"))
    protected = ProtectedFilter()
    pool = PoolFilter(Kind.LEAD)
    incomplete = YesNoFilter(field_name="is_incomplete", label=_("Incomplete"))
    created = DateRangeFilter(field_name="created_at", label=_("Created at"))
    assigned = DateRangeFilter(field_name="owner_since", label=_("Owner since"))
    last_contact = DateRangeFilter(field_name="last_contact_at", label=_("Last contact"))
    planned = DateRangeFilter(field_name="next_contact_at", label=_("Next contact on"))
    first_due = DateRangeFilter(field_name="first_contact_due_at", label=_("First contact due"))
    created_by = PersonFilter(label=_("Created by"))


class LeadPoolFilter(FilterSet):
    """What members of a pool narrow its leads by."""

    inline = ("source", "industry", "pool_due")
    hidden = ("fallen",)

    source = ItemFilter(SOURCE, label=_("Lead source"))
    industry = ItemFilter(INDUSTRY, label=_("Industry"))
    pool_due = PoolDueFilter(Kind.LEAD)
    fallen = FallenFilter(Kind.LEAD)
    pool = PoolFilter(Kind.LEAD)
    region = RegionFilter(field_name="region", label=_("Region"))
    tags = TagFilter(through=Lead.tags.through, owner="lead_id", label=_("Tags"))
    previous_owner = PersonFilter(label=_("Previous owner"))
    entered_pool = DateRangeFilter(field_name="pool_entered_at", label=WORDS[Kind.LEAD].since)


class ReportFilter(FilterSet):
    """All leads there ever were, the converted ones too."""

    inline = ("status", "source", "created")

    status = ChoiceFilter(label=_("Lead state"), choices=LeadState.choices)
    source = ItemFilter(SOURCE, label=_("Lead source"))
    created = DateRangeFilter(field_name="created_at", label=_("Created at"))
    abandon_reason = ItemFilter(REASON, label=_("Abandon reason"))
    owner = PersonFilter(label=_("Owner"))
    team = TeamFilter(field_name="owner", label=_("Whose"))
    unassigned = UnassignedFilter(label=_("Unassigned"))
    industry = ItemFilter(INDUSTRY, label=_("Industry"))
    region = RegionFilter(field_name="region", label=_("Region"))
    converted = DateRangeFilter(field_name="converted_at", label=_("Converted at"))
    abandoned = DateRangeFilter(field_name="abandoned_at", label=_("Abandoned at"))
