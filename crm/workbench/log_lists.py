"""The lists behind the operation log and the view history: filters, order, search."""

from dataclasses import dataclass
from typing import Any

import django_filters
from django import forms
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from crm.access.policies import POLICIES
from crm.accounts.filters import PersonFilter
from crm.audit.events import EVENT_TYPES
from crm.web.filters import ChoiceFilter, DateRangeFilter, FilterSet
from crm.web.listing import ListSpec, Searched, register
from crm.web.sorting import SortKey
from crm.workbench.choices import Source
from crm.workbench.log_columns import LogTable, ViewTable


def areas() -> list[tuple[str, Any]]:
    """The groups of events with their names: `customers.customer` is 客户."""
    groups = sorted({code.rpartition(".")[0] for code in EVENT_TYPES})
    return sorted(((group, _area(group)) for group in groups), key=lambda pair: str(pair[1]))


def _area(group: str) -> Any:
    app, _dot, noun = group.partition(".")
    label = next((name for name in POLICIES if name == f"{app}.{noun.replace('_', '')}"), "")
    if label:
        return apps.get_model(label)._meta.verbose_name
    config = next((item for item in apps.get_app_configs() if item.label == app), None)
    return config.verbose_name if config else group


class AreaFilter(ChoiceFilter):
    """Events of one or several groups."""

    def filter(self, qs: QuerySet, value: Any) -> QuerySet:
        if not value:
            return qs
        condition = Q()
        for group in value:
            codes = [code for code in EVENT_TYPES if code.rpartition(".")[0] == group]
            condition |= Q(code__in=codes)
        return qs.filter(condition)


class AddressFilter(django_filters.Filter):
    """An IP address; anything else is no filter."""

    field_class = forms.GenericIPAddressField


class LogFilter(FilterSet):
    """Who, what, when, from where."""

    inline = ("actor", "area", "at")

    actor = PersonFilter(label=_("User"))
    area = AreaFilter(label=_("Area"), choices=areas)
    at = DateRangeFilter(field_name="at", label=_("Time"))
    source = ChoiceFilter(label=_("Source"), choices=Source.choices)
    ip = AddressFilter(label=_("IP address"))
    request_id = django_filters.CharFilter(label=_("Request number"))


@dataclass(frozen=True)
class Found:
    """Rows that match a search; the list counts them itself."""

    queryset: QuerySet
    total: int | None = None


def search_log(rows: QuerySet, text: str, user: Any, searched: Searched) -> Found:
    """Events on records whose name holds every word, or with this note."""
    for term in text.split()[:5]:
        rows = rows.filter(Q(label__icontains=term) | Q(note__icontains=term))
    return Found(rows)


LOG = register(
    ListSpec(
        name="log",
        table=LogTable,
        filterset=LogFilter,
        sorts={"at": SortKey("pk", descending=True)},
        default_sort="-at",
        search=search_log,
        search_placeholder=_("Name of the record, note"),
    )
)


def viewed_kinds() -> list[tuple[int, Any]]:
    """Kinds of records whose views are kept."""
    models = [apps.get_model(label) for label in POLICIES]
    return [
        (ContentType.objects.get_for_model(model).pk, model._meta.verbose_name)
        for model in models
        if hasattr(model, "get_absolute_url")
    ]


class ViewFilter(FilterSet):
    """Who looked, at what kind of record, when."""

    inline = ("user", "content_type", "viewed")

    user = PersonFilter(label=_("User"))
    content_type = ChoiceFilter(label=_("Kind of record"), choices=viewed_kinds)
    viewed = DateRangeFilter(field_name="viewed_at", label=_("Last viewed at"))


VIEWS = register(
    ListSpec(
        name="view_history",
        table=ViewTable,
        filterset=ViewFilter,
        sorts={"viewed_at": SortKey("viewed_at", descending=True)},
        default_sort="-viewed_at",
    )
)
