"""The pipeline board (`design.md`): the list's filters apply, cards move by the stage dialog."""

import re
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.access import policies, verbs
from crm.web import htmx
from crm.web.listing import Listing
from crm.web.navigation import address
from crm.web.views.base import PageView
from crm.web.views.list import ListView
from opportunities import board, lists, pipelines
from opportunities.choices import Outcome
from opportunities.figures import list_url, short
from opportunities.models import Opportunity
from opportunities.views.opportunities import PREFIX, analyses

#: Names the stages that a step has changed, where only they are to be drawn again, and how many
#: cards each shows by now: `12:50,14:25`.
CHANGED = "columns"
SHOWN = re.compile(r"(?<![^,])(\d{1,18})(?::(\d{1,4}))?(?![^,])", re.ASCII)


class BoardParts:
    """What the whole board and one column of it share."""

    request: HttpRequest

    @cached_property
    def movable(self) -> Any:
        """How far the reader's right to move cards goes, shares included."""
        policy, user = policies.policy_for(Opportunity), self.request.user
        reach = policy.reach(user, verbs.CHANGE)
        shared = set(policy.shared_ids(user, verbs.CHANGE)) if reach else set()
        return lambda card: reach.covers(card.owner_id) or card.pk in shared

    def card(self, card: board.Card, step: pipelines.Step, back: str) -> dict[str, Any]:
        """One card as the template shows it."""
        moves = self.movable(card)
        query = urlencode({"from": "board", "list": back})
        return {
            "pk": card.pk,
            "name": card.name,
            "url": address("opportunities:opportunity_detail", card.pk),
            "customer": card.customer,
            "owner": card.owner or "",
            "amount": short(card.amount),
            "next": card.next_step,
            "next_text": NEXT[card.next_step],
            "next_at": card.next_contact_at,
            "days": card.days,
            "late": bool(step.expected_days) and card.days > step.expected_days,
            "expected_on": card.expected_on,
            "move_url": f"{address('opportunities:opportunity_stage', card.pk)}?{query}"
            if moves
            else "",
            "win_url": f"{address('opportunities:opportunity_win', card.pk)}?{query}",
            "lose_url": f"{address('opportunities:opportunity_lose', card.pk)}?{query}",
        }


NEXT = {
    "none": gettext_lazy("No next step"),
    "late": gettext_lazy("Next step overdue"),
    "planned": gettext_lazy("Next step planned"),
}


def shown_of(asked: str) -> dict[int, int]:
    """Keys of stages and how many cards are shown of each; what is no number is left out."""
    return {int(key): int(shown or 0) for key, shown in SHOWN.findall(asked)}


class BoardView(BoardParts, ListView):
    """Columns with count and sums, cards with what to look at."""

    spec = lists.OPPORTUNITIES
    title = gettext_lazy("Opportunity board")
    url_prefix = PREFIX
    template = "opportunities/board.html"
    partials = {
        "results": "opportunities/_board.html",
        "board": "opportunities/_board_changes.html",
    }

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Take what is to be drawn again out of the address, so that no link carries it on."""
        query = request.GET.copy()
        asked = query.pop(CHANGED, [""])[-1]
        request.GET = query
        super().setup(request, *args, **kwargs)
        self.changed: dict[int, int] = {}
        if htmx.partial_template(request, self.partials) == self.partials["board"]:
            self.changed = shown_of(asked)

    @cached_property
    def lines(self) -> tuple[pipelines.Line, list[pipelines.Line]]:
        """The pipeline shown, and all."""
        return board.line_for(self.request.user, self.request.GET.get("line", ""))

    def results_context(self) -> dict[str, Any]:
        line, _all = self.lines
        back = self.query(page=None, after=None)
        changed = self.changed or None
        found = board.columns(self.listing, line, changed)
        drawn = [column for column in found if not changed or column.step.pk in changed]
        return {
            "title": self.title,
            "columns": [self.column(column, back) for column in drawn],
            "gone": sorted(set(self.changed) - {column.step.pk for column in drawn}),
            "total": sum(column.count for column in found),
            "amount": short(sum(column.amount for column in found)),
            "weighted": short(sum(column.weighted for column in found)),
            "chips": self.chips(),
            "ends": self.ends(),
            "filtered": self.listing.is_narrowed,
        }

    def column(self, column: board.Column, back: str) -> dict[str, Any]:
        """A column as the template shows it."""
        step = column.step
        more = ""
        if column.after:
            more = address("opportunities:board_column", step.pk)
            more += "?" + "&".join(filter(None, [back, urlencode({"after": column.after})]))
        return {
            "pk": step.pk,
            "label": step.label,
            "color": step.color,
            "probability": step.probability,
            "count": column.count,
            "amount": short(column.amount),
            "weighted": short(column.weighted),
            "list_url": self.list_url(step),
            "cards": [self.card(card, step, back) for card in column.cards],
            "more_url": more,
            "left": column.count - len(column.cards),
        }

    def list_url(self, step: pipelines.Step) -> str:
        """The list with exactly the rows of a column."""
        kept = self.request.GET.copy()
        for name in ("line", "stage", "outcome", "page", "after"):
            kept.pop(name, None)
        kept["outcome"], kept["stage"] = Outcome.OPEN, str(step.pk)
        return f"{reverse('opportunities:opportunity_list')}?{kept.urlencode()}"

    def ends(self) -> list[dict[str, Any]]:
        """Where won and lost ones go."""
        return [
            {
                "kind": kind,
                "label": Outcome(kind).label,
                "url": list_url(outcome=kind),
            }
            for kind in (Outcome.WON, Outcome.LOST)
        ]

    def page_context(self) -> dict[str, Any]:
        line, shown = self.lines
        found = super().page_context()
        found["reset_url"] = self.request.path
        if self.request.GET.get("line"):
            found["keep"].append(("line", self.request.GET["line"]))
        found["lines"] = [
            {"label": item.label, "code": item.code, "active": item.pk == line.pk} for item in shown
        ]
        found["line_url"] = reverse("opportunities:board_line")
        found["line_query"] = self.query(line=None, page=None, after=None)
        return found

    def more_actions(self) -> list[dict[str, Any]]:
        url = list_url(outcome=Outcome.OPEN)
        shown = {"label": _("Show as list"), "url": url, "icon": "list", "name": "list"}
        return [shown, *analyses()]


class BoardLineView(PageView):
    """Show another pipeline, now and the next time."""

    model = Opportunity
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        wanted = request.POST.get("line", "")
        if wanted not in {line.code for line in board.lines_shown()}:
            raise Http404
        user: Any = request.user
        user.remember(board.SECTION, board.LINE, wanted)
        query = QueryDict(request.POST.get("query", ""), mutable=True)
        query.pop("line", None)
        query.pop("stage", None)
        url = reverse("opportunities:board")
        return redirect(f"{url}?{query.urlencode()}" if query else url)


class BoardColumnView(BoardParts, PageView):
    """Further cards of a column; without htmx the list with the same rows."""

    model = Opportunity
    template = "opportunities/_board_cards.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        step = pipelines.step(kwargs["stage"])
        if step is None:
            raise Http404
        if not request.htmx:
            return redirect(list_url(outcome=Outcome.OPEN, stage=step.pk))
        listing = Listing(lists.OPPORTUNITIES, request.user, request.GET)
        rows = board.rows_of(listing, pipelines.line(step.pipeline_id))
        cards, after = board.cards_of(rows, step, request.GET.get("after", ""))
        kept = request.GET.copy()
        kept.pop("after", None)
        back = kept.urlencode()
        more = ""
        if after:
            kept["after"] = after
            more = f"{request.path}?{kept.urlencode()}"
        column = {
            "cards": [self.card(card, step, back) for card in cards],
            "more_url": more,
            "left": 0,
        }
        return self.show({"column": column})
