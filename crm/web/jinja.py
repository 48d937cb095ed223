"""The Jinja2 environment: parts of pages that are drawn often (`templates/jinja`).

Compiled to Python they cost a fifth of the same part in Django's language (`performance.md` 4).
Frame, lists, panels and timelines stand there; forms and single pages stay Django templates and
take such a part in with `{% compiled "components/…" %}`.
"""

from collections.abc import Callable
from functools import lru_cache
from types import BuiltinMethodType, FunctionType, MethodType
from typing import Any

from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import get_language, gettext, ngettext, npgettext, pgettext
from jinja2 import ChainableUndefined, Environment
from jinja2.runtime import Context
from markupsafe import Markup

from crm.web.templatetags import ui

#: What a part of a page reads most often and does not find: one for all.
_NOTHING = ChainableUndefined()
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


class QuickEnvironment(Environment):
    """`item.name` of a dictionary is its value first, as in Django's templates.

    Most values of a page are dictionaries; asking for an attribute first costs an exception each.
    """

    context_class = QuickContext

    def getattr(self, obj: Any, attribute: str) -> Any:
        """The value or attribute; nothing where there is neither."""
        if type(obj) is dict:
            try:
                return obj[attribute]
            except KeyError:
                if attribute not in _OF_DICTIONARIES:
                    return _NOTHING
        return super().getattr(obj, attribute)


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
    made.filters |= {"person": ui.person}
    made.globals |= {
        "action": ui.action_html,
        "avatar": ui.avatar_html,
        "badge": ui.badge_html,
        "csrf_field": csrf_field,
        "date": ui.time_html,
        "icon": ui.icon_html,
        "kind_icon": ui.kind_icon,
        "local_now": localtime,
        "phone_link": ui.phone_html,
        "safe_address": ui.safe_address,
        "static": static,
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
