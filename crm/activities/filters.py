"""Filters of the follow-up list (S11-21)."""

from django.utils.translation import gettext_lazy as _

from crm.accounts.filters import PersonFilter, TeamFilter
from crm.activities.choices import METHOD, Attitude, Result
from crm.dictionaries.filters import ItemFilter
from crm.web.filters import ChoiceFilter, DateRangeFilter, FilterSet


class FollowUpFilter(FilterSet):
    """By method, person, time, attitude, result."""

    inline = ("method", "author", "happened")

    method = ItemFilter(METHOD, label=_("Follow-up method"))
    author = PersonFilter(label=_("Follow-up person"))
    team = TeamFilter(field_name="author", label=_("Whose"))
    happened = DateRangeFilter(field_name="happened_at", label=_("Follow-up time"))
    attitude = ChoiceFilter(label=_("Customer attitude"), choices=Attitude.choices)
    result = ChoiceFilter(label=_("Follow-up result"), choices=Result.choices)
    next_contact = DateRangeFilter(field_name="next_contact_at", label=_("Next contact"))
