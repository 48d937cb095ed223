"""Choices of columns and widths that users make on lists; stored through the user object."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.views import View

from crm.web.listing import LISTS


class ColumnsView(View):
    """POST `columns=name,name` and `width-<name>=px` for one list."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        name = kwargs["name"]
        if name not in LISTS:
            raise Http404
        known = LISTS[name].table.by_name()
        user: Any = request.user
        if "columns" in request.POST:
            wanted = [part for part in request.POST["columns"].split(",") if part in known]
            user.remember("columns", name, wanted)
        widths = {
            key.removeprefix("width-"): int(value)
            for key, value in request.POST.items()
            if key.startswith("width-") and value.isdigit() and 40 <= int(value) <= 800
        }
        kept = {column: width for column, width in widths.items() if column in known}
        if kept:
            user.remember("widths", name, kept)
        return HttpResponse(status=204)
