"""What visitors may read: released articles whose readers are everybody, and how often they ask.

Nothing here starts from a user: these rows are public by what the article, its category and the
switch of the help centre say.
"""

import threading
from collections import OrderedDict

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from crm.accounts.throttle import network_key
from crm.core import clock
from crm.core.errors import LimitReached
from crm.dictionaries import settings
from crm.search import plan
from knowledge import lists, searching, tree
from knowledge.choices import Audience
from knowledge.markdown import file_keys
from knowledge.models import Article, ArticleVersion
from knowledge.parameters import HELP_CENTRE

#: Pages and searches of one network in a minute, in each process.
PAGES, SEARCHES = 300, 120
_MOST_NETWORKS = 5_000


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
    answer = plan.search(searching.LABEL, text, all_keys=True)
    rows = lists.ranked(answer.apply(public_articles()), text)
    if lists.RANK not in rows.query.annotations:
        return []
    return list(rows.order_by(lists.RANK, "-helpful_count", "-pk")[:limit])


def shows_file(article: Article, key: int) -> bool:
    """Whether the version that everybody reads shows this file."""
    version = public_version(article)
    return version is not None and key in file_keys(version.body)


def in_categories(keys: list[int]) -> QuerySet:
    """Public articles of some categories, the most helpful first."""
    return public_articles().filter(category_id__in=keys).order_by("-helpful_count", "-pk")


class Counter:
    """Requests of networks in the present minute; in this process alone: a GET never writes.

    The oldest networks are forgotten, so it stays small whoever asks.
    """

    def __init__(self) -> None:
        self._seen: OrderedDict[str, tuple[int, int]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, key: str, most: int) -> bool:
        """Count one request; False where the minute is used up."""
        minute = int(clock.now().timestamp()) // 60
        with self._lock:
            begun, used = self._seen.pop(key, (minute, 0))
            used = used + 1 if begun == minute else 1
            self._seen[key] = (minute, used)
            while len(self._seen) > _MOST_NETWORKS:
                self._seen.popitem(last=False)
        return used <= most

    def forget(self) -> None:
        """Start anew (tests)."""
        with self._lock:
            self._seen.clear()


COUNTER = Counter()


def take_turn(ip: str | None, *, search: bool = False) -> None:
    """Count a request of a network. Raises LimitReached (T37)."""
    kind, most = ("help-search", SEARCHES) if search else ("help", PAGES)
    if not COUNTER.take(network_key(kind, ip), most):
        raise LimitReached(_("Too many requests. Please try again in a minute."))
