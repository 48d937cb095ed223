"""What the search index knows of an article: title with pinyin, keywords, and the text.

While a version may be read, the index holds that version and not what is being written; before
and after it, the text in hand, which only its authors and reviewers see. Titles and keywords have
an index each besides: what matches there comes first, and is found without looking at every
article whose text matches.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import Any

from crm.core import pinyin
from crm.search import index
from crm.search.documents import Document
from crm.search.registry import SearchEntity, register
from knowledge.models import Article, ArticleVersion

LABEL = "knowledge.Article"
TITLES, KEYWORDS = "knowledge.Title", "knowledge.Keywords"
#: From the best place for a word to stand to the last.
HEADS = (TITLES, KEYWORDS)
LABELS = (LABEL, *HEADS)
#: Characters of a text that are indexed.
INDEXED = 8_000
_COMMA = re.compile(r"[,，、;；\s]+")
_COLUMNS = ("pk", "owner_id", "title", "keywords", "problem", "body")


def words_of(keywords: str) -> list[str]:
    """The keywords one by one."""
    return [word for word in _COMMA.split(keywords) if word]


def document_of(pk: int, owner_id: int | None, text: Any) -> Document:
    """The document of one article with the title, keywords, problem and body of `text`."""
    spelled = pinyin.company(text["title"])
    lines = f"{text['problem']}\n{text['body']}"[:INDEXED].splitlines()
    return Document(
        object_id=pk,
        owner_id=owner_id,
        words=[text["title"], *words_of(text["keywords"]), *filter(str.strip, lines)],
        pinyin=[(spelled.full, spelled.initials)],
    )


def title_of(pk: int, owner_id: int | None, text: Any) -> Document:
    """The title alone, as it is written."""
    return Document(pk, owner_id, words=[text["title"]])


def keywords_of(pk: int, owner_id: int | None, text: Any) -> Document:
    """The keywords alone."""
    return Document(pk, owner_id, words=words_of(text["keywords"]))


def build(make: Callable[..., Document], ids: Sequence[int]) -> Iterator[Document]:
    """Documents of those of these articles that are not in the bin."""
    live = ArticleVersion.objects.live().filter(article__in=ids)
    texts = {row["article_id"]: row for row in live.values("article_id", *_COLUMNS[2:])}
    for row in Article.objects.kept().filter(pk__in=ids).values(*_COLUMNS).iterator():
        yield make(row["pk"], row["owner_id"], texts.get(row["pk"], row))


def all_ids() -> Iterable[int]:
    """Keys of all articles that can be found."""
    return Article.objects.kept().order_by("pk").values_list("pk", flat=True).iterator()


def build_keywords(ids: Sequence[int]) -> Iterator[Document]:
    """The keywords of those that can be read: before that only their title leads to them."""
    rows = ArticleVersion.objects.live().filter(article__in=ids, article__deleted_at=None)
    for row in rows.values("article_id", "article__owner_id", "keywords"):
        yield keywords_of(row["article_id"], row["article__owner_id"], row)


def all_read_ids() -> Iterable[int]:
    """Keys of all articles that can be read."""
    rows = Article.objects.kept().live().order_by("pk")
    return rows.values_list("pk", flat=True).iterator()


def add(article: Article) -> None:
    """Index a new article, in the transaction that makes it."""
    for label, make in ((LABEL, document_of), (TITLES, title_of)):
        index.index_new(label, [make(article.pk, article.owner_id, vars(article))])


def reindex(ids: Iterable[int]) -> None:
    """Bring the documents of these articles up to date, in the transaction that changes them."""
    keys = list(ids)
    for label in LABELS:
        index.index(label, keys)


def forget(article: Article) -> None:
    """Take an article out of the index."""
    for label in LABELS:
        index.remove(label, [article.pk])


register(SearchEntity(LABEL, partial(build, document_of), all_ids))
register(SearchEntity(TITLES, partial(build, title_of), all_ids))
register(SearchEntity(KEYWORDS, build_keywords, all_read_ids))
