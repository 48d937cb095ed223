"""Filters of the lists of tasks and appointments."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.accounts.filters import PersonFilter
from crm.activities.planning.choices import AppointmentStatus, Kind, Priority, TaskStatus
from crm.web.filters import ChoiceFilter, DateRangeFilter, DueFilter, FilterSet


class TaskDueFilter(DueFilter):
    """Where the due date stands; what is done or cancelled is never overdue."""

    def filter(self, qs: Any, value: str) -> Any:
        found = super().filter(qs, value)
        return found.open() if value == self.OVERDUE else found


class TaskFilter(FilterSet):
    """By state, urgency, date and people."""

    inline = ("status", "due", "priority", "owner")

    status = ChoiceFilter(label=_("Status"), choices=TaskStatus.choices)
    due = TaskDueFilter(field_name="due_at", label=_("Due"))
    priority = ChoiceFilter(label=_("Priority"), choices=Priority.choices)
    owner = PersonFilter(label=_("Owner"))
    creator = PersonFilter(field_name="created_by", label=_("Created by"))
    due_between = DateRangeFilter(field_name="due_at", label=_("Due between"))
    created = DateRangeFilter(field_name="created_at", label=_("Created at"))


class AppointmentFilter(FilterSet):
    """By kind, state, time and people."""

    inline = ("kind", "status", "starts", "owner")

    kind = ChoiceFilter(label=pgettext_lazy("appointment", "Kind"), choices=Kind.choices)
    status = ChoiceFilter(label=_("Status"), choices=AppointmentStatus.choices)
    starts = DateRangeFilter(field_name="starts_at", label=_("Starts at"))
    owner = PersonFilter(label=_("Owner"))
