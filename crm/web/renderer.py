"""Draws forms, fields and widgets (`FORM_RENDERER`): compiled, where there is such a template.

Django brings its own widgets for Jinja2 too; ours stand in `templates/jinja`. Those of other
packages, administration's among them, exist in Django's language only and are drawn in it.
"""

from typing import Any

from django.forms.renderers import TemplatesSetting
from django.template import engines
from jinja2 import TemplateNotFound


class FormRenderer(TemplatesSetting):
    """A widget in Django's language takes a template for the tag and one more for each option."""

    def __init__(self) -> None:
        #: Names that are not found among the compiled ones: looking for files takes long.
        self.others: set[str] = set()

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        """The HTML of a form, field, widget or list of errors."""
        if template_name not in self.others:
            try:
                found = engines["jinja2"].env.get_template(template_name)  # type: ignore[attr-defined]
            except TemplateNotFound:
                self.others.add(template_name)
            else:
                return found.render(context).strip()
        return super().render(template_name, context, request)
