"""工单评价: the list of ratings, and the figures per handler."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.access import policies, verbs
from crm.core import clock
from crm.jobs.exporting.actions import ExportSelected, export_action
from crm.web.filters import EMPTY_CHOICE
from crm.web.navigation import address
from crm.web.views.base import ObjectMixin, PageView
from crm.web.views.list import ListView
from tickets.models import Ticket
from tickets.satisfaction import figures, lists
from tickets.satisfaction.models import SurveyResponse

PREFIX = "tickets:rating"


class RatingListView(ListView):
    """What customers said (S11-42)."""

    spec = lists.RATINGS
    title = gettext_lazy("Ticket ratings")
    url_prefix = PREFIX
    bulk_actions = (ExportSelected,)
    empty = {
        "icon": "star",
        "title": gettext_lazy("No ratings yet"),
        "text": gettext_lazy("Customers are asked when their ticket is solved."),
    }

    def page_actions(self) -> list[dict[str, Any]]:
        return [
            {
                "label": _("Figures per handler and group"),
                "url": address("tickets:rating_people"),
                "icon": "chart-bar",
            }
        ]

    def more_actions(self) -> list[dict[str, Any]]:
        if not self.can(verbs.EXPORT):
            return []
        return [export_action(PREFIX, self.query(page=None, after=None))]


class RatingDetailView(ObjectMixin, PageView):
    """A rating stands on its ticket."""

    model = SurveyResponse

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        rating = self.get_object()
        tickets = Ticket.objects.kept().visible_to(request.user, verbs.VIEW)
        ticket = tickets.filter(surveys__response=rating).first()
        if ticket is None:
            raise Http404
        return redirect(ticket.get_absolute_url())


class PeriodForm(forms.Form):
    """The days of the figures."""

    after = forms.DateField(label=gettext_lazy("From"), required=False)
    before = forms.DateField(label=gettext_lazy("To"), required=False)
    first = forms.BooleanField(label=gettext_lazy("First solution only"), required=False)

    def clean(self) -> dict[str, Any]:
        """The first day is not later than the last one."""
        after, before = self.cleaned_data.get("after"), self.cleaned_data.get("before")
        if after and before and after > before:
            self.add_error("before", _("Choosing the period failed: it ends before it begins."))
        return self.cleaned_data


class RatingPeopleView(PageView):
    """Score per handler for appraisal; hidden below five answers."""

    model = SurveyResponse
    template = "tickets/survey/people.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = PeriodForm(request.GET or None)
        given = form.cleaned_data if form.is_valid() else {}
        after = given.get("after") or (None if given else clock.today().replace(month=1, day=1))
        before, first = given.get("before"), bool(given.get("first"))
        period = {"after": after, "before": before, "first": first}
        people = figures.per_person(request.user, after, before, first=first)
        groups = figures.per_group(request.user, after, before, first=first)
        total = figures.in_total(request.user, after, before, first=first)
        return self.show(
            {
                "title": _("Satisfaction per handler and group"),
                "form": form,
                **period,
                "stars": figures.STARS,
                "total": shown(total, {}, **period),
                "people": [shown(line, key_of("owner", line), **period) for line in people],
                "groups": [shown(line, key_of("group", line), **period) for line in groups],
                "least": figures.LEAST,
                "outcomes": [
                    (line, f"{address('tickets:ticket_list')}?{urlencode(line.query)}")
                    for line in self.outcomes(after, before)
                ],
                "actions": [
                    {
                        "label": _("All ratings"),
                        "url": address("tickets:rating_list"),
                        "icon": "star",
                    }
                ],
            }
        )

    def outcomes(self, after: Any, before: Any) -> list[figures.Asked]:
        """What became of the invitations, for who sees tickets at all."""
        user = self.request.user
        return (
            figures.outcomes(user, after, before) if policies.can(user, verbs.VIEW, Ticket) else []
        )


def key_of(name: str, line: figures.Figures) -> dict[str, Any]:
    """Whose ratings a line counts, as a parameter of the list."""
    return {name: EMPTY_CHOICE if line.key is None else line.key}


def shown(
    line: figures.Figures, whose: dict[str, Any], after: Any, before: Any, *, first: bool
) -> dict[str, Any]:
    """A line of the page; each of its numbers leads to its ratings."""
    url = rows_url(whose, after, before, first=first)
    scores = zip(figures.STARS, line.scores, strict=True)
    return {
        "figures": line,
        "url": url,
        "scores": [(count, f"{url}&score={score}") for score, count in scores],
    }


def rows_url(whose: dict[str, Any], after: Any, before: Any, *, first: bool) -> str:
    """The ratings behind a line."""
    query = {
        **whose,
        "submitted_at_after": after or "",
        "submitted_at_before": before or "",
        "solution": figures.FIRST if first else figures.LAST,
    }
    return f"{address('tickets:rating_list')}?{urlencode(query)}"
