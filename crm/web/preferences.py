"""Choices of columns and widths that users make on lists; stored through the user object."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from crm.access import policies, verbs
from crm.web.columns import Column
from crm.web.listing import LISTS, ListSpec
from crm.web.navigation import address
from crm.web.views.base import PageView


def chosen_columns(user: Any, spec: ListSpec) -> list[Column]:
    """The columns of a list that this user has chosen, in that order."""
    return spec.table.chosen(user.preferences.get("columns", {}).get(spec.name))


class ColumnsView(PageView):
    """The column chooser of one list.

    POST `columns=name,name` and `width-<name>=px`; no names: the default ones. A form without
    scripts sends `columns` once a name, `reset`, and `next` to go back to.
    """

    template = "generic/columns.html"
    partials = {"dialog-body": "generic/_columns.html"}
    http_method_names = ["get", "post"]

    def get_spec(self) -> ListSpec:
        """The list of the address, else 404."""
        if self.kwargs["name"] not in LISTS:
            raise Http404
        return LISTS[self.kwargs["name"]]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        spec = self.get_spec()
        policies.require(request.user, verbs.VIEW, spec.model)
        context = {
            "title": _("Column settings"),
            "columns": self.rows(spec),
            "action_url": address("web:columns", spec.name),
            "next": request.GET.get("next", ""),
        }
        return self.show(context)

    def rows(self, spec: ListSpec) -> list[dict[str, Any]]:
        """All columns, shown ones first in the user's order; the title cannot be left out.

        `without` in the address names those that are hidden where the list was opened.
        """
        shown = {column.name: None for column in chosen_columns(self.request.user, spec)}
        rest = [column.name for column in spec.table.columns if column.name not in shown]
        known = spec.table.by_name()
        title = spec.table.columns[0].name
        without = self.request.GET.get("without", "").split(",")
        return [
            {
                "name": name,
                "label": known[name].label,
                "visible": name in shown,
                "locked": name == title,
            }
            for name in [*shown, *rest]
            if name not in without
        ]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        spec = self.get_spec()
        known = spec.table.by_name()
        user: Any = request.user
        if "columns" in request.POST:
            names = ",".join(request.POST.getlist("columns")).split(",")
            reset = "reset" in request.POST
            wanted = [] if reset else [part for part in names if part in known]
            user.remember("columns", spec.name, wanted)
        widths = {
            key.removeprefix("width-"): int(value)
            for key, value in request.POST.items()
            if key.startswith("width-") and value.isdecimal() and 40 <= int(value) <= 800
        }
        kept = {column: width for column, width in widths.items() if column in known}
        if kept:
            user.remember("widths", spec.name, kept)
        back = request.POST.get("next", "")
        if url_has_allowed_host_and_scheme(back, allowed_hosts=None):
            return HttpResponseRedirect(back)
        return HttpResponse(status=204)
