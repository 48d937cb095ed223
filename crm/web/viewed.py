"""The order 最近查看: records this user has opened, newest first, then all others."""

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import OuterRef, QuerySet, Subquery

from crm.audit.models import View
from crm.web.sorting import Segment, SortKey

#: Only so many opened records are put in front; behind them the list is in order of change.
REMEMBERED = 500


class ViewedSortKey(SortKey):
    """By the time of the user's last look at the record; never the other way round.

    Addresses name this order without the sign of a downward one.
    """

    def __init__(self, *, then: str = "updated_at") -> None:
        super().__init__("viewed_at", descending=True)
        self.then = then

    def segments(self, queryset: QuerySet, *, descending: bool, user: Any) -> list[Segment]:
        kind = ContentType.objects.get_for_model(queryset.model)
        views = View.objects.filter(user=user, content_type=kind)
        recent = list(views.order_by("-viewed_at").values_list("object_id", flat=True)[:REMEMBERED])
        when = views.filter(object_id=OuterRef("pk")).values("viewed_at")[:1]
        seen = queryset.filter(pk__in=recent).annotate(viewed_at=Subquery(when))
        rest = queryset.exclude(pk__in=recent) if recent else queryset
        return [Segment(seen, "viewed_at", True), Segment(rest, self.then, True)]
