"""Filters of pooled records."""

from datetime import date
from typing import Any

import django_filters
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.core import clock as time
from crm.pool import dates, rules
from crm.pool.registry import KINDS
from crm.pool.services import telling
from crm.pool.words import WORDS
from crm.web.filters import ChoiceFilter, YesNoFilter

TODAY, SOON, WEEK, MONTH, NEVER = "today", "soon", "week", "month", "none"
DAYS = {TODAY: 0, SOON: 3, WEEK: 7, MONTH: 30}


class PoolDueFilter(django_filters.ChoiceFilter):
    """How long until a record falls into the pool."""

    def __init__(self, kind: str, *args: Any, **kwargs: Any) -> None:
        kwargs["choices"] = [
            (TODAY, _("Today")),
            (SOON, _("Within 3 days")),
            (WEEK, _("Within 7 days")),
            (MONTH, _("Within 30 days")),
            (NEVER, WORDS[kind].never),
        ]
        kwargs.setdefault("label", WORDS[kind].until)
        kwargs.setdefault("empty_label", kwargs["label"])
        kwargs.setdefault("field_name", "pool_due_at")
        super().__init__(*args, **kwargs)

    def filter(self, qs: Any, value: str) -> Any:
        if not value:
            return qs
        if value == NEVER:
            return qs.filter(pool_due_at__isnull=True, pool__isnull=True)
        return qs.filter(pool_due_at__lte=dates.midnight(time.now(), DAYS[value]))


class FallsOnFilter(django_filters.DateFilter):
    """What falls into the pool on one day of the company; set by the links of warnings only."""

    def __init__(self, kind: str, **kwargs: Any) -> None:
        super().__init__(label=WORDS[kind].falls_on, **kwargs)

    def filter(self, qs: Any, value: date | None) -> Any:
        if not value:
            return qs
        start, end = time.company_day_bounds(value)
        return qs.filter(pool_due_at__gte=start, pool_due_at__lt=end)


class FallenFilter(django_filters.DateFilter):
    """What the reader lost by rule on one day of the company; set by the links of notices only."""

    def __init__(self, kind: str, **kwargs: Any) -> None:
        self.kind = kind
        super().__init__(label=WORDS[kind].fell_from_me, **kwargs)

    def filter(self, qs: Any, value: date | None) -> Any:
        if not value:
            return qs
        spans = telling.fallen(KINDS[self.kind], value, [self.parent.user.pk])
        return qs.filter(pk__in=spans.values("subject_id"))


class ProtectedFilter(YesNoFilter):
    """Records whose protection runs, by a claim or by hand."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Protected"))
        super().__init__(*args, **kwargs)

    def filter(self, qs: Any, value: str) -> Any:
        if not value:
            return qs
        runs = Q(protected_until__gt=time.now())
        over = Q(protected_until__isnull=True) | Q(protected_until__lte=time.now())
        return qs.filter(runs if value == "true" else over)


class PoolFilter(ChoiceFilter):
    """Records of one of the pools of a kind."""

    def __init__(self, kind: str, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Pool"))
        kwargs.setdefault("field_name", "pool")
        kwargs["choices"] = lambda: [
            (item.pk, item.name) for item in rules.pools(kind, active=False)
        ]
        super().__init__(*args, **kwargs)
