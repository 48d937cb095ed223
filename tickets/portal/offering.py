"""Articles that may make a request unnecessary, and how often they did (`service.md` 8.7)."""

import hashlib
from collections import Counter, defaultdict
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, F, Q, Sum

from crm.core import clock
from crm.dictionaries import settings
from knowledge import public
from knowledge.models import Article
from knowledge.services.suggesting import Suggestion, best
from tickets.models import Ticket
from tickets.portal.form_models import ArticleOffer, ArticleOfferCount, IntakeForm
from tickets.portal.parameters import OFFER_DAYS

MOST = 3


def page_key(form: IntakeForm, nonce: str) -> str:
    """The key of one page of a form; the page itself cannot be found by it."""
    return hashlib.sha256(f"{form.pk}:{nonce}".encode()).hexdigest()[:32]


def look_up(text: str) -> list[Suggestion]:
    """Public articles that fit what was typed; none where the help centre is closed."""
    if not public.is_open() or len(text.strip()) < 2:
        return []
    return best(public.public_articles(), text, MOST)


def offer(form: IntakeForm, nonce: str, found: list[Suggestion]) -> None:
    """Remember what a page offered, each version once."""
    now, page = clock.now(), page_key(form, nonce)
    ArticleOffer.objects.bulk_create(
        [
            ArticleOffer(form=form, page=page, version=item.version, offered_at=now)
            for item in found
        ],
        ignore_conflicts=True,
    )


def open_offer(form: IntakeForm, nonce: str, article_id: int) -> Article | None:
    """Remember that an offered article was opened; None for one the page never offered."""
    rows = ArticleOffer.objects.filter(form=form, page=page_key(form, nonce))
    rows = rows.filter(version__article_id=article_id)
    article = public.public_articles().filter(pk=article_id).first()
    if article is None or not rows.exists():
        return None
    rows.filter(opened_at__isnull=True).update(opened_at=clock.now())
    return article


def sent(form: IntakeForm, nonce: str, ticket: Ticket) -> None:
    """The request was sent after all."""
    ArticleOffer.objects.filter(form=form, page=page_key(form, nonce)).update(ticket=ticket)


OPENED = Q(opened_at__isnull=False)
FIGURES = {
    "offered": Count("pk"),
    "opened": Count("pk", filter=OPENED),
    "spared": Count("pk", filter=OPENED & Q(ticket__isnull=True)),
}
SUMS = {f"all_{name}": Sum(name) for name in FIGURES}
#: Versions shown of one article; rows of one transaction, and transactions of one run.
SHOWN, SLICE, ROUNDS = 10, 500, 20


def figures_of_form(form: IntakeForm) -> dict[str, int]:
    """How often articles were offered, opened, and nothing was sent then."""
    rows = ArticleOffer.objects.filter(form=form).aggregate(**FIGURES)
    folded = ArticleOfferCount.objects.filter(form=form).aggregate(**SUMS)
    return {name: rows[name] + (folded[f"all_{name}"] or 0) for name in FIGURES}


def figures_of_article(article: Article) -> list[dict[str, int]]:
    """The same for each version of an article, the newest first."""
    found: dict[int, Counter[str]] = defaultdict(Counter)
    for model, figures in ((ArticleOffer, FIGURES), (ArticleOfferCount, SUMS)):
        rows = model.objects.filter(version__article=article).order_by()
        for row in rows.values(number=F("version__number")).annotate(**figures):
            number = row.pop("number")
            found[number].update({name.removeprefix("all_"): n for name, n in row.items()})
    return [{"number": number, **found[number]} for number in sorted(found, reverse=True)[:SHOWN]]


def fold() -> int:
    """Add the rows past their days to the counts, the oldest first; returns how many went."""
    before = clock.now() - timedelta(days=int(settings.get(OFFER_DAYS)))
    gone = 0
    for _round in range(ROUNDS):
        taken = _fold_some(before)
        gone += taken
        if taken < SLICE:
            break
    return gone


@transaction.atomic
def _fold_some(before: datetime) -> int:
    """One slice; who comes second waits and finds the rows gone."""
    rows = ArticleOffer.objects.select_for_update().order_by("pk")[:SLICE]
    old = [row for row in rows if row.offered_at < before]
    counts: dict[tuple[int, int], Counter[str]] = defaultdict(Counter)
    for row in old:
        counts[row.form_id, row.version_id].update(_figures(row))
    for (form, version), more in counts.items():
        count, _made = ArticleOfferCount.objects.get_or_create(form_id=form, version_id=version)
        values = {name: F(name) + more[name] for name in FIGURES}
        ArticleOfferCount.objects.filter(pk=count.pk).update(**values)
    ArticleOffer.objects.filter(pk__in=[row.pk for row in old]).delete()
    return len(old)


def _figures(row: ArticleOffer) -> dict[str, int]:
    opened = row.opened_at is not None
    return {"offered": 1, "opened": opened, "spared": opened and row.ticket_id is None}
