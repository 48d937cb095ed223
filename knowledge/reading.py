"""What a reader gets to see of an article: the released version, or the text in hand."""

import difflib
from collections.abc import Iterator, Sequence
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
#: Pairs of lines or characters that one comparison looks at (about a second).
CELLS = 1_000_000


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


class _Effort:
    """How much comparing one page may cost: a text made for it could take minutes (T37)."""

    def __init__(self) -> None:
        self.left = CELLS

    def blocks(self, old: Sequence, new: Sequence) -> list[tuple[str, int, int, int, int]]:
        """What is equal and what differs; beyond the effort, all between the equal ends differs."""
        cells = len(old) * len(new)
        if cells <= self.left:
            self.left -= cells
            return difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
        head = _same_head(old, new)
        tail = _same_head(old[head:][::-1], new[head:][::-1])
        a, b = len(old) - tail, len(new) - tail
        found = [
            ("equal", 0, head, 0, head),
            ("replace", head, a, head, b),
            ("equal", a, len(old), b, len(new)),
        ]
        return [block for block in found if block[1] < block[2] or block[3] < block[4]]


def _same_head(old: Sequence, new: Sequence) -> int:
    pairs = enumerate(zip(old, new, strict=False))
    return next((at for at, (one, other) in pairs if one != other), min(len(old), len(new)))


def compare(old: ArticleVersion, new: ArticleVersion | Article) -> list[Line]:
    """What was taken out and put in, line by line, with the changed words marked."""
    effort = _Effort()
    before, after = _lines(old), _lines(new)
    found: list[Line] = []
    blocks = effort.blocks(before, after)
    for place, (kind, a, b, c, d) in enumerate(blocks):
        if kind == "equal":
            found += _around(before[a:b], is_first=place == 0, is_last=place == len(blocks) - 1)
        else:
            found += _changed(before[a:b], after[c:d], effort)
    return found


def _lines(text: Any) -> list[str]:
    parts = [text.title, text.keywords, text.problem, text.body]
    return [line for part in parts if part for line in part.replace("\r\n", "\n").split("\n")]


def _around(lines: list[str], *, is_first: bool, is_last: bool) -> Iterator[Line]:
    """The equal lines next to changes, with a gap for those left out between two of them."""
    head = [] if is_first else lines[:AROUND]
    rest = lines[len(head) :]
    tail = [] if is_last else rest[-AROUND:]
    yield from (_same(line) for line in head)
    if not is_first and not is_last and len(head) + len(tail) < len(lines):
        yield Line("gap", ())
    yield from (_same(line) for line in tail)


def _same(line: str) -> Line:
    return Line("same", ((line, False),))


def _changed(old: list[str], new: list[str], effort: _Effort) -> Iterator[Line]:
    pairs = [_words(one, other, effort) for one, other in zip(old, new, strict=False)]
    for place, line in enumerate(old):
        yield Line("gone", pairs[place][0] if place < len(pairs) else ((line, True),))
    for place, line in enumerate(new):
        yield Line("new", pairs[place][1] if place < len(pairs) else ((line, True),))


Parts = tuple[tuple[str, bool], ...]


def _words(old: str, new: str, effort: _Effort) -> tuple[Parts, Parts]:
    """Both lines in parts, with what differs marked."""
    gone, come = [], []
    for kind, a, b, c, d in effort.blocks(old, new):
        marked = kind != "equal"
        gone.append((old[a:b], marked))
        come.append((new[c:d], marked))
    return tuple(part for part in gone if part[0]), tuple(part for part in come if part[0])
