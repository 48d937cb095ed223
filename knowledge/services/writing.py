"""Create and change articles: the text in hand; what is released stays as it is."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from crm.access import policies, verbs
from crm.audit.services import record
from crm.audit.transitions import run_transition
from crm.core import clock, pinyin
from crm.core.changes import difference, touch, write_changes
from crm.core.errors import InvalidTransition, InvalidValue
from knowledge import reminding, searching, tree
from knowledge.choices import ArticleState, Audience
from knowledge.models import Article
from knowledge.states import STATE
from knowledge.verbs import REVIEW

#: Columns that readers see; a change of them needs a release.
TEXT = ("title", "keywords", "problem", "body", "kind")
#: Texts that the log counts instead of keeping them.
LONG = ("problem", "body")
#: Columns that follow from others and stay out of the log.
DERIVED = ("shown_title", "title_pinyin", "edited_by")


@transaction.atomic
def create_article(article: Article, *, actor: Any, products: Iterable[Any] = ()) -> Article:
    """Write a new article as a draft (D13-1). Raises InvalidValue for a closed category."""
    policies.require(actor, verbs.ADD, Article)
    check_category(article.category_id, actor)
    now = clock.now()
    article.created_at = article.updated_at = now
    article.created_by = article.edited_by = actor
    article.owner = article.owner or actor
    article.shown_title, article.title_pinyin = article.title, spelled(article.title)
    article.full_clean(exclude=["created_by", "edited_by", "owner", "category"])
    article.save(force_insert=True)
    if chosen := list(products):
        article.products.set(chosen)
    record("knowledge.article.created", article, actor=actor)
    searching.add(article)
    return article


@transaction.atomic
def update_article(
    article: Article,
    *,
    changes: dict[str, Any],
    actor: Any,
    version: int | None = None,
    products: Iterable[Any] | None = None,
) -> Article:
    """Change the text in hand, or where the article stands.

    A change of what readers see begins a revision of a released article, which stays as it is for
    its readers. Raises Stale, InvalidTransition while somebody reviews the text, NotAllowed where
    a released article would get more readers without the right to review.
    """
    policies.require(actor, verbs.CHANGE, article)
    _check_category_change(article, changes, actor)
    diff = difference(article, changes)
    is_text = bool(diff.keys() & set(TEXT))
    if is_text:
        check_not_in_review(article)
        if article.status in (ArticleState.PUBLISHED, ArticleState.RETIRED):
            run_transition(STATE, article, "revise", actor=actor, version=version)
            version = None
        changes = changes | _derived(article, changes, actor)
    before = _names(article) if products is not None else []
    written = write_changes(article, changes, version=version)
    shown = {field: _logged(field, pair) for field, pair in written.items() if field not in DERIVED}
    if products is not None:
        shown |= _set_products(article, products, before, fresh=not written)
    if shown:
        record("knowledge.article.updated", article, actor=actor, changes=shown)
        searching.reindex([article.pk])
    if shown.keys() & {"owner", "review_due"}:
        reminding.replan([article.pk])
    return article


def _logged(field: str, pair: list[Any]) -> list[Any]:
    """Long texts by their length: versions hold the words, and can be compared."""
    if field not in LONG:
        return pair
    return [_("%(n)d characters") % {"n": len(text)} if text else None for text in pair]


def _derived(article: Article, changes: dict[str, Any], actor: Any) -> dict[str, Any]:
    title = changes.get("title", article.title)
    found: dict[str, Any] = {"edited_by": actor}
    if article.released_id is None:
        found |= {"shown_title": title, "title_pinyin": spelled(title)}
    return found


def _set_products(
    article: Article, products: Iterable[Any], before: list[str], *, fresh: bool
) -> dict[str, list[str]]:
    article.products.set(products)
    after = _names(article)
    if before == after:
        return {}
    if fresh:
        touch(article)
    return {"products": ["、".join(before), "、".join(after)]}


def _names(article: Article) -> list[str]:
    return list(article.products.order_by("pk").values_list("name", flat=True))


def check_not_in_review(article: Article) -> None:
    """Raise InvalidTransition while the text is being reviewed."""
    if article.status == ArticleState.IN_REVIEW:
        raise InvalidTransition(
            _("Saving failed: the article is in review. Withdraw it first, then change it.")
        )


def check_category(key: int, actor: Any) -> None:
    """Raise InvalidValue for a category that the actor's articles cannot stand in."""
    node = tree.node(key)
    everything = policies.policy_for(Article).reach(actor, verbs.VIEW).everything
    if node is None or not (everything or tree.is_open_to(node, actor)):
        raise InvalidValue(_("Saving failed: this category is not open to you."), field="category")


def _check_category_change(article: Article, changes: dict[str, Any], actor: Any) -> None:
    category = getattr(changes.get("category"), "pk", None) or article.category_id
    audience = changes.get("audience", article.audience)
    if category != article.category_id:
        check_category(category, actor)
    order = list(Audience.values)
    was = tree.readers(article.audience, article.category_id)
    becomes = tree.readers(audience, category)
    departments = {pk: _restrictions(pk) for pk in (article.category_id, category)}
    wider = order.index(becomes) < order.index(was)
    wider = wider or bool(departments[article.category_id] - departments[category])
    if wider and article.released_id is not None:
        policies.require(actor, REVIEW, article)


def _restrictions(category: int) -> set[frozenset[int]]:
    node = tree.node(category)
    return set(node.departments) if node else set()


def spelled(title: str) -> str:
    """The title in pinyin, for its place in the alphabet."""
    return " ".join(pinyin.company(title).syllables)[:255]
