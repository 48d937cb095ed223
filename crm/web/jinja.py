"""The Jinja2 environment: parts of pages that are drawn often (`templates/jinja`).

Compiled to Python they cost a fifth of the same part in Django's language (`performance.md` 4).
Frame, lists, panels and timelines stand there; forms and single pages stay Django templates and
take such a part in with `{% compiled "components/…" %}`.
"""

from typing import Any

from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext, ngettext, npgettext, pgettext
from jinja2 import ChainableUndefined, Environment

from crm.web.templatetags import ui


def environment(**options: Any) -> Environment:
    """Compiled once a process; every value is escaped unless it is marked safe."""
    made = Environment(  # noqa: S701 - escaping is on
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
    made.filters |= {"person": ui.person}
    made.globals |= {
        "action": ui.action_html,
        "avatar": ui.avatar_html,
        "badge": ui.badge_html,
        "column_menu": ui.column_menu,
        "csrf_field": csrf_field,
        "date": ui.time_html,
        "icon": ui.icon_html,
        "kind_icon": ui.kind_icon,
        "local_now": localtime,
        "phone_link": ui.phone_html,
        "static": static,
    }
    return made


def csrf_field(token: Any) -> SafeString:
    """The hidden field of a form that posts."""
    return format_html('<input type="hidden" name="csrfmiddlewaretoken" value="{}">', token)
