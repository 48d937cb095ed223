"""Key facts, badges and notices of the page of an article."""

from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from crm.core import clock
from crm.core.messages import listed
from crm.dictionaries import lookups
from knowledge import reading, tree
from knowledge.choices import ArticleState, Audience, Kind
from knowledge.links import public_url
from knowledge.models import Article, ArticleVersion
from knowledge.services.reviewing import needs_another


def badges(article: Article, user: Any) -> list[dict[str, Any]]:
    """State, kind, readers; whether the review is overdue."""
    readers = tree.readers(article.audience, article.category_id)
    labels = dict(Audience.choices)
    found = [
        {"text": article.get_status_display(), "color": ArticleState.colors()[article.status]},
        {"text": article.get_kind_display(), "color": Kind.colors()[article.kind]},
        {"text": labels[readers], "color": Audience.colors()[readers]},
    ]
    if is_scheduled(article):
        found.insert(1, {"text": _("Not visible yet"), "color": "orange", "icon": "clock"})
    due = article.review_due
    if due is not None and due <= clock.company_today() and is_reviewed(article):
        found.append({"text": _("Review overdue"), "color": "red", "icon": "clock"})
    return found


def is_scheduled(article: Article) -> bool:
    """Whether the released text comes into view later, and none before it can be read."""
    released = article.released
    if article.status != ArticleState.PUBLISHED or released is None:
        return False
    return bool(released.visible_from > clock.now()) and reading.live_version(article) is None


def is_reviewed(article: Article) -> bool:
    """Whether somebody looks at it again on a day: what was taken down waits for nobody."""
    return article.released_id is not None and article.status != ArticleState.RETIRED


def notices(article: Article, user: Any) -> list[dict[str, Any]]:
    """What readers see at present, where it is not what stands here; why a text came back."""
    if not reading.sees_hand(user, article):
        return []
    live = reading.live_version(article)
    found = []
    if article.status == ArticleState.DRAFT and (text := _sent_back(article)):
        found.append({"level": "warning", "text": text})
    if article.status in (ArticleState.DRAFT, ArticleState.IN_REVIEW) and live is not None:
        text = _("This is the text in hand. Readers see version %(number)d until it is released.")
        found.append({"level": "info", "text": text % {"number": live.number}})
    if article.status == ArticleState.IN_REVIEW and needs_another(article.candidate, user):
        text = _("You wrote this text, so somebody else must release it.")
        found.append({"level": "info", "text": text})
    if article.status == ArticleState.PUBLISHED and live is None:
        found.append({"level": "warning", "text": _window_text(article.released)})
    elif article.status == ArticleState.PUBLISHED and live.pk != article.released_id:
        text = _("Version %(next)d becomes visible at %(time)s; readers see version %(live)d now.")
        coming = article.released
        words = {"next": coming.number, "time": moment(coming.visible_from), "live": live.number}
        found.append({"level": "info", "text": text % words})
    return found


def _sent_back(article: Article) -> str:
    last = article.versions.select_related("decided_by").order_by("-number").first()
    if last is None or last.decision != "returned":
        return ""
    name = last.decided_by.name if last.decided_by else ""
    return _("Sent back by %(name)s: %(reason)s") % {"name": name, "reason": last.decision_note}


def _window_text(version: ArticleVersion) -> str:
    if version.visible_from and version.visible_from > clock.now():
        text = _("Nobody reads it yet: it becomes visible at %(time)s.")
        return text % {"time": moment(version.visible_from)}
    return _("Nobody reads it any more: the time set at publication is over.")


def article_facts(article: Article, user: Any) -> list[dict[str, Any]]:
    """Groups of facts of an article."""
    products = listed(article.products.order_by("name").values_list("name", flat=True)[:20])
    fault = lookups.item(article.fault_id) if article.fault_id else None
    list_url = reverse("knowledge:article_list")
    due = date_format(article.review_due, "Y-m-d") if article.review_due else ""
    return [
        {
            "title": _("Basics"),
            "items": [
                {
                    "label": _("Category"),
                    "value": tree.label(article.category_id),
                    "url": f"{list_url}?category={article.category_id}",
                    "wide": True,
                },
                {"label": _("Products"), "value": products, "wide": True},
                {"label": _("Fault"), "value": fault.label if fault else ""},
                {"label": _("Review due"), "value": due},
                {"label": _("Used in replies"), "value": article.used_count or ""},
            ],
        },
        {"title": _("Publication"), "items": publication(article)},
    ]


def publication(article: Article) -> list[dict[str, Any]]:
    """When the present version came out, until when, and where visitors find it."""
    live = reading.live_version(article)
    if live is None and is_scheduled(article):
        live = article.released
    if live is None:
        return [{"label": _("Version"), "value": _("Not released")}]
    found = [
        {"label": _("Version"), "value": f"v{live.number}"},
        {"label": _("Visible from"), "value": moment(live.visible_from)},
        {"label": _("Visible to"), "value": moment(live.visible_to)},
        {"label": _("Released by"), "value": live.decided_by.name if live.decided_by else ""},
    ]
    if is_public(article):
        url = public_url(article)
        found.append({"label": _("Help centre"), "value": _("Open"), "url": url})
    return found


def is_public(article: Article) -> bool:
    """Whether visitors may read it while it is released."""
    readers = tree.readers(article.audience, article.category_id)
    return readers == Audience.PUBLIC and article.category_id in tree.public_keys()


def moment(value: Any) -> str:
    """An instant in the reader's zone."""
    return date_format(localtime(value), "Y-m-d H:i") if value else ""
