"""Articles that may make a request unnecessary, and how often they did (`service.md` 8.7)."""

import hashlib

from django.db.models import Count, F, Q

from crm.core import clock
from knowledge import public
from knowledge.models import Article
from knowledge.services.suggesting import Suggestion, best
from tickets.models import Ticket
from tickets.portal.form_models import ArticleOffer, IntakeForm

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


def figures_of_form(form: IntakeForm) -> dict[str, int]:
    """How often articles were offered, opened, and nothing was sent then."""
    return ArticleOffer.objects.filter(form=form).aggregate(**FIGURES)


def figures_of_article(article: Article) -> list[dict[str, int]]:
    """The same for each version of an article, the newest first."""
    rows = ArticleOffer.objects.filter(version__article=article).order_by()
    counted = rows.values(number=F("version__number")).annotate(**FIGURES)
    return list(counted.order_by("-number")[:10])
