"""Form fields of planning: when something is due, which record it is about, who takes part."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext as _

from crm.accounts.models import User
from crm.activities.forms import MomentField
from crm.activities.planning import links
from crm.activities.planning.times import end_of_day
from crm.core.clock import COMPANY_ZONE
from crm.web.fields import RemoteSelectMultiple

MORNING = time(9)
_CLOCK = re.compile(r"\d\s*[:：点时]")


@dataclass(frozen=True)
class Due:
    """When something is due, and whether a time of day was typed."""

    at: datetime
    has_time: bool


class DueField(MomentField):
    """A day, or a day with a time; cleans to `Due` or None."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(hour=MORNING, **kwargs)

    def clean(self, value: Any) -> Due | None:
        moment = super().clean(value)
        if moment is None:
            return None
        if _CLOCK.search(str(value)):
            return Due(moment, True)
        return Due(end_of_day(localdate(moment)), False)


def due_text(at: datetime | None, has_time: bool) -> str:
    """What the field shows of a stored due date."""
    if at is None:
        return ""
    if has_time:
        return f"{localtime(at):%Y-%m-%d %H:%M}"
    return f"{localdate(at, COMPANY_ZONE):%Y-%m-%d}"


class KeySelect(forms.Select):
    """A select over records of several kinds; options come from the server while typing."""

    def __init__(self, *, people: bool = False) -> None:
        super().__init__({"data-controller": "remote-select"})
        self.people = people
        self.actor: Any = None

    def build_attrs(self, base_attrs: Any, extra_attrs: Any = None) -> dict[str, Any]:
        attrs = super().build_attrs(base_attrs, extra_attrs)
        query = "?people=1" if self.people else ""
        return {**attrs, "data-url": reverse("planning:subject_options") + query}

    def optgroups(self, name: str, value: list[str], attrs: Any = None) -> list[Any]:
        """Only the chosen records, and the empty choice where one may be left out."""
        options = [] if self.allow_multiple_selected else [("", "—", not any(value))]
        for key in filter(None, value):
            row = links.find_one(str(key), self.actor)
            options += [(key, str(row), True)] if row else []
        built = [
            self.create_option(name, key, label, selected, place, attrs=attrs)
            for place, (key, label, selected) in enumerate(options)
        ]
        return [(None, built, 0)]


class KeySelectMultiple(KeySelect, forms.SelectMultiple):
    """The same for several records."""

    allow_multiple_selected = True


class SubjectField(forms.CharField):
    """The linked record, given by its key; cleans to the row or None."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=80, required=False, widget=KeySelect(), **kwargs)

    def clean(self, value: Any) -> models.Model | None:
        key = super().clean(value)
        return _row(key, self.widget.actor) if key else None


class GuestsField(forms.MultipleChoiceField):
    """People of customers, given by their keys; cleans to rows."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, widget=KeySelectMultiple(people=True), **kwargs)

    def validate(self, value: list[str]) -> None:
        """The keys are looked up instead of compared with a list."""

    def clean(self, value: Any) -> list[models.Model]:
        keys = dict.fromkeys(super().clean(value))
        return [_row(key, self.widget.actor) for key in keys]


def _row(key: str, actor: Any) -> models.Model:
    found = links.find_one(key, actor)
    if found is None:
        raise ValidationError(_("This record is deleted or outside your scope."))
    return found


class PeopleField(forms.ModelMultipleChoiceField):
    """Colleagues, found by typing a name or pinyin."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        widget = RemoteSelectMultiple("accounts:person_options")
        super().__init__(User.objects.active(), widget=widget, **kwargs)

    def keep(self, chosen: Iterable[int]) -> None:
        """Offer these as well: whoever has left stays where he was chosen."""
        self.queryset = User.objects.filter(Q(is_active=True) | Q(pk__in=list(chosen)))
