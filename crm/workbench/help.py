"""Help pages: real texts in both languages, the list of changes, and what this is.

The texts are templates per language (`templates/workbench/help/<language>/`), because prose does
not fit into message catalogues. The list of changes is CHANGELOG.md, shown by a small parser that
knows headings, points and code, and escapes everything.
"""

import re
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy

from crm.core.version import VERSION
from crm.dictionaries import settings as parameters
from crm.web.views.base import PageView

#: Topic -> title, icon.
TOPICS = {
    "start": {"title": gettext_lazy("First steps"), "icon": "flag"},
    "customers": {"title": gettext_lazy("Customers and follow-ups"), "icon": "building"},
    "leads": {"title": gettext_lazy("Leads and the pool"), "icon": "target-arrow"},
    "import": {"title": gettext_lazy("Import and export"), "icon": "file-import"},
    "knowledge": {"title": gettext_lazy("Knowledge base"), "icon": "book"},
    "shortcuts": {"title": gettext_lazy("Keyboard shortcuts"), "icon": "keyboard"},
    "faq": {"title": gettext_lazy("Frequent questions"), "icon": "help-circle"},
    "browsers": {"title": gettext_lazy("Supported browsers"), "icon": "browser"},
    "changes": {"title": gettext_lazy("What is new"), "icon": "sparkles"},
    "about": {"title": gettext_lazy("About and contact"), "icon": "info-circle"},
}
FIRST = "start"
_CODE = re.compile(r"`([^`]+)`")
_STRONG = re.compile(r"\*\*([^*]+)\*\*")


class HelpView(PageView):
    """One topic beside the list of all."""

    template = "workbench/help.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        topic = kwargs.get("topic", FIRST)
        if topic not in TOPICS:
            raise Http404
        language = "en" if translation.get_language() == "en" else "zh_hans"
        context = {
            "title": TOPICS[topic]["title"],
            "topics": [self.link(name, topic) for name in TOPICS],
            "body": f"workbench/help/{language}/{topic}.html",
            "version": VERSION,
            "company": parameters.get("company_name"),
            "changes": changes() if topic == "changes" else "",
        }
        return self.show(context)

    def link(self, name: str, topic: str) -> dict[str, Any]:
        """One entry of the list."""
        url = reverse("workbench:help_topic", args=[name])
        return {
            "label": TOPICS[name]["title"],
            "icon": TOPICS[name]["icon"],
            "url": url,
            "active": name == topic,
        }


@lru_cache(maxsize=1)
def changes() -> SafeString:
    """CHANGELOG.md as HTML; empty where the file is not shipped."""
    file = settings.BASE_DIR / "CHANGELOG.md"
    return to_html(file.read_text("utf-8")) if file.exists() else mark_safe("")


def to_html(text: str) -> SafeString:
    """Headings, points (with lines that continue them) and paragraphs; all text is escaped."""
    parts: list[tuple[str, str]] = []
    for line in text.splitlines():
        kind, content = _classify(line)
        if kind == "p" and content and parts and parts[-1][0] in ("li", "p"):
            before = parts.pop()
            parts.append((before[0], f"{before[1]} {content}"))
        else:
            parts.append((kind, content))
    return mark_safe("".join(_wrapped(parts)))  # noqa: S308  (_inline escapes all text)


def _classify(line: str) -> tuple[str, str]:
    """The kind of a line and its text: h2, h3, h4, li, p, or "" for a blank one."""
    stripped = line.strip()
    hashes = len(stripped) - len(stripped.lstrip("#"))
    if hashes:
        return f"h{min(hashes + 1, 4)}", stripped.lstrip("# ")
    if stripped.startswith(("- ", "* ")):
        return "li", stripped[2:]
    return ("p", stripped) if stripped else ("", "")


def _wrapped(parts: list[tuple[str, str]]) -> list[str]:
    html: list[str] = []
    in_list = False
    for kind, content in parts:
        if kind == "":
            continue
        if (kind == "li") != in_list:
            html.append("<ul>" if kind == "li" else "</ul>")
            in_list = kind == "li"
        html.append(f"<{kind}>{_inline(content)}</{kind}>")
    return [*html, "</ul>"] if in_list else html


def _inline(text: str) -> str:
    safe = _CODE.sub(r"<code>\1</code>", escape(text))
    return _STRONG.sub(r"<b>\1</b>", safe)
