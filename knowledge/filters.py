"""Filters of the list of articles."""

from collections.abc import Hashable
from datetime import timedelta
from typing import Any

import django_filters
from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from crm.core import clock
from crm.dictionaries.filters import ItemFilter
from crm.web.filters import ChoiceFilter, FilterSet
from knowledge import tree
from knowledge.choices import FAULT, ArticleState, Audience, Kind
from knowledge.models import Article

#: Days until a review that count as soon.
SOON = 30


class CategoryFilter(ChoiceFilter):
    """Categories with all that stands below them."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs["choices"] = lambda: tree.choices()
        super().__init__(field_name="category", **kwargs)

    def filter(self, qs: QuerySet, value: Any) -> QuerySet:
        keys = {key for chosen in value or () for key in tree.below(int(chosen))}
        return qs.filter(category_id__in=sorted(keys)) if keys else qs


class ReviewFilter(django_filters.ChoiceFilter):
    """Released articles that somebody should look at again (stale)."""

    OVERDUE, SOON = "overdue", "soon"

    def __init__(self, **kwargs: Any) -> None:
        kwargs["choices"] = [
            (self.OVERDUE, _("Review overdue")),
            (self.SOON, _("Review within 30 days")),
        ]
        kwargs.setdefault("empty_label", kwargs.get("label"))
        super().__init__(field_name="review_due", **kwargs)

    def filter(self, qs: QuerySet, value: str) -> QuerySet:
        if not value:
            return qs
        day = clock.company_today() + timedelta(days=SOON if value == self.SOON else 0)
        waiting = qs.filter(review_due__lte=day, released__isnull=False)
        return waiting.exclude(status=ArticleState.RETIRED)


class ComplaintFilter(django_filters.ChoiceFilter):
    """Articles that did not help as many readers as they helped."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs["choices"] = [("more", _("Did not help more than it helped"))]
        kwargs.setdefault("empty_label", kwargs.get("label"))
        super().__init__(field_name="unhelpful_count", **kwargs)

    def filter(self, qs: QuerySet, value: str) -> QuerySet:
        more = {"unhelpful_count__gte": 1, "unhelpful_count__gt": F("helpful_count")}
        return qs.filter(**more) if value else qs


class ArticleFilter(FilterSet):
    """By place, state and what is wrong with it."""

    inline = ("category", "status", "kind", "review")
    hidden = ("product",)

    category = CategoryFilter(label=_("Category"))
    status = ChoiceFilter(choices=ArticleState.choices, label=_("State"))
    kind = ChoiceFilter(choices=Kind.choices, label=_("Type"))
    review = ReviewFilter(label=_("Review"))
    audience = ChoiceFilter(choices=Audience.choices, label=_("Readers"))
    fault = ItemFilter(FAULT, label=_("Fault"))
    rating = ComplaintFilter(label=_("Feedback"))
    product = django_filters.NumberFilter(
        field_name="products", label=_("Product"), lookup_expr="exact"
    )

    @classmethod
    def looks(cls, user: Any) -> Hashable:
        return tuple(key for key, _label in tree.offered(user))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Categories that are closed to the reader are not even named."""
        super().__init__(*args, **kwargs)
        if self.user is not None and (chosen := self.filters.get("category")):
            chosen.extra["choices"] = tree.offered(self.user)

    class Meta:
        model = Article
        fields: tuple[str, ...] = ()
