"""Filters of the calendar's templates."""

from collections.abc import Mapping

from django import template

from crm.activities.planning.layers import Entry

register = template.Library()


@register.filter
def entry_color(entry: Entry, colors: Mapping[str, str]) -> str:
    """The entry's own colour, or that of its layer."""
    return entry.color or colors.get(entry.layer, "gray")
