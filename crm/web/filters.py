"""Base of all filter sets: parsed by django-filter, described in words, keys from a fixed list."""

from collections.abc import Hashable
from datetime import datetime
from typing import Any

import django_filters
from django.db.models import DateTimeField, Field, Model
from django.utils.translation import gettext_lazy as _

from crm.core import clock
from crm.core.messages import listed
from crm.web.widgets import ChoiceMenu, DateRange

EMPTY_CHOICE = "none"


class FilterSet(django_filters.FilterSet):
    """Filters of a list. `inline` names those in the filter bar, the rest stand in the sheet.

    Only declared filters are read from the address, so no model path can be probed.
    """

    inline: tuple[str, ...] = ()
    #: Filters that only links set: they show as chips and stay while others change.
    hidden: tuple[str, ...] = ()

    def __init__(
        self,
        data: Any = None,
        *args: Any,
        only_set: bool = False,
        user: Any = None,
        **kwargs: Any,
    ) -> None:
        """With `only_set` just the filters `data` names are built: copying all costs the most.

        `user` is the reader, for filters such as his team.
        """
        self.user = user
        if only_set:
            known = type(self).base_filters
            self.base_filters = {name: known[name] for name in known if names(data, name)}
        super().__init__(data, *args, **kwargs)

    @classmethod
    def looks(cls, user: Any) -> Hashable:
        """What the choices depend on besides the language; nothing as a rule."""
        return ()

    def describe(self) -> list[dict[str, str]]:
        """What is filtered, in words: `[{name, label, value}]` for the chips."""
        data = getattr(self.form, "cleaned_data", {})
        return [
            {
                "name": name,
                "label": str(item.label or name),
                "value": self._words(name, data[name]),
            }
            for name, item in self.filters.items()
            if data.get(name) not in (None, "", [], ())
        ]

    def _words(self, name: str, value: Any) -> str:
        field = self.form.fields[name]
        if isinstance(value, slice):
            return " ~ ".join(
                f"{part:%Y-%m-%d}" if part else "…" for part in (value.start, value.stop)
            )
        labels = {str(key): str(label) for key, label in getattr(field, "choices", [])}
        values = value if isinstance(value, list | tuple) else [value]
        return listed(labels.get(str(part), str(part)) for part in values)


def names(query: Any, name: str) -> bool:
    """Whether a query holds a value of this filter (ranges have two parameters)."""
    return any(query[key] for key in query if key == name or key.startswith(f"{name}_"))


class ChoiceFilter(django_filters.MultipleChoiceFilter):
    """One or several values of a closed list; a list of keys, never a join."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("conjoined", False)
        kwargs.setdefault("distinct", False)
        kwargs.setdefault("widget", ChoiceMenu({"data-label": kwargs.get("label", "")}))
        super().__init__(*args, **kwargs)

    def filter(self, qs: Any, value: Any) -> Any:
        if not value:
            return qs
        keys = [part for part in value if part != EMPTY_CHOICE]
        lookup = {f"{self.field_name}__in": keys} if len(keys) > 1 else {}
        if len(keys) == 1:
            lookup = {self.field_name: keys[0]}
        if EMPTY_CHOICE not in value:
            return qs.filter(**lookup)
        empty = qs.filter(**{f"{self.field_name}__isnull": True})
        return empty | qs.filter(**lookup) if keys else empty


class YesNoFilter(django_filters.ChoiceFilter):
    """Yes, no, or (with the label as its first choice) either."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["choices"] = [("true", _("Yes")), ("false", _("No"))]
        kwargs.setdefault("empty_label", kwargs.get("label"))
        super().__init__(*args, **kwargs)

    def filter(self, qs: Any, value: str) -> Any:
        return qs.filter(**{self.field_name: value == "true"}) if value else qs


class DateRangeFilter(django_filters.DateFromToRangeFilter):
    """From one day to another, both included, in the reader's zone."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("widget", DateRange())
        super().__init__(*args, **kwargs)

    def filter(self, qs: Any, value: slice | None) -> Any:
        """A column of days is compared with days: an instant would be one of another zone."""
        if value and isinstance(_column(qs.model, self.field_name), DateTimeField):
            value = slice(_held(value.start), _held(value.stop))
        elif value:
            value = slice(*(moment and moment.date() for moment in (value.start, value.stop)))
        return super().filter(qs, value)


def _held(moment: datetime | None) -> datetime | None:
    """The same hour of a day that records can have."""
    if moment is None:
        return None
    return datetime.combine(clock.held(moment.date()), moment.timetz())


def _column(model: type[Model], path: str) -> Field:
    """The column at the end of a path."""
    *parents, last = path.split("__")
    for name in parents:
        model = model._meta.get_field(name).related_model
    return model._meta.get_field(last)


class DueFilter(django_filters.ChoiceFilter):
    """Where a date stands towards today: overdue, today, this week, without a date."""

    OVERDUE, TODAY, WEEK, NEVER = "overdue", "today", "week", "none"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["choices"] = [
            (self.OVERDUE, _("Overdue")),
            (self.TODAY, _("Today")),
            (self.WEEK, _("Next 7 days")),
            (self.NEVER, _("Without a date")),
        ]
        kwargs.setdefault("empty_label", kwargs.get("label"))
        super().__init__(*args, **kwargs)

    def filter(self, qs: Any, value: str) -> Any:
        if not value:
            return qs
        start, end = clock.day_bounds(clock.today())
        name = self.field_name
        lookups = {
            self.OVERDUE: {f"{name}__lt": clock.now()},
            self.TODAY: {f"{name}__gte": start, f"{name}__lt": end},
            self.WEEK: {
                f"{name}__gte": start,
                f"{name}__lt": clock.days_after(start, 7),
            },
            self.NEVER: {f"{name}__isnull": True},
        }
        return qs.filter(**lookups[value])
