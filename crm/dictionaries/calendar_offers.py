"""Pages of higher apps beside the work calendar: what a change would do, what it has done."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from crm.dictionaries.models import BusinessCalendar

#: Where a change of this kind can be tried out first: pages of higher apps, by their names.
_TRIALS: dict[str, str] = {}
WEEK, DAYS = "week", "days"


def offer_trial(kind: str, url_name: str) -> None:
    """Show a way to a page that says what a change of hours (WEEK) or days (DAYS) would do."""
    _TRIALS[kind] = url_name


#: Where it is seen what days that are over would have changed, and who may look there.
_REVIEWS: list[tuple[str, Callable[[Any], bool]]] = []


def offer_review(url_name: str, may_see: Callable[[Any], bool]) -> None:
    """Lead to a page of a higher app whoever has entered days that are over."""
    _REVIEWS.append((url_name, may_see))


def review_url(user: Any, first: date, today: date) -> str:
    """That page for days from `first` on; empty where none of them is over `today`."""
    if first >= today:
        return ""
    return next((reverse(name) for name, may_see in _REVIEWS if may_see(user)), "")


def trial_tools(kind: str, row: BusinessCalendar | None = None) -> list[dict[str, Any]]:
    """The button to it for a calendar, the company's where none is given; where there is one."""
    if kind not in _TRIALS:
        return []
    ending = f"?calendar={row.pk}" if row else ""
    return [{"label": _("Try out"), "url": reverse(_TRIALS[kind]) + ending, "icon": "flask"}]
