"""The start page as a registry of panels that apps add, each bounded in its queries.

The workbench knows no domain: apps register what their users want to see first. Panels load by
themselves when they are seen. Which panels somebody has, and where, is in `arranging`.
"""

from typing import Any, ClassVar

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from crm.web.navigation import address
from crm.workbench.looks import Look

PANELS: dict[str, "HomePanel"] = {}
WIDE, NARROW = "main", "side"


class HomePanel:
    """One block. `side` is main (two columns wide) or side; a lazy one is fetched when seen.

    A panel that `follows` shows the scope and period chosen at the top and has `context_of(look)`;
    any other has `context(user)`.
    """

    name: ClassVar[str]
    title: ClassVar[Any]
    icon: ClassVar[str] = ""
    side: ClassVar[str] = NARROW
    order: ClassVar[int] = 100
    lazy: ClassVar[bool] = True
    follows: ClassVar[bool] = False
    template: ClassVar[str] = "generic/_panel_rows.html"
    empty: ClassVar[Any] = ""

    def is_for(self, user: Any) -> bool:
        """Whether this user has the panel; costs no query."""
        return True

    def context(self, user: Any) -> dict[str, Any]:
        """Values of the body, with `count` and `more_url` for the frame; at most four queries."""
        raise NotImplementedError

    def context_of(self, look: Look) -> dict[str, Any]:
        """The same for a scope and a period."""
        return self.context(look.user)

    def waiting(self, query: str, *, collapsed: bool = False) -> dict[str, Any]:
        """The panel as `generic/_panel.html` expects it, without its body; `query` is the look."""
        plain = address("workbench:panel", self.name)
        return {
            "name": self.name,
            "title": self.title,
            "icon": self.icon,
            "empty": self.empty,
            "url": f"{plain}?{query}" if self.follows else plain,
            "collapsed": collapsed,
            "fold": "1" if collapsed else "0",
        }

    def shape(self, look: Look, *, collapsed: bool = False, csrf_token: Any = "") -> dict[str, Any]:
        """The panel as `generic/_panel.html` expects it, with its body."""
        values = self.waiting(look.query, collapsed=collapsed)
        context = self.context_of(look)
        values_of = {"empty": self.empty, "user": look.user, "csrf_token": csrf_token, **context}
        body = SafeString(render_to_string(self.template, values_of))
        return {
            **values,
            "count": context.get("count"),
            "more_url": context.get("more_url"),
            "body": body,
        }


def register(panel: type[HomePanel]) -> None:
    """Put a panel on the start page. A second one of the same name is an error."""
    if panel.name in PANELS:
        raise ValueError(f"the start page has a panel {panel.name!r} already")
    PANELS[panel.name] = panel()


def panels_of(user: Any) -> list[HomePanel]:
    """The panels that this user may have, in their usual order."""
    found = [panel for panel in PANELS.values() if panel.is_for(user)]
    return sorted(found, key=lambda panel: panel.order)
