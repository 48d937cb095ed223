"""Filters by people: one colleague chosen by typing, or a team around the reader."""

from typing import Any

import django_filters

from crm.access.scopes import Scope
from crm.accounts.models import User
from crm.accounts.teams import TEAMS, owners_of
from crm.web.fields import RemoteChoiceField


class PersonFilter(django_filters.ModelChoiceFilter):
    """One person; the list of all people is never loaded."""

    field_class = RemoteChoiceField

    def __init__(self, **kwargs: Any) -> None:
        kwargs["queryset"] = User.objects.all()
        kwargs["url_name"] = "accounts:person_options"
        super().__init__(**kwargs)

    @property
    def field(self) -> Any:
        """The field; where nobody is chosen it says what it filters by."""
        field = super().field
        field.widget.attrs["data-empty"] = self.label
        return field


class TeamFilter(django_filters.ChoiceFilter):
    """The rows of a team around the reader; the figures of the start page lead here."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs["choices"] = [(team.value, team.label) for team in TEAMS if team != Scope.ALL]
        kwargs.setdefault("empty_label", kwargs.get("label"))
        super().__init__(**kwargs)

    def filter(self, qs: Any, value: str) -> Any:
        if not value:
            return qs
        return of_people(qs, self.field_name, owners_of(self.parent.user, value))


def of_people(rows: Any, field: str, people: frozenset[int] | None) -> Any:
    """Rows whose `field` is one of these people; None leaves all.

    One person is an equality, which an index in the order of the list serves.
    """
    if people is None:
        return rows
    if len(people) == 1:
        return rows.filter(**{f"{field}_id": next(iter(people))})
    return rows.filter(**{f"{field}_id__in": sorted(people)})
