"""The start page as a registry: figures and panels that apps add, each bounded in its queries.

The workbench knows no domain: apps register what their users want to see first. Panels load by
themselves when they are seen; a figure is a number that leads to exactly the rows it counts.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from crm.web.navigation import address

PANELS: dict[str, "HomePanel"] = {}
FIGURES: list[tuple[int, Callable[[Any], list["Figure"]]]] = []


@dataclass(frozen=True)
class Figure:
    """One number at the top: `tone` is "" or "late"; `note` says what it is compared with."""

    name: str
    label: str
    value: str
    url: str
    icon: str
    tone: str = ""
    note: str = ""


class HomePanel:
    """One block. `side` is main or side; a lazy one is fetched when it is seen."""

    name: ClassVar[str]
    title: ClassVar[Any]
    icon: ClassVar[str] = ""
    side: ClassVar[str] = "side"
    order: ClassVar[int] = 100
    lazy: ClassVar[bool] = True
    template: ClassVar[str] = "generic/_panel_rows.html"
    empty: ClassVar[Any] = ""

    def is_for(self, user: Any) -> bool:
        """Whether this user has the panel; costs no query."""
        return True

    def context(self, user: Any) -> dict[str, Any]:
        """Values of the body, with `count` and `more_url` for the frame; at most four queries."""
        raise NotImplementedError

    def shape(self, user: Any, *, load: bool) -> dict[str, Any]:
        """The panel as `generic/_panel.html` expects it, with its body or waiting for it."""
        values = {
            "name": self.name,
            "title": self.title,
            "icon": self.icon,
            "empty": self.empty,
            "url": address("workbench:panel", self.name),
        }
        if not load:
            return values
        context = self.context(user)
        values_of = {"empty": self.empty, "user": user, **context}
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


def register_figures(figures: Callable[[Any], list[Figure]], *, order: int = 100) -> None:
    """Add numbers to the top of the start page, low orders first; at most two queries each."""
    FIGURES.append((order, figures))
    FIGURES.sort(key=lambda pair: pair[0])


def figures_of(user: Any) -> list[Figure]:
    """All numbers this user has."""
    return [figure for _order, source in FIGURES for figure in source(user)]


def panels_of(user: Any, side: str) -> list[HomePanel]:
    """The panels of one side that this user has, in order."""
    found = [panel for panel in PANELS.values() if panel.side == side and panel.is_for(user)]
    return sorted(found, key=lambda panel: panel.order)
