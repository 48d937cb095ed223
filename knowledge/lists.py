"""The list of articles: scenes, sort keys, search that puts titles before texts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _

from crm.access import policies
from crm.search import plan
from crm.search.plan import SearchPlan
from crm.web.listing import ListSpec, Scene, Searched, register
from crm.web.sorting import RankedSortKey, Segment, SortKey
from crm.web.viewed import ViewedSortKey
from crm.web.walking import walked
from knowledge import moments, searching
from knowledge.choices import ArticleState
from knowledge.filters import ArticleFilter
from knowledge.models import Article
from knowledge.tables import ArticleTable
from knowledge.verbs import REVIEW

RANK = "match_rank"


@dataclass(frozen=True)
class Found:
    """Rows that match a search; their number is counted where it is not surely large."""

    queryset: QuerySet
    #: The same rows before they were searched.
    rows: QuerySet
    answer: SearchPlan

    @property
    def total(self) -> int | None:
        """More than the cap, or None for a number that must be counted."""
        return plan.CAP + 1 if self.answer.surely_long(self.rows) else None


def search_articles(rows: QuerySet, text: str, user: Any, searched: Searched) -> Found:
    """Articles by title, pinyin, initials, keywords and text."""
    answer = plan.search(searching.LABEL, text, all_keys=True)
    return Found(ranked(rows, text, answer), rows, answer)


class MatchRank(Case):
    """Where the words stand: all of them in the title, else all in the keywords, else anywhere."""

    output_field = IntegerField()

    def __init__(self, heads: tuple[SearchPlan, ...], anywhere: SearchPlan) -> None:
        whens = [When(head.condition(), then=Value(rank)) for rank, head in enumerate(heads)]
        super().__init__(*whens, default=Value(len(heads)))
        self.heads, self.anywhere = heads, anywhere

    def segments(self, rows: QuerySet, field: str) -> Iterator[Segment]:
        """The rows of each rank, the best first, those with most of `field` first in each."""
        for head in self.heads:
            yield self._segment(head, head.apply(rows), field)
            rows = head.without(rows)
        yield self._segment(self.anywhere, rows.none() if self._is_used_up else rows, field)

    @property
    def _is_used_up(self) -> bool:
        """Whether all that matches stands in a better place, as far as the keys are at hand."""
        if any(answer.mode != "ids" for answer in (self.anywhere, *self.heads)):
            return False
        return not set(self.anywhere.ids).difference(*(head.ids for head in self.heads))

    def _segment(self, answer: SearchPlan, rows: QuerySet, field: str) -> Segment:
        walks = answer.mode == "walk"
        return Segment(walked(rows, field) if walks else rows, field, descending=True)


def ranked(rows: QuerySet, text: str, answer: SearchPlan) -> QuerySet:
    """Those of the rows that match as the index has answered, with their `match_rank`."""
    if answer.is_empty:
        return rows.none()
    # Places hold no more than the whole: where that is little, there is nothing to choose.
    few = answer.total <= plan.FEW
    heads = tuple(plan.search(label, text, all_keys=few) for label in searching.HEADS)
    return answer.apply(rows).annotate(**{RANK: MatchRank(heads, answer)})


class RelevanceSortKey(SortKey):
    """Titles before keywords before texts, the newest of each first; without a search all."""

    def __init__(self, field: str = "updated_at") -> None:
        super().__init__(field, descending=True)

    def segments(self, queryset: QuerySet, *, descending: bool, user: Any) -> Sequence[Segment]:
        rank = queryset.query.annotations.get(RANK)
        if rank is None:
            return [Segment(queryset, self.field, descending=True)]
        return list(rank.segments(queryset, self.field))


def may_review(user: Any) -> bool:
    """Whether this colleague releases articles."""
    return bool(policies.can(user, REVIEW, Article))


ARTICLES = register(
    ListSpec(
        name="articles",
        table=ArticleTable,
        filterset=ArticleFilter,
        base=lambda rows: rows.kept(),
        default_sort="relevance",
        sorts={
            "relevance": RelevanceSortKey(),
            "updated_at": SortKey("updated_at", descending=True),
            "created_at": SortKey("created_at", descending=True),
            "viewed": ViewedSortKey(),
            "title": SortKey("title_pinyin"),
            "review_due": SortKey("review_due", nullable=True),
            "used_count": SortKey("used_count", descending=True),
            "status": RankedSortKey("status", lambda: ArticleState.values),
        },
        scenes=(
            Scene("released", _("To read"), lambda rows, user: rows.live(moments.settled())),
            Scene("mine", _("Mine"), lambda rows, user: rows.filter(owner_id=user.pk)),
            Scene(
                "review",
                _("Waiting for review"),
                lambda rows, user: rows.filter(status=ArticleState.IN_REVIEW),
                offered=may_review,
            ),
            Scene("all", _("All"), lambda rows, user: rows),
        ),
        search=search_articles,
        search_placeholder=_("Title, pinyin, keyword or words of the text"),
    )
)
