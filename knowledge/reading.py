"""What a reader gets to see of an article: the released version, or the text in hand."""

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString

from crm.access import verbs
from crm.access.policies import policy_for
from knowledge import markdown
from knowledge.choices import ArticleState, Outcome
from knowledge.links import own_address
from knowledge.models import Article, ArticleVersion

#: Unchanged lines shown around a change.
AROUND = 2


def sees_hand(user: Any, article: Article) -> bool:
    """Whether somebody sees texts that are not released: authors, their managers, reviewers."""
    return policy_for(Article).reach(user, verbs.VIEW).covers(article.owner_id)


def live_version(article: Article) -> ArticleVersion | None:
    """The version that can be read now."""
    return article.versions.live().select_related("author", "decided_by").first()


@dataclass(frozen=True)
class Shown:
    """A text ready for the page. `version` is None for the text in hand."""

    version: ArticleVersion | None
    title: str
    problem: str
    html: SafeString


def shown(source: Article | ArticleVersion, address: markdown.Address = own_address) -> Shown:
    """A text with its Markdown drawn; `address` knows where pictures are."""
    version = source if isinstance(source, ArticleVersion) else None
    html = markdown.to_html(source.body, address)
    return Shown(version, source.title, source.problem, html)


def for_reader(article: Article, user: Any) -> Shown | None:
    """The text in hand for those who work on it, the released version for everybody else.

    None where nothing is to be read at present.
    """
    live = live_version(article)
    working = article.status in (ArticleState.DRAFT, ArticleState.IN_REVIEW)
    if sees_hand(user, article) and (working or live is None):
        return shown(article)
    return shown(live) if live else None


def versions_for(article: Article, user: Any) -> Any:
    """The versions this reader may open: all, or those that were released."""
    rows = article.versions.select_related("author", "decided_by")
    return rows if sees_hand(user, article) else rows.filter(decision=Outcome.RELEASED)


@dataclass(frozen=True)
class Line:
    """A line of a comparison: `kind` is same, gone, new or gap; parts are (text, is marked)."""

    kind: str
    parts: tuple[tuple[str, bool], ...]


def compare(old: ArticleVersion, new: ArticleVersion | Article) -> list[Line]:
    """What was taken out and put in, line by line, with the changed words marked."""
    before, after = _lines(old), _lines(new)
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    found: list[Line] = []
    for group in matcher.get_grouped_opcodes(AROUND):
        if found:
            found.append(Line("gap", ()))
        for kind, a, b, c, d in group:
            found += _block(kind, before[a:b], after[c:d])
    return found


def _lines(text: Any) -> list[str]:
    parts = [text.title, text.keywords, text.problem, text.body]
    return [line for part in parts if part for line in part.replace("\r\n", "\n").split("\n")]


def _block(kind: str, old: list[str], new: list[str]) -> Iterator[Line]:
    if kind == "equal":
        yield from (Line("same", ((line, False),)) for line in old)
        return
    pairs = [_words(one, other) for one, other in zip(old, new, strict=False)]
    for place, line in enumerate(old):
        yield Line("gone", pairs[place][0] if place < len(pairs) else ((line, True),))
    for place, line in enumerate(new):
        yield Line("new", pairs[place][1] if place < len(pairs) else ((line, True),))


Parts = tuple[tuple[str, bool], ...]


def _words(old: str, new: str) -> tuple[Parts, Parts]:
    """Both lines in parts, with what differs marked."""
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    gone, come = [], []
    for kind, a, b, c, d in matcher.get_opcodes():
        marked = kind != "equal"
        gone.append((old[a:b], marked))
        come.append((new[c:d], marked))
    return tuple(part for part in gone if part[0]), tuple(part for part in come if part[0])
