"""Choosing one record out of its list: search, filters, pages, OK or a double-click (D02-16).

The dialog is `static/js/lib/chooser.js`; typing into the field itself is `autocomplete`.
"""

from collections.abc import Iterator
from functools import cached_property
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from crm.web.columns import Column
from crm.web.listing import Listing
from crm.web.views.list import ListView

#: Rows of one page of the dialog.
ROWS = 10


class ChooseView(ListView):
    """One page of the dialog; asked for as a page of its own it is the list itself.

    Subclasses set `spec`, `title`, `url_prefix` and the names of the columns `shown`.
    """

    template = "generic/_choose.html"
    shown: ClassVar[tuple[str, ...]] = ()

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.htmx:
            return redirect(reverse(f"{self.url_prefix}_list"))
        return self.show(self.context())

    @cached_property
    def listing(self) -> Listing:
        """All rows in reach, a few on a page."""
        query = self.request.GET.copy()
        query["scene"], query["page_size"] = "all", str(ROWS)
        return Listing(self.spec, self.request.user, query)

    @cached_property
    def columns(self) -> list[Column]:
        """What tells one record from another, whatever the user's list shows."""
        known = self.spec.table.by_name()
        return [known[name] for name in self.shown]

    def context(self) -> dict[str, Any]:
        """What `generic/_choose.html` needs."""
        pager = self.pager() | {"sizes": [], "jump_url": ""}
        return {
            "title": self.title,
            "action_url": self.request.path,
            "search": self.search_box(),
            "filter_fields": self.filters(),
            "columns": [column.label for column in self.columns],
            "rows": list(self.rows()),
            "total": self.listing.total_label,
            "pager": pager if pager["pages"] != 1 else None,
        }

    def filters(self) -> SafeString:
        """The few filters of the list's bar, by ids of their own beside those of the form."""
        none, user = self.spec.model.objects.none(), self.request.user
        query = QueryDict(self.request.GET.urlencode())
        form = self.spec.filterset(query, queryset=none, user=user).form
        form.auto_id = "choose_%s"
        names = self.spec.filterset.inline
        return mark_safe("".join(form[name].as_field_group() for name in names))  # noqa: S308

    def rows(self) -> Iterator[dict[str, Any]]:
        """Key, name and cells of each row of the page."""
        table, ctx = self.spec.table, self.spec.table.context_for(self.request.user)
        for pk, values in table.values(None, self.listing.page.ids, self.columns, ctx):
            pairs = list(zip(self.columns, values, strict=True))
            yield {
                "pk": pk,
                "label": pairs[0][0].plain(pairs[0][1], ctx, pk),
                "cells": [column.cell(value, ctx, pk) for column, value in pairs],
            }
