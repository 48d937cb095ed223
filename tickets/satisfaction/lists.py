"""The list of ratings (工单评价, S11-42)."""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from crm.accounts.filters import PersonFilter
from crm.web.filters import EMPTY_CHOICE, ChoiceFilter, DateRangeFilter, FilterSet
from crm.web.listing import ListSpec, Scene, Searched, register
from crm.web.sorting import SortKey
from tickets import catalog
from tickets.satisfaction.figures import FIRST, LAST, of_solution
from tickets.satisfaction.low_ratings import LOW
from tickets.satisfaction.models import SCORES
from tickets.satisfaction.tables import RatingTable


class SolutionFilter(ChoiceFilter):
    """Ratings of the first solution of a ticket, or of the last one that was rated."""

    def filter(self, qs: Any, value: Any) -> Any:
        return of_solution(qs, value[0]) if value and len(value) == 1 else qs


class RatingFilter(FilterSet):
    """Ratings by score, handler and day."""

    inline = ("score", "owner", "group", "submitted_at")

    score = ChoiceFilter(label=_("Score"), choices=[(str(each), str(each)) for each in SCORES])
    owner = PersonFilter(label=_("Handler"))
    group = ChoiceFilter(
        label=_("Service group"),
        field_name="invite__group",
        choices=lambda: [
            *((str(pk), name) for pk, name in catalog.groups().items()),
            (EMPTY_CHOICE, _("No group")),
        ],
    )
    submitted_at = DateRangeFilter(label=_("Answered at"))
    solution = SolutionFilter(
        label=_("Counted solution"),
        choices=[(FIRST, _("First solution")), (LAST, _("Last rated solution"))],
    )


class Found:
    """Rows that match; their number is counted."""

    total = None

    def __init__(self, queryset: QuerySet) -> None:
        self.queryset = queryset


def search_ratings(rows: QuerySet, text: str, user: Any, searched: Searched) -> Found:
    """Ratings by number or subject of the ticket, or a part of the comment."""
    named = Q(invite__ticket__number__icontains=text) | Q(invite__ticket__title__icontains=text)
    return Found(rows.filter(named | Q(comment__icontains=text)))


RATINGS = register(
    ListSpec(
        name="ratings",
        table=RatingTable,
        filterset=RatingFilter,
        sorts={
            "submitted_at": SortKey("submitted_at", descending=True),
            "score": SortKey("score"),
        },
        default_sort="-submitted_at",
        first_scene="all",
        scenes=(
            Scene("all", _("All"), lambda rows, user: rows),
            Scene("low", _("Low ratings"), lambda rows, user: rows.filter(score__lte=LOW)),
        ),
        search=search_ratings,
        search_placeholder=_("Ticket number, subject, comment"),
    )
)
