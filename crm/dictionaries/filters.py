"""Filters and form fields over dictionary values, regions and tags: choices from memory."""

from typing import Any

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from crm.dictionaries import lookups
from crm.dictionaries.models import Item
from crm.web.filters import EMPTY_CHOICE, ChoiceFilter


class ItemFilter(ChoiceFilter):
    """One or several values of a dictionary, or none."""

    def __init__(self, dictionary: str, **kwargs: Any) -> None:
        kwargs["choices"] = lambda: [
            *((pk, label) for pk, label in lookups.choices(dictionary)),
            (EMPTY_CHOICE, _("Not set")),
        ]
        super().__init__(**kwargs)


class RegionFilter(django_filters.CharFilter):
    """A region and all below it, by code or name; an unknown name finds nothing.

    Codes share their first digits with those below, so an index range serves each.
    """

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput({"placeholder": _("Province, city, district")}))
        super().__init__(max_length=60, **kwargs)

    def filter(self, qs: Any, value: str) -> Any:
        if not value:
            return qs
        ranges = Q()
        for code in lookups.find_regions(value):
            prefix, name = lookups.region_prefix(code), self.field_name
            ranges |= Q(**{f"{name}_id__gte": prefix, f"{name}_id__lt": prefix + "~"})
        return qs.filter(ranges) if ranges else qs.none()


class TagFilter(ChoiceFilter):
    """Records that carry all of the chosen tags (D05-2)."""

    def __init__(self, *, through: Any, owner: str, **kwargs: Any) -> None:
        self.through, self.owner = through, owner
        kwargs["choices"] = lambda: [
            (pk, name) for pk, (name, _color) in sorted(lookups.tags().items(), key=lambda t: t[1])
        ]
        super().__init__(**kwargs)

    def filter(self, qs: Any, value: Any) -> Any:
        for tag in value or ():
            links = self.through.objects.filter(**{self.owner: OuterRef("pk")}, tag_id=tag)
            qs = qs.filter(Exists(links))
        return qs


def as_row(key: Any) -> Item | None:
    """The dictionary value as a row, made from memory."""
    value = lookups.item(int(key))
    return value and Item(pk=value.pk, code=value.code, name=value.name, name_en=value.name_en)


class ItemField(forms.TypedChoiceField):
    """A dictionary value in a form: the active ones, plus the one the record already has."""

    def __init__(self, dictionary: str, **kwargs: Any) -> None:
        self.dictionary = dictionary
        kwargs.setdefault("required", False)
        kwargs["coerce"] = as_row
        kwargs["empty_value"] = None
        super().__init__(choices=[], **kwargs)

    def values_offered(self, keep: tuple[int, ...] = ()) -> list[tuple[Any, Any]]:
        return [("", "—"), *lookups.choices(self.dictionary, keep)]

    def offer(self, keep: int | None) -> None:
        """Read the choices again, keeping a disabled value that the record has."""
        self.choices = self.values_offered((keep,) if keep else ())


class RegionField(forms.CharField):
    """The code of a region, chosen in three steps by the cascade."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        kwargs.setdefault("max_length", 6)
        super().__init__(**kwargs)

    def clean(self, value: Any) -> str | None:
        code = super().clean(value)
        if not code:
            return None
        if code not in lookups.regions():
            raise forms.ValidationError(_("This region does not exist."))
        return code
