"""What visitors may read: released articles whose readers are everybody, and how often they ask.

Nothing here starts from a user: these rows are public by what the article, its category and the
switch of the help centre say.
"""

from django.db.models import QuerySet

from crm.dictionaries import settings
from crm.search import plan
from crm.visitors import pace
from crm.web.paging import fetch_page
from knowledge import lists, searching, tree
from knowledge.choices import Audience
from knowledge.markdown import file_keys
from knowledge.models import Article, ArticleVersion
from knowledge.parameters import HELP_CENTRE

#: Pages and searches of one network in a minute, in each process.
PAGES, SEARCHES = 300, 120
_MOST_HELPFUL = lists.RelevanceSortKey("helpful_count")


def is_open() -> bool:
    """Whether visitors are let in at all."""
    return bool(settings.get(HELP_CENTRE))


def public_articles() -> QuerySet:
    """Articles that everybody may read now."""
    rows = Article.objects.kept().filter(audience=Audience.PUBLIC)
    return rows.filter(category_id__in=tree.public_keys()).live()


def public_version(article: Article) -> ArticleVersion | None:
    """The version that everybody may read now."""
    return article.versions.live().first()


def search(text: str, limit: int) -> list[Article]:
    """Public articles by title, pinyin, keywords and text, titles first."""
    answer = plan.search(searching.LABEL, text)
    found = lists.ranked(public_articles(), text, answer)
    segments = _MOST_HELPFUL.segments(found, descending=True, user=None)
    keys = fetch_page(segments, number=1, size=limit).ids
    rows = Article.objects.in_bulk(keys)
    return [rows[key] for key in keys]


def shows_file(article: Article, key: int) -> bool:
    """Whether the version that everybody reads shows this file."""
    version = public_version(article)
    return version is not None and key in file_keys(version.body)


def in_categories(keys: list[int]) -> QuerySet:
    """Public articles of some categories, the most helpful first."""
    return public_articles().filter(category_id__in=keys).order_by("-helpful_count", "-pk")


def take_turn(ip: str | None, *, search: bool = False) -> None:
    """Count a request of a network. Raises LimitReached (T37)."""
    kind, most = ("help-search", SEARCHES) if search else ("help", PAGES)
    pace.take_turn(kind, ip, most)
