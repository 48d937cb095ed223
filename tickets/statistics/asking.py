"""Which tickets the figures are about: a period, a team, a handler, a service group.

What is asked for is kept as parameters of the list of tickets, and the rows come from that list,
so a figure and the rows behind its link cannot differ.
"""

from functools import cached_property
from typing import Any

from django import forms
from django.db.models import Count, Max, Min, QuerySet
from django.http import QueryDict
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.access.scopes import Scope
from crm.accounts.models import User
from crm.accounts.teams import TEAMS
from crm.core import clock, periods
from crm.core.periods import Period, PeriodKind
from crm.web.fields import RemoteChoiceField
from crm.web.listing import Listing
from tickets import catalog
from tickets.lists import TICKETS

DATE = {"data-controller": "date", "data-kind": "date", "class": "input input--small"}
SELECT = {"class": "input input--small"}
#: Days of the longest range.
LONGEST = 10 * 366


class AskForm(forms.Form):
    """The selector of the page."""

    period = forms.ChoiceField(
        label=gettext_lazy("Time span"), choices=PeriodKind.choices, required=False,
        widget=forms.Select(SELECT),
    )  # fmt: skip
    start = forms.DateField(
        label=gettext_lazy("From day"), required=False, widget=forms.TextInput(DATE)
    )
    end = forms.DateField(
        label=gettext_lazy("To day"), required=False, widget=forms.TextInput(DATE)
    )
    team = forms.ChoiceField(
        label=gettext_lazy("Whose"), required=False, widget=forms.Select(SELECT)
    )
    group = forms.ChoiceField(
        label=gettext_lazy("Service group"), required=False, widget=forms.Select(SELECT)
    )
    owner = RemoteChoiceField(
        User.objects.all(), url_name="accounts:person_options",
        label=gettext_lazy("Handler"), required=False,
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        teams = [(team.value, team.label) for team in TEAMS if team != Scope.ALL]
        self.fields["team"].choices = [("", _("All in my sight")), *teams]
        self.fields["group"].choices = [("", _("All")), *catalog.groups().items()]
        self.fields["owner"].widget.attrs.update(SELECT, **{"data-empty": _("All")})


class Asked:
    """One question; `problem` says why a part of it was not taken."""

    def __init__(self, user: Any, query: QueryDict) -> None:
        self.user = user
        data = query.copy()
        data["period"] = data.get("period") or PeriodKind.MONTH
        self.form = AskForm(data)
        self.form.is_valid()
        self.values = self.form.cleaned_data
        self.problem = ""
        self.period = self._period()

    def _period(self) -> Period:
        kind = self.values.get("period") or PeriodKind.MONTH
        if kind != PeriodKind.CUSTOM:
            return periods.period(kind, clock.today())
        first, last = self.values.get("start"), self.values.get("end")
        if first is None or last is None:
            self.problem = _("Choose the first and the last day of the period.")
        elif first > last or (last - first).days > LONGEST:
            self.problem = _(
                "Choosing the period failed: the first day is later than the last one, or they are "
                "more than ten years apart."
            )
        else:
            return periods.custom(first, last)
        return periods.period(PeriodKind.MONTH, clock.today())

    @property
    def is_custom(self) -> bool:
        """Whether days are asked for, chosen already or not."""
        return self.values.get("period") == PeriodKind.CUSTOM

    @property
    def people(self) -> dict[str, str]:
        """Team, handler and group as parameters of the list."""
        owner = self.values.get("owner")
        found = {
            "team": self.values.get("team"),
            "group": self.values.get("group"),
            "owner": owner and str(owner.pk),
        }
        return {"scene": "all"} | {name: value for name, value in found.items() if value}

    @property
    def base(self) -> dict[str, str]:
        """The same with the period: what every figure about the period begins with."""
        return self.people | self.period.params("created")

    @property
    def query(self) -> str:
        """What was asked, as parameters of the page."""
        days = {}
        if self.period.kind == PeriodKind.CUSTOM:
            days = {"start": f"{self.period.first}", "end": f"{self.period.last}"}
        return urlencode({**self.people, "period": self.period.kind, **days})

    @cached_property
    def rows(self) -> QuerySet:
        """The tickets made in the period.

        Their lowest and highest key stand beside the days: tickets come one after the other, so
        both databases read a part of the tables of tickets, clocks and holders instead of all.
        """
        rows = rows_of(self.user, self.base)
        # counted as well: for the two ends alone PostgreSQL would walk from the ends of all keys
        keys = rows.aggregate(first=Min("pk"), last=Max("pk"), number=Count("pk"))
        return rows.filter(pk__range=(keys["first"] or 0, keys["last"] or 0))

    @cached_property
    def all_rows(self) -> QuerySet:
        """The tickets of any time."""
        return rows_of(self.user, self.people)

    @property
    def words(self) -> str:
        """What is asked for, for paper and files."""
        found = [self.period.label, f"{self.period.first:%Y-%m-%d} ~ {self.period.last:%Y-%m-%d}"]
        for name in ("team", "group"):
            labels = dict(self.form.fields[name].choices)
            key = self.values.get(name)
            found += [str(labels.get(key) or labels.get(int(key)))] if key else []
        owner = self.values.get("owner")
        return " · ".join([*found, *([owner.display_name] if owner else [])])


def rows_of(user: Any, query: dict[str, Any]) -> QuerySet:
    """The tickets that the list shows for some parameters, in no order."""
    return Listing(TICKETS, user, QueryDict(urlencode(query, doseq=True))).queryset.order_by()
