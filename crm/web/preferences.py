"""Choices of columns and widths that users make on lists; stored through the user object."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views import View

from crm.web.listing import LISTS


class ColumnsView(View):
    """POST `columns=name,name` and `width-<name>=px` for one list; no names: the default ones.

    A form without scripts sends `columns` once a name, `reset`, and `next` to go back to.
    """

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        name = kwargs["name"]
        if name not in LISTS:
            raise Http404
        known = LISTS[name].table.by_name()
        user: Any = request.user
        if "columns" in request.POST:
            names = ",".join(request.POST.getlist("columns")).split(",")
            reset = "reset" in request.POST
            wanted = [] if reset else [part for part in names if part in known]
            user.remember("columns", name, wanted)
        widths = {
            key.removeprefix("width-"): int(value)
            for key, value in request.POST.items()
            if key.startswith("width-") and value.isdecimal() and 40 <= int(value) <= 800
        }
        kept = {column: width for column, width in widths.items() if column in known}
        if kept:
            user.remember("widths", name, kept)
        address = request.POST.get("next", "")
        if url_has_allowed_host_and_scheme(address, allowed_hosts=None):
            return HttpResponseRedirect(address)
        return HttpResponse(status=204)
