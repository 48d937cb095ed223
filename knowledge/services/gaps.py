"""Searches that found nothing: what people look for and nobody has written (`service` 8.7)."""

from typing import Any

from django.core import signing
from django.db import transaction
from django.db.models import F

from crm.access import policies, verbs
from crm.core import clock
from knowledge.models import Article, SearchGap
from knowledge.services.drafting import strip_personal

SALT = "knowledge.gap"
LIMIT = 60
#: Seconds after which a page may no longer say that its search found nothing.
TICKET_AGE = 3600


def ticket_for(text: str) -> str:
    """Proof that we showed a page without a result for these words."""
    return signing.dumps(text[:LIMIT], salt=SALT)


def text_of(ticket: str) -> str:
    """The words of a ticket, "" for a forged or an old one."""
    try:
        text = signing.loads(ticket, salt=SALT, max_age=TICKET_AGE)
    except signing.BadSignature:
        return ""
    return text if isinstance(text, str) else ""


@transaction.atomic
def record_gap(text: str, *, by_visitor: bool = False) -> bool:
    """Count words that found nothing; numbers of persons are taken out first."""
    words = " ".join(strip_personal(text).casefold().split())[:LIMIT]
    if len(words) < 2:
        return False
    now = clock.now()
    new = SearchGap(text=words, first_at=now, last_at=now)
    SearchGap.objects.bulk_create([new], ignore_conflicts=True)
    SearchGap.objects.filter(text=words).update(
        count=F("count") + 1, public_count=F("public_count") + int(by_visitor), last_at=now
    )
    return True


@transaction.atomic
def forget_gap(gap: SearchGap, *, actor: Any) -> None:
    """Take words off the list, because an article answers them now or nobody needs one."""
    policies.require(actor, verbs.ADD, Article)
    gap.delete()
