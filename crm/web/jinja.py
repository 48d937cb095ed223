"""The Jinja2 environment: parts of pages that are drawn often (`templates/jinja`).

Compiled to Python they cost a fifth of the same part in Django's language (`performance.md` 4).
Frame, lists, panels, timelines, fields and widgets (`renderer`) stand there; single pages stay
Django templates and take such a part in with `{% compiled "components/…" %}`.
"""

from collections.abc import Callable, Mapping, MutableMapping
from functools import lru_cache
from types import BuiltinMethodType, FunctionType, MethodType
from typing import Any

from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import get_language, gettext, ngettext, npgettext, pgettext
from jinja2 import ChainableUndefined, Environment, Template, nodes
from jinja2.runtime import Context
from jinja2.visitor import NodeTransformer
from markupsafe import Markup

from crm.web import parts
from crm.web.templatetags import ui

#: What a part of a page reads most often and does not find: one for all.
_NOTHING = ChainableUndefined()
_MISSING = object()
#: Names that a dictionary answers itself, unless it holds a value of that name.
_OF_DICTIONARIES = frozenset(dir(dict))
_PLAIN = frozenset({FunctionType, MethodType, BuiltinMethodType, type(lru_cache(len))})


class QuickContext(Context):
    """Calls plain functions as they are: Jinja2 looks twice whether one wants the context."""

    def call(
        self,
        function: Callable[..., Any],
        *values: Any,
        _loop_vars: Any = None,
        _block_vars: Any = None,
        **named: Any,
    ) -> Any:
        """What the function gives; those marked to get a context get one."""
        if type(function) in _PLAIN and getattr(function, "jinja_pass_arg", None) is None:
            return function(*values, **named)
        return super().call(
            function, *values, _loop_vars=_loop_vars, _block_vars=_block_vars, **named
        )


class QuickTemplate(Template):
    """Puts values into the page as plain text; the usual way wraps each of them in an object."""

    @classmethod
    def _from_namespace(
        cls, environment: Environment, namespace: MutableMapping[str, Any], globals: Any
    ) -> Template:
        namespace["escape"] = ui.escaped
        return super()._from_namespace(environment, namespace, globals)


class _Fixed(NodeTransformer):
    """Writes words and icons that a template names by themselves into its text."""

    def __init__(self, functions: Mapping[str, Callable[..., Any]]) -> None:
        self.functions = functions

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 - the name Jinja2 looks for
        found = self.generic_visit(node)
        name = node.node.name if isinstance(node.node, nodes.Name) else ""
        if name not in self.functions or node.kwargs or node.dyn_args or node.dyn_kwargs:
            return found
        if not all(isinstance(each, nodes.Const) for each in node.args):
            return found
        words = [each.value for each in node.args]
        return nodes.Const(self.functions[name](*words), lineno=node.lineno)


class QuickEnvironment(Environment):
    """Compiles each template once a language, with its words in it.

    `item.name` of a dictionary is its value first, as in Django's templates. Most values of a page
    are dictionaries; asking for an attribute first costs an exception each.
    """

    context_class = QuickContext
    template_class = QuickTemplate

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._made: dict[tuple[str | None, str], Template] = {}
        #: What gives the same for the same texts while the language stays.
        self.fixed: dict[str, Callable[..., Any]] = {}

    def getattr(self, obj: Any, attribute: str) -> Any:
        """The value or attribute; nothing where there is neither."""
        if type(obj) is dict:
            value = obj.get(attribute, _MISSING)
            if value is not _MISSING:
                return value
            if attribute not in _OF_DICTIONARIES:
                return _NOTHING
        return super().getattr(obj, attribute)

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """The names that every template knows: none has its own, so there is nothing to chain."""
        return super().make_globals(d) if d else self.globals

    def _load_template(self, name: str, globals: MutableMapping[str, Any] | None) -> Template:
        if globals or self.auto_reload:
            return super()._load_template(name, globals)
        key = get_language(), name
        made = self._made.get(key)
        if made is None:
            made = self._made[key] = self.loader.load(self, name, self.make_globals(None))
        return made

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        return tree if self.auto_reload else _Fixed(self.fixed).visit(tree)


def environment(**options: Any) -> Environment:
    """Compiled once a process; every value is escaped unless it is marked safe."""
    made = QuickEnvironment(
        **{
            **options,
            "autoescape": True,
            "extensions": ["jinja2.ext.i18n"],
            "lstrip_blocks": True,
            "trim_blocks": True,
            "undefined": ChainableUndefined,  # a missing value is empty, as in Django's templates
        }
    )
    made.install_gettext_callables(  # type: ignore[attr-defined]
        gettext, ngettext, newstyle=True, pgettext=pgettext, npgettext=npgettext
    )
    made.globals |= {"_": word, "gettext": word}
    made.fixed = {"_": word, "gettext": word, "icon": ui.icon_html}
    made.filters |= {"person": ui.person}
    made.globals |= {
        "action": ui.action_html,
        "avatar": ui.avatar_html,
        "badge": ui.badge_html,
        "csrf_field": csrf_field,
        "date": ui.time_html,
        "field_css": ui.field_css,
        "icon": ui.icon_html,
        "level_icon": ui.level_icon,
        "local_now": localtime,
        "phone_link": ui.phone_html,
        "panel_rows": parts.panel_rows,
        "safe_address": ui.safe_address,
        "static": static,
        "timeline_items": parts.timeline_items,
    }
    return made


def word(text: str, **values: Any) -> Markup:
    """The text in the reader's language, with its named places filled in and escaped."""
    if not values:
        return _word(get_language(), text)
    return Markup(gettext(text)) % values  # noqa: S704 - a text of the product


@lru_cache(maxsize=4096)
def _word(language: str | None, text: str) -> Markup:
    """The text of the present language, which is the one given."""
    return Markup(gettext(text)) % {}  # noqa: S704 - a text of the product


def csrf_field(token: Any) -> SafeString:
    """The hidden field of a form that posts."""
    return format_html('<input type="hidden" name="csrfmiddlewaretoken" value="{}">', token)
