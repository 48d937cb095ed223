"""Markdown to safe HTML: no HTML of the author's, a fixed list of tags, our own pictures only.

The parser leaves HTML in the text as text; what it makes is cleaned all the same, so that an error
in it harms nobody (T09, T11). Pictures are files of the same article (`![…](file:12)`), other files
of it are `[…](file:13)`, other articles `[…](kb:7)`; addresses elsewhere are links, never
pictures, so that reading an article asks nothing of other servers.
"""

import re
from collections.abc import Callable, Sequence

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

TAGS = {
    "a", "blockquote", "br", "code", "del", "em", "h2", "h3", "h4", "h5", "hr", "img", "li", "ol",
    "p", "pre", "s", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "title", "loading"},
    "ol": {"start"},
    "td": {"align"},
    "th": {"align"},
}
SCHEMES = {"http", "https", "mailto", "tel"}
#: The first level of headings belongs to the page.
FIRST = 2
_OWN = re.compile(r"(file|kb):(\d{1,18})")
#: `address(kind, key)` of a picture (`file`), of a file to be saved (`download`) or of another
#: article (`kb`), "" for one not to be shown.
Address = Callable[[str, int], str]
_parser = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable(
    ["table", "strikethrough"]
)
# our own addresses are looked up below; every other scheme is judged there and by the cleaner
_parser.validateLink = lambda url: True  # type: ignore[method-assign]


def no_address(kind: str, key: int) -> str:
    """Neither pictures nor other articles."""
    return ""


def to_html(text: str, address: Address = no_address) -> SafeString:
    """The text as HTML that may stand in a page."""
    tokens = _parser.parse(text)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(max(int(token.tag[1]), FIRST), 5)}"
        if token.children:
            token.children = _judged(token.children, address)
    html = _parser.renderer.render(tokens, _parser.options, {})
    clean = nh3.clean(
        html, tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES,
        link_rel="noopener noreferrer nofollow",
    )  # fmt: skip
    return mark_safe(clean)  # noqa: S308 - cleaned just now


def _judged(tokens: Sequence[Token], address: Address) -> list[Token]:
    """Links and pictures with real addresses; pictures from elsewhere become their words."""
    found = []
    for token in tokens:
        if token.type == "image":
            token = _picture(token, address)
        elif token.type == "link_open":
            token.attrSet("href", _target(str(token.attrGet("href") or ""), address))
        found.append(token)
    return found


def _picture(token: Token, address: Address) -> Token:
    own = _OWN.fullmatch(str(token.attrGet("src") or ""))
    url = address("file", int(own[2])) if own and own[1] == "file" else ""
    if not url:
        return Token("text", "", 0, content=token.content)
    token.attrSet("src", url)
    token.attrSet("loading", "lazy")
    return token


def _target(url: str, address: Address) -> str:
    """A link that may be followed; "#" for every other one."""
    if own := _OWN.fullmatch(url):
        kind = "download" if own[1] == "file" else own[1]
        return address(kind, int(own[2])) or "#"
    scheme = url.partition(":")[0].strip().lower()
    return url if ":" in url and scheme in SCHEMES else "#"


def file_keys(text: str) -> set[int]:
    """Keys of the files that a text shows or links."""
    return {int(key) for kind, key in _OWN.findall(text) if kind == "file"}


def to_text(text: str, limit: int = 0) -> str:
    """The words without marks, for hits and replies; shortened to `limit` characters."""
    parts = []
    for token in _parser.parse(text):
        if token.type == "inline":
            parts.append("".join(map(_words, token.children or ())))
        elif token.type in ("fence", "code_block"):
            parts.append(token.content)
    plain = " ".join(" ".join(parts).split()) if limit else "\n".join(parts)
    return plain[: limit - 1] + "…" if limit and len(plain) > limit else plain


def _words(token: Token) -> str:
    return " " if token.type in ("softbreak", "hardbreak") else token.content
