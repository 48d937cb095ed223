"""The list of follow-ups: scenes, order, search in their text."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from crm.accounts.rights import organisation
from crm.activities import searching
from crm.activities.filters import FollowUpFilter
from crm.activities.models import Mention
from crm.activities.tables import FollowUpTable
from crm.search import plan
from crm.web.listing import ListSpec, Scene, Searched, register
from crm.web.sorting import SortKey


@dataclass(frozen=True)
class Found:
    """Rows that match a search. The list counts them itself: the index finds more than is seen."""

    queryset: QuerySet
    total: int | None = None


def reports(user: Any) -> list[int]:
    """Everyone below the user."""
    return sorted(organisation().reports_of(user.pk))


def naming(user: Any) -> QuerySet:
    """Keys of the follow-ups that mention the user."""
    return Mention.objects.filter(user_id=user.pk).values("follow_up")


def search(rows: QuerySet, text: str, user: Any, searched: Searched) -> Found:
    """Follow-ups whose text has every word (`market` 2.8)."""
    found = plan.search(
        searching.LABEL,
        text,
        owner_ids=searched.owners,
        shared_ids=searched.shared,
        all_keys=True,
    )
    return Found(found.apply(rows))


FOLLOW_UPS = register(
    ListSpec(
        name="follow_ups",
        table=FollowUpTable,
        filterset=FollowUpFilter,
        base=lambda rows: rows.kept(),
        sorts={"happened_at": SortKey("happened_at", descending=True)},
        default_sort="-happened_at",
        scenes=(
            Scene("mine", _("Mine"), lambda rows, user: rows.filter(author_id=user.pk)),
            Scene(
                "reports",
                _("My subordinates'"),
                lambda rows, user: rows.filter(author_id__in=reports(user)),
                offered=lambda user: bool(reports(user)),
            ),
            Scene(
                "mentioned", _("Mentioning me"), lambda rows, user: rows.filter(pk__in=naming(user))
            ),
            Scene("all", _("All"), lambda rows, user: rows),
        ),
        search=search,
        search_placeholder=_("Words of the content"),
    )
)
