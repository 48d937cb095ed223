"""Panels of detail pages (and of the workbench): small blocks that load by themselves.

The app that owns the data registers its panel on another app's page, so nothing imports upward.
"""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db import models
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from crm.access import policies, verbs

PANELS: dict[str, list["Panel"]] = {}


class Panel:
    """One block. `side` is left, main or right; a lazy panel is fetched when it is seen.

    `model` is the model whose right `verb` the reader needs to see the panel at all.
    """

    name: ClassVar[str]
    title: ClassVar[Any]
    icon: ClassVar[str] = ""
    side: ClassVar[str] = "right"
    order: ClassVar[int] = 100
    lazy: ClassVar[bool] = True
    model: ClassVar[type[models.Model] | None] = None
    verb: ClassVar[str] = verbs.VIEW
    template: ClassVar[str] = "generic/_panel_rows.html"
    empty: ClassVar[Any] = ""

    def is_for(self, obj: models.Model, user: Any) -> bool:
        """Whether this reader sees the panel on this record."""
        return self.model is None or bool(policies.can(user, self.verb, self.model))

    def context(self, obj: models.Model, user: Any) -> dict[str, Any]:
        """Values of the body; `rows` for the usual template. At most a handful of queries."""
        raise NotImplementedError

    def actions(self, obj: models.Model, user: Any) -> list[dict[str, Any]]:
        """Small buttons in the panel's head."""
        return []

    def shape(
        self, obj: models.Model, user: Any, url: str, *, load: bool, csrf_token: str = ""
    ) -> dict[str, Any]:
        """The panel as templates expect it: with its body, or with the address to fetch it.

        `csrf_token` is for the forms in the body.
        """
        values: dict[str, Any] = {
            "name": self.name,
            "title": self.title,
            "icon": self.icon,
            "actions": self.actions(obj, user),
            "empty": self.empty,
        }
        if not load:
            return {**values, "url": url}
        context = self.context(obj, user)
        frame = {"empty": self.empty, "object": obj, "user": user, "csrf_token": csrf_token}
        body = frame | context
        values["count"] = context.get("count")
        values["more_url"] = context.get("more_url")
        values["body"] = SafeString(render_to_string(self.template, body))
        return values


def register(model: type[models.Model], panel: type[Panel]) -> None:
    """Put a panel on the detail page of `model`. Registering a name twice is an error."""
    panels = PANELS.setdefault(model._meta.label_lower, [])
    if any(known.name == panel.name for known in panels):
        raise ValueError(f"{model._meta.label} has a panel {panel.name!r} already")
    panels.append(panel())
    panels.sort(key=lambda item: item.order)


def panels_of(model: type[models.Model]) -> Sequence[Panel]:
    """All panels of a model's page, in order."""
    return PANELS.get(model._meta.label_lower, [])
