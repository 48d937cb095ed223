"""Windows of time in conditions that are kept: an instant that stands for the present one.

What may be read changes only when a window opens or closes. Between two such moments every
condition with "now" in it means the same, so it may be compiled with an instant of the past and
kept (`crm.core.prepared`), and is still exact to the second (D13-1: never late).
"""

from datetime import UTC, datetime

from django.db.models import Min

from crm.core import clock
from crm.dictionaries import stamps
from crm.dictionaries.stamps import Cached
from knowledge.models import ArticleVersion

#: Changed by whoever writes a window.
STAMP = "knowledge_windows"
NEVER = datetime.max.replace(tzinfo=UTC)
_spans: Cached[dict[str, tuple[datetime, datetime]]] = Cached(STAMP, dict)


def settled() -> datetime:
    """An instant at which exactly those versions could be read that can be read now."""
    held, now = _spans.get(), clock.now()
    begin, end = held.get("span", (NEVER, NEVER))
    if not begin <= now < end:
        begin, end = now, _next_change(now)
        held["span"] = (begin, end)
    return begin


def _next_change(now: datetime) -> datetime:
    opens = ArticleVersion.objects.filter(visible_from__gt=now).aggregate(at=Min("visible_from"))
    closes = ArticleVersion.objects.filter(visible_to__gt=now).aggregate(at=Min("visible_to"))
    return min(opens["at"] or NEVER, closes["at"] or NEVER)


def changed() -> None:
    """Windows were written: called in the transaction that does so."""
    stamps.bump(STAMP)
