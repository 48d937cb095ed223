"""The pages of the figures: statistics with their workbook, and the supervisor's wall."""

from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _

from crm.access import policies, verbs
from crm.core.workbook.writer import XLSX
from crm.jobs.exporting.views import TYPES
from crm.web.navigation import address
from crm.web.views.base import PageView
from tickets.models import Ticket
from tickets.sla.models import SlaPolicy
from tickets.statistics import counting, promises
from tickets.statistics.asking import Asked
from tickets.statistics.exporting import write_statistics
from tickets.statistics.tables import Table
from tickets.statistics.wall import wall


def tables_of(asked: Asked) -> list[Table]:
    """All figures of a question."""
    clocks = promises.cube_of(asked)
    return [
        promises.promises(asked, clocks),
        promises.durations(asked),
        counting.backlog(asked),
        *counting.breakdowns(asked, clocks),
        promises.holders(asked),
    ]


class StatisticsView(PageView):
    """工单统计 (S02-08): every figure opens its rows; POST gives the workbook."""

    model = Ticket
    template = "tickets/statistics/page.html"
    partials = {"report": "tickets/statistics/_report.html"}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        asked = Asked(request.user, request.GET)
        context = {
            "title": _("Ticket statistics"),
            "subtitle": asked.words,
            "asked": asked,
            "tables": tables_of(asked),
            "rows_url": address("tickets:ticket_list"),
            "print_url": f"?{asked.query}&print=1",
            "may_export": bool(policies.can(request.user, verbs.EXPORT, Ticket)),
            "may_lead": bool(policies.can(request.user, verbs.ASSIGN, Ticket)),
        }
        if request.GET.get("print"):
            context["layout"] = "layouts/print.html"
        return self.show(context)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        asked = Asked(request.user, QueryDict(request.POST.get("query", "")))
        policies.require(request.user, verbs.EXPORT, Ticket)
        with TemporaryDirectory(prefix="export-") as folder:
            path = Path(folder) / "table"
            name = write_statistics(asked, tables_of(asked), path, actor=request.user)
            stream = path.open("rb")  # stays readable after the folder has gone
        response = FileResponse(stream, as_attachment=True, filename=name, content_type=TYPES[XLSX])
        response["Cache-Control"] = "private, no-store"
        return response


class WallView(PageView):
    """班长看板: big figures that come anew by themselves; for who assigns tickets."""

    model = Ticket
    verb = verbs.ASSIGN
    template = "tickets/statistics/wall.html"
    partials = {"ticket-wall": "tickets/statistics/_wall.html"}

    @cached_property
    def figures(self) -> dict[str, Any]:
        """What the wall shows."""
        return wall(self.request.user)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        rows_url = address("tickets:ticket_list")
        context = {
            "title": _("Service wall"),
            "rows_url": rows_url,
            "may_reconsider": bool(policies.can(request.user, verbs.VIEW, SlaPolicy)),
            **self.figures,
        }
        return self.show(context)
