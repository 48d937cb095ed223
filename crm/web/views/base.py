"""Base of every page: the right is checked once, the template or one of its parts is rendered."""

from typing import Any, ClassVar

from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import View

from crm.access import policies, verbs
from crm.core import prepared
from crm.web import htmx


class PageView(View):
    """A page about `model` that needs `verb`. `partials` maps an HX-Target to its template."""

    model: ClassVar[type[models.Model] | None] = None
    verb: ClassVar[str] = verbs.VIEW
    template: ClassVar[str] = ""
    partials: ClassVar[dict[str, str]] = {}

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.check_right()
        return htmx.vary(super().dispatch(request, *args, **kwargs))

    def check_right(self) -> None:
        """Raise NotAllowed for users who lack the right on any row."""
        if self.model is not None:
            policies.require(self.request.user, self.verb, self.model)

    def show(self, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
        """The page, or the part of it that htmx asked for."""
        part = htmx.partial_template(self.request, self.partials)
        return render(self.request, part or self.template, context, status=status)


class ObjectMixin:
    """Finds the record of the address among the rows the user may use for `verb`, else 404.

    A row that is visible but not open to the verb is refused with 403 (`architecture.md` 4.6).
    """

    request: HttpRequest
    kwargs: dict[str, Any]
    model: ClassVar[type[models.Model]]
    verb: ClassVar[str]

    def rows(self) -> models.QuerySet:
        """All rows the page may find, before rights."""
        return self.model.objects.all()

    def lookup_keys(self) -> tuple[int, ...]:
        """What `lookup()` is asked with."""
        return (self.kwargs["pk"],)

    def lookup(self, pk: int) -> models.QuerySet:
        """The row of this key, where the user sees it."""
        return self.rows().visible_to(self.request.user, verbs.VIEW).filter(pk=pk).order_by()

    def get_object(self) -> models.Model:
        """The record, with the right checked on exactly this row."""
        user = self.request.user
        shape = type(self), policies.shape(user, verbs.VIEW, self.model)
        found = prepared.objects(shape, self.lookup, *self.lookup_keys())
        if not found:
            raise Http404
        policies.require(user, self.verb, found[0])
        return found[0]
