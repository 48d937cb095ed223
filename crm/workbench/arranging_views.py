"""The page where a user arranges his start page, and the folding of a panel."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from crm.core.periods import PeriodKind
from crm.web.views.base import PageView
from crm.workbench import arranging, looks
from crm.workbench.arranging import SIDES, Place
from crm.workbench.panels import NARROW, WIDE


class ArrangeView(PageView):
    """Choose, order, widen, fold; begin with a scope and a period; back to default."""

    template = "workbench/arrange.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user: Any = request.user
        look = looks.look_of(user, {})
        context = {
            "title": _("Arrange the workbench"),
            "places": arranging.places_of(user),
            "widths": ((WIDE, _("Two columns")), (NARROW, _("One column"))),
            "teams": [(team.code, team.label) for team in looks.teams_of(user)],
            "team": look.scope.code,
            "kinds": [each for each in PeriodKind.choices if each[0] != PeriodKind.CUSTOM],
            "kind": look.period.kind,
            "is_arranged": arranging.is_arranged(user),
        }
        return self.show(context)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user: Any = request.user
        if "reset" in request.POST:
            arranging.restore(user)
            messages.success(request, _("The workbench is arranged as usual for your role again."))
            return redirect("workbench:home")
        places = posted(user, request.POST)
        for button, by in (("up", -1), ("down", 1)):
            if button in request.POST:
                arranging.arrange(user, arranging.move(places, request.POST[button], by))
                return redirect("workbench:arrange")
        arranging.arrange(user, places)
        begin_with(user, request.POST)
        messages.success(request, _("Your workbench is arranged."))
        return redirect("workbench:home")


def posted(user: Any, form: QueryDict) -> list[Place]:
    """The arrangement of a form; panels it does not name stay behind as they are."""
    present = {place.name: place for place in arranging.places_of(user)}
    shown, folded = set(form.getlist("shown")), set(form.getlist("folded"))
    found = []
    for name in form.getlist("order"):
        place = present.pop(name, None)
        if place is not None:
            side = form.get(f"side-{name}", place.side)
            found.append(
                Place(
                    place.panel,
                    side if side in SIDES else place.side,
                    name in shown,
                    name in folded,
                )
            )
    return [*found, *present.values()]


def begin_with(user: Any, form: QueryDict) -> None:
    """Remember with which scope and period the page begins."""
    teams = {team.code for team in looks.teams_of(user)}
    kinds = set(PeriodKind.values) - {PeriodKind.CUSTOM.value}
    scope, period = form.get("scope", ""), form.get("period", "")
    if scope in teams and period in kinds:
        user.remember(looks.SECTION, looks.START, {"scope": scope, "period": period})


class FoldView(PageView):
    """POST `folded=1` or `0` for one panel."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user: Any = request.user
        if kwargs["name"] not in {place.name for place in arranging.places_of(user)}:
            raise Http404
        arranging.fold(user, kwargs["name"], folded=request.POST.get("folded") == "1")
        return HttpResponse(status=204)
