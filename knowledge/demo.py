"""Demo articles in all states, with answers of readers and searches that found nothing."""

from datetime import timedelta
from typing import Any

from django.core.files.base import ContentFile

from crm.core import clock
from crm.dictionaries import lookups
from crm.workbench.demo import DemoPart, People, register
from knowledge.choices import FAULT, ArticleState, Kind, Lack
from knowledge.demo_texts import CATEGORIES, FILES, FOLDERS, GAPS, TEXTS, Text
from knowledge.models import Article, Category, Document, Folder, SearchGap
from knowledge.services.categories import create_category, delete_category
from knowledge.services.documents import (
    create_folder,
    delete_document,
    delete_folder,
    upload_documents,
)
from knowledge.services.feedback import give_feedback, session_of
from knowledge.services.removing import purge_article
from knowledge.services.reviewing import publish_article, submit_article
from knowledge.services.writing import create_article

AUTHORS = ("agent1", "agent1", "sales1")
#: Answers of readers by article: yes and no.
ANSWERS = ((9, 1), (4, 0), (7, 3), (2, 4))


def make(people: People) -> None:
    """Categories, released articles, one in review, one draft, one whose review is overdue."""
    categories: dict[str, Category] = {}
    for order, (name, above, audience, text) in enumerate(CATEGORIES):
        row = Category(
            name=name, parent=categories.get(above), audience=audience, description=text,
            order=order, is_demo=True,
        )  # fmt: skip
        categories[name] = create_category(row, actor=people["admin"])
    for place, text in enumerate(TEXTS):
        _article(place, text, categories[text.category], people)
    _documents(people)
    now = clock.now()
    SearchGap.objects.bulk_create(
        [
            SearchGap(
                text=text, count=count, public_count=public,
                first_at=now - timedelta(days=20), last_at=now - timedelta(hours=place + 2),
            )
            for place, (text, count, public) in enumerate(GAPS)
        ],
        ignore_conflicts=True,
    )  # fmt: skip


def _documents(people: People) -> None:
    """Folders with a price list and a form each."""
    made: dict[str, Folder] = {}
    for name, above, text in FOLDERS:
        row = Folder(name=name, parent=made.get(above), description=text, is_demo=True)
        made[name] = create_folder(row, actor=people["admin"])
    for name, folder, text in FILES:
        content = ContentFile(text.encode("utf-8-sig"), name=name)
        upload_documents(made[folder], [content], actor=people["service_lead"])
    Document.objects.filter(folder__in=made.values()).update(is_demo=True)


def _article(place: int, text: Text, category: Category, people: People) -> None:
    author = people[AUTHORS[place % len(AUTHORS)]]
    fault = lookups.by_code(FAULT, text.fault) if text.fault else None
    article = create_article(
        Article(
            kind=Kind.SOLUTION if text.problem else Kind.ARTICLE,
            category=category, audience=text.audience, title=text.title,
            keywords=text.keywords, problem=text.problem, body=text.body,
            fault_id=fault.pk if fault else None, owner=author, is_demo=True,
        ),
        actor=author,
    )  # fmt: skip
    if text.state == ArticleState.DRAFT:
        return
    submit_article(article, actor=author, note="首次发布")
    if text.state == ArticleState.IN_REVIEW:
        return
    publish_article(article, actor=people["service_lead"])
    if text.state == "stale":
        overdue = clock.company_today() - timedelta(days=12)
        Article.objects.filter(pk=article.pk).update(review_due=overdue)
    _answers(article, *ANSWERS[place % len(ANSWERS)])


def _answers(article: Article, helped: int, failed: int) -> None:
    for number in range(helped + failed):
        is_helpful = number < helped
        give_feedback(
            article.released,
            is_helpful=is_helpful,
            session=session_of("demo", str(article.pk), str(number)),
            lack="" if is_helpful else Lack.INCOMPLETE,
            text="" if is_helpful or number % 2 else "希望配一张截图。",
        )


def count() -> int:
    """Demo articles, those in the bin included."""
    return Article.objects.filter(is_demo=True).count()


def clear(actor: Any) -> int:
    """Remove demo articles, the categories that are empty then, and demo searches."""
    removed = 0
    for article in Article.objects.filter(is_demo=True).iterator(chunk_size=500):
        purge_article(article, actor=None)
        removed += 1
    for category in Category.objects.filter(is_demo=True).order_by("-pk"):
        if not (category.articles.exists() or category.children.exists()):
            delete_category(category, actor=actor)
    for document in Document.objects.filter(is_demo=True):
        delete_document(document, actor=actor)
    for folder in Folder.objects.filter(is_demo=True).order_by("-pk"):
        if not (folder.documents.exists() or folder.children.exists()):
            delete_folder(folder, actor=actor)
    SearchGap.objects.filter(text__in=[text for text, _count, _public in GAPS]).delete()
    return removed


register(DemoPart("knowledge", 40, make, count, clear))
