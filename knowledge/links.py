"""Addresses of the help centre: key and slug, so that a renamed article keeps its links."""

import re
from typing import Any

from crm.core import pinyin
from crm.web.navigation import address
from knowledge.models import Article

_SLUG_LIMIT = 60
_NOT_IN_SLUG = re.compile(r"[^a-z0-9]+")


def slug_of(title: str) -> str:
    """The title in pinyin with dashes; "article" for one without letters."""
    spelled = "-".join(pinyin.company(title).syllables) or title
    slug = _NOT_IN_SLUG.sub("-", spelled.lower()).strip("-")[:_SLUG_LIMIT].strip("-")
    return slug or "article"


def public_url(article: Article) -> str:
    """The page of an article in the help centre."""
    return address("help:article", article.pk, slug_of(article.shown_title))


def public_file_url(key: int) -> str:
    """A picture or file of a public article."""
    return address("help:picture", key)


_OWN = {
    "file": "activities:attachment_preview",
    "download": "activities:attachment_file",
    "kb": "knowledge:article_detail",
}


def own_address(kind: str, key: int) -> str:
    """Pictures, files and other articles as colleagues reach them."""
    return address(_OWN[kind], key)


def category_url(node: Any) -> str:
    """The page of a category in the help centre."""
    return address("help:category", node.pk, slug_of(node.name))
