"""Deletion: one confirmation from the detail page; the bin with restore and final removal (P20)."""

from datetime import timedelta
from math import ceil
from typing import Any, ClassVar

from django.contrib import messages
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from crm.access import policies, verbs
from crm.core import clock
from crm.core.errors import DomainError
from crm.web.paging import capped_count, fetch_page
from crm.web.sorting import Segment
from crm.web.views.base import ObjectMixin, PageView


class DeleteView(ObjectMixin, PageView):
    """Say what will happen, then put the record into the bin."""

    verb = verbs.DELETE
    url_prefix: ClassVar[str] = ""
    template = "generic/confirm_delete.html"
    partials = {"dialog-body": "generic/_confirm.html"}

    def remove(self, obj: Any) -> None:
        """Call the service."""
        raise NotImplementedError

    def consequences(self, obj: Any) -> list[dict[str, Any]]:
        """What goes along."""
        return []

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        obj = self.get_object()
        return self.show(
            {
                "title": _("Delete “%(name)s”") % {"name": obj},
                "object_label": str(obj),
                "consequences": self.consequences(obj),
                "cancel_url": obj.get_absolute_url(),
                "submit_label": _("Confirm deletion"),
                "text": _("The record goes to the recycle bin and can be restored from there."),
            }
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        obj = self.get_object()
        self.remove(obj)
        undo = reverse(f"{self.url_prefix}_restore", args=[obj.pk])
        messages.success(
            request,
            _("“%(name)s” is in the recycle bin.") % {"name": obj},
            extra_tags=f"undo:{undo}",
        )
        return redirect(reverse(f"{self.url_prefix}_list"))


class BinView(PageView):
    """Deleted records the user may restore, newest first."""

    verb = verbs.DELETE
    url_prefix: ClassVar[str] = ""
    title: ClassVar[Any] = ""
    template = "generic/bin.html"
    page_size = 50

    def deleted(self) -> models.QuerySet:
        """Rows in the bin within the user's reach."""
        rows = self.model.objects.visible_to(self.request.user, verbs.DELETE)
        return rows.filter(deleted_at__isnull=False)

    def days(self) -> int:
        """How long a record stays in the bin, in days."""
        raise NotImplementedError

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        rows = self.deleted()
        number = request.GET.get("page", "1")
        place = max(1, int(number)) if number.isdecimal() else 1
        segments = [Segment(rows, "deleted_at", True)]
        page = fetch_page(segments, number=place, size=self.page_size)
        found = {obj.pk: obj for obj in rows.select_related("deleted_by").filter(pk__in=page.ids)}
        return self.show(
            {
                "title": self.title,
                "retention_days": self.days(),
                "rows": [self.row(found[pk]) for pk in page.ids],
                "total": capped_count(rows),
                "back_url": reverse(f"{self.url_prefix}_list"),
                "pager": self.pager(page),
            }
        )

    def pager(self, page: Any) -> dict[str, Any]:
        """Previous and next only."""
        return {
            "page": page.number,
            "pages": None,
            "numbers": [],
            "prev_url": f"?page={page.number - 1}" if page.number > 1 else None,
            "next_url": f"?page={page.number + 1}" if page.has_next else None,
            "page_size": page.size,
            "sizes": [],
            "first_row": page.first_row,
            "last_row": page.last_row,
        }

    def row(self, obj: Any) -> dict[str, Any]:
        """One deleted record."""
        left = obj.deleted_at + timedelta(days=self.days()) - clock.now()
        return {
            "pk": obj.pk,
            "label": str(obj),
            "deleted_at": obj.deleted_at,
            "deleted_by": obj.deleted_by,
            "restore_url": reverse(f"{self.url_prefix}_restore", args=[obj.pk]),
            "days_left": max(0, ceil(left / timedelta(days=1))),
        }


class RestoreView(PageView):
    """Bring a record back from the bin."""

    verb = verbs.DELETE
    url_prefix: ClassVar[str] = ""
    template = "generic/confirm_delete.html"
    http_method_names = ["post"]

    def restore(self, obj: Any) -> None:
        """Call the service."""
        raise NotImplementedError

    def remedy(self, obj: Any) -> str:
        """Where to go first when the service refuses; empty where there is nothing to do."""
        return ""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        rows = self.model.objects.visible_to(request.user, verbs.DELETE)
        obj = rows.filter(pk=kwargs["pk"], deleted_at__isnull=False).first()
        if obj is None:
            raise Http404
        policies.require(request.user, self.verb, obj)
        try:
            self.restore(obj)
        except DomainError as error:
            return self.refuse(obj, error)
        messages.success(request, _("“%(name)s” was restored.") % {"name": obj})
        return redirect(obj.get_absolute_url())

    def refuse(self, obj: Any, error: DomainError) -> HttpResponse:
        """Say why it stays in the bin, with the way to what stands against it."""
        if self.request.htmx:
            raise error
        context = {
            "title": _("Restore “%(name)s”") % {"name": obj},
            "object_label": str(obj),
            "refused": [{"text": error.message, "url": self.remedy(obj)}],
            "text": _("The record stays in the recycle bin."),
            "cancel_url": reverse(f"{self.url_prefix}_bin"),
        }
        return self.show(context, status=error.status)
