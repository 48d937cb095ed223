"""Articles that fit what somebody is writing: for the ticket desk and for visitors.

A text is too long to be searched for as it is. So the keywords of released articles that stand in
it are looked for first, then its pairs of characters, and an article counts by the words it
shares, rare ones more. Not here: which articles the reader may see (policy).
"""

import re
from collections import defaultdict
from dataclasses import dataclass
from math import log
from typing import Any

from crm.dictionaries.stamps import Cached
from crm.search.plan import candidate_ids
from knowledge import moments, searching, tree
from knowledge.choices import Audience
from knowledge.markdown import to_text
from knowledge.models import Article, ArticleVersion

#: Characters of the text that are looked at, pairs that are looked up, articles a pair may name.
LOOKED_AT, PAIRS, NAMED = 400, 14, 300
KEYWORDS = 6
#: An article must share this much: of a few words one, of a text more than a pair of its body.
LEAST, LEAST_OF_TEXT, FEW_TERMS = 1.0, 1.9, 4
#: What fits so much worse than the best is not worth reading.
BESIDE_BEST = 0.25
#: Characters that say nothing about what a text is about.
_EMPTY = frozenset(
    "的了是我你您他她它们在有和与及也都就不没吗呢吧啊请问好把被让给对从到个这那什么怎样为很会能"
)
_RUNS = re.compile(r"[\u4e00-\u9fff]+|[A-Za-z][A-Za-z0-9_.+-]+|\d{3,}")
_HAN = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True)
class Suggestion:
    """An article that may help: the version that is read now, with its first words."""

    article: Article
    version: ArticleVersion
    title: str
    extract: str
    score: float

    @property
    def url(self) -> str:
        """The article's page."""
        return self.article.get_absolute_url()

    @property
    def badge(self) -> dict[str, Any] | None:
        """Marks an article that must not go to a customer."""
        readers = tree.readers(self.article.audience, self.article.category_id)
        if readers != Audience.STAFF:
            return None
        return {"text": Audience.STAFF.label, "color": Audience.colors()[Audience.STAFF]}


def _load_keywords() -> dict[str, str]:
    """Keywords of articles that were released, folded, with how they were typed."""
    rows = Article.objects.kept().filter(released__isnull=False).exclude(keywords="")
    words: dict[str, str] = {}
    for keywords in rows.values_list("released__keywords", flat=True).distinct()[:20_000]:
        for word in searching.words_of(keywords):
            if len(word) > 1:
                words.setdefault(word.casefold(), word)
    return words


_keywords: Cached[dict[str, str]] = Cached(moments.STAMP, _load_keywords)


def terms_of(text: str) -> dict[str, float]:
    """What to look for in the index, with how much it counts."""
    head = text[:LOOKED_AT]
    folded = head.casefold()
    known = [word for word in _keywords.get() if word in folded]
    known.sort(key=len, reverse=True)
    terms = dict.fromkeys(known[:KEYWORDS], 2.5)
    for pair in _pairs(head):
        if len(terms) >= KEYWORDS + PAIRS:
            break
        terms.setdefault(pair.casefold(), 1.0)
    return terms


def _pairs(text: str) -> list[str]:
    """Pairs of characters of Chinese words, and Latin words and numbers as they are."""
    found: dict[str, None] = {}
    for run in _RUNS.findall(text):
        if not _HAN.match(run):
            found.setdefault(run)
            continue
        for place in range(len(run) - 1):
            pair = run[place : place + 2]
            if not _EMPTY & set(pair):
                found.setdefault(pair)
    return list(found)


def scores_of(text: str) -> dict[int, float]:
    """Articles by how much they share with a text; bounded by terms and articles a term."""
    scores: defaultdict[int, float] = defaultdict(float)
    for term, weight in terms_of(text).items():
        keys = candidate_ids(searching.LABEL, term, limit=NAMED)
        rarity = 0.2 + log(1 + NAMED / max(len(keys), 1)) / log(1 + NAMED)
        for key in keys:
            scores[key] += weight * rarity
    return scores


def suggest(text: str, user: Any, limit: int = 5) -> list[Suggestion]:
    """The released articles this colleague may read that fit a text best, the best first."""
    rows = Article.objects.kept().visible_to(user)
    return best(rows, text, limit)


def best(rows: Any, text: str, limit: int) -> list[Suggestion]:
    """The best fitting among some articles that can be read now."""
    scores = scores_of(text)
    ranked = sorted(scores, key=lambda key: (-scores[key], -key))[: 20 * limit]
    likely = [key for key in ranked if scores[key] >= LEAST]
    if not likely:
        return []
    found = {row.pk: row for row in rows.filter(pk__in=likely)}
    live = ArticleVersion.objects.live().filter(article__in=found)
    versions = {row.article_id: row for row in live}
    made = [
        _suggestion(found[key], versions[key], text, scores[key])
        for key in likely
        if key in versions
    ]
    made.sort(key=lambda item: -item.score)
    return worth_reading(made, text)[:limit]


def worth_reading(made: list[Suggestion], text: str) -> list[Suggestion]:
    """Without those that share a pair of characters by chance; `made` begins with the best."""
    if not made:
        return []
    least = LEAST if len(terms_of(text)) <= FEW_TERMS else LEAST_OF_TEXT
    least = max(least, BESIDE_BEST * made[0].score)
    return [item for item in made if item.score >= least]


def _suggestion(article: Article, version: ArticleVersion, text: str, score: float) -> Suggestion:
    """A title that shares a word counts more than a body that does."""
    shared = sum(pair in version.title for pair in _pairs(text[:LOOKED_AT]))
    extract = to_text(version.body, 80)
    return Suggestion(article, version, version.title, extract, score + 0.8 * shared)
