"""The list of articles: scenes, sort keys, search that puts titles before texts."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_
from typing import Any

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _

from crm.access import policies
from crm.search import plan
from crm.search.normalise import split_terms
from crm.web.listing import ListSpec, Scene, Searched, register
from crm.web.sorting import RankedSortKey, Segment, SortKey
from crm.web.viewed import ViewedSortKey
from knowledge import moments, searching
from knowledge.choices import ArticleState
from knowledge.filters import ArticleFilter
from knowledge.models import Article
from knowledge.tables import ArticleTable
from knowledge.verbs import REVIEW

RANK = "match_rank"
IN_TITLE, IN_KEYWORDS, IN_TEXT = range(3)


@dataclass(frozen=True)
class Found:
    """Rows that match a search; their number is counted."""

    queryset: QuerySet
    total: int | None = None


def search_articles(rows: QuerySet, text: str, user: Any, searched: Searched) -> Found:
    """Articles by title, pinyin, initials, keywords and text."""
    answer = plan.search(searching.LABEL, text, all_keys=True)
    return Found(ranked(answer.apply(rows), text))


def ranked(rows: QuerySet, text: str) -> QuerySet:
    """Rows with `match_rank`: all words in the title, in keywords, else in the text."""
    terms = split_terms(text)
    if not terms:
        return rows
    title = reduce(and_, (_in_title(term) for term in terms))
    keywords = reduce(and_, (Q(released__keywords__icontains=term) for term in terms))
    rank = Case(
        When(title, then=Value(IN_TITLE)),
        When(keywords, then=Value(IN_KEYWORDS)),
        default=Value(IN_TEXT),
        output_field=IntegerField(),
    )
    return rows.annotate(**{RANK: rank})


def _in_title(term: str) -> Q:
    return Q(shown_title__icontains=term)


class RelevanceSortKey(SortKey):
    """Titles before keywords before texts, the newest of each first; without a search all."""

    def __init__(self) -> None:
        super().__init__("updated_at", descending=True)

    def segments(self, queryset: QuerySet, *, descending: bool, user: Any) -> Sequence[Segment]:
        if RANK not in queryset.query.annotations:
            return [Segment(queryset, self.field, True)]
        ranks = (IN_TITLE, IN_KEYWORDS, IN_TEXT)
        return [Segment(queryset.filter(**{RANK: rank}), self.field, True) for rank in ranks]


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
