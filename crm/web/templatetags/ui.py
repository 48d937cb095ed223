"""Template tags of the design system: icons, badges, people, money, dates, fields, actions.

Each tag is a thin wrapper over a plain function (``icon_html``, ``badge_html`` …), because list
rows are rendered outside Django templates and need the same markup without the tag machinery.
Pages, views and queries do not live here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property, lru_cache, partial
from html import escape
from typing import Any

from django import template
from django.contrib.messages.storage.base import Message
from django.forms import BoundField, CheckboxInput, Textarea
from django.template import engines
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import get_current_timezone, now
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from markupsafe import _escape_inner

from crm.core import context as work
from crm.core.messages import listed, sentences
from crm.web import fragments

register = template.Library()

BADGE_COLOURS = frozenset(
    {"blue", "azure", "indigo", "purple", "pink", "red", "orange", "yellow"}
    | {"lime", "green", "teal", "cyan", "gray", "tag"}
)
AVATAR_TONES = 6
#: Where links of records may lead, whatever was stored; without a scheme: within the product.
SCHEMES = frozenset({"http", "https", "mailto", "tel"})
_SCHEME = re.compile(r"([^/?#:]*):")
# The key "icon" is what the sprite builder looks for.
LEVELS = {
    "success": {"icon": "circle-check"},
    "info": {"icon": "info-circle"},
    "warning": {"icon": "alert-triangle"},
    "error": {"icon": "alert-circle"},
}
KINDS = {
    "follow_up": {"icon": "message"},
    "created": {"icon": "plus"},
    "changed": {"icon": "pencil"},
    "stage": {"icon": "git-branch"},
    "system": {"icon": "settings"},
    "ticket": {"icon": "ticket"},
    "call": {"icon": "phone"},
    "mail": {"icon": "mail"},
    "file": {"icon": "paperclip"},
}
UNDO_PREFIX = "undo:"
TWO_DAYS = 2 * 86_400  # seconds
_NO_TIME = SafeString("")


@lru_cache(maxsize=512)
def icon_html(name: str, css: str = "") -> SafeString:
    """Return one decorative icon of the sprite; ``css`` is an extra class such as ``icon--lg``."""
    css_class = f"icon {css}" if css else "icon"
    sprite = static("icons.svg")
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}#{}"/></svg>',
        css_class,
        sprite,
        name,
    )


def badge_html(text: object, color: str = "", icon: str = "", title: str = "") -> SafeString:
    """Return a coloured badge; an unknown colour is drawn grey rather than refused."""
    return _badge_html(str(text), color, icon, str(title))


@lru_cache(maxsize=2048)
def _badge_html(text: str, color: str, icon: str, title: str) -> SafeString:
    css = f"bg bg--{color}" if color in BADGE_COLOURS and color != "gray" else "bg"
    picture = icon_html(icon) if icon else ""
    tip = format_html(' title="{}"', title) if title else ""
    return format_html('<b class="{}"{}>{}{}</b>', css, tip, picture, text)


def person_name(user: Any) -> str:
    """Return the name to show for a user object, whatever of its names is filled."""
    if not user:
        return ""
    name = getattr(user, "display_name", "") or ""
    if not name and hasattr(user, "get_full_name"):
        name = user.get_full_name() or user.get_username()
    return str(name or user)


def initials(name: str, han: int = 1) -> str:
    """Return what stands in an empty avatar: the last ``han`` Han signs, else two capitals."""
    stripped = name.strip()
    if not stripped:
        return "?"
    if ord(stripped[-1]) > 0x2E80:
        return stripped[-han:] if len(stripped) > han else stripped[-1]
    words = stripped.split()
    return "".join(word[0] for word in words[:2]).upper()


def avatar_html(user: Any, size: str = "") -> SafeString:
    """Return the round picture of a person, or the initials on a tone that never changes."""
    name = person_name(user)
    url = getattr(user, "avatar_url", "") or ""
    css = f" avatar--{size}" if size and size != "sm" else ""
    if url:
        return format_html('<span class="avatar{}"><img src="{}" alt=""></span>', css, url)
    tone = sum(map(ord, name)) % AVATAR_TONES
    signs = 2 if size in ("lg", "xl") else 1
    return format_html(
        '<span class="avatar avatar--{}{}" aria-hidden="true">{}</span>',
        tone,
        css,
        initials(name, signs),
    )


def money_text(value: Decimal | float | None, places: int = 2) -> str:
    """Return an amount with thousands commas; empty for no value (the locale's grouping is off)."""
    if value is None or value == "":
        return ""
    return f"{Decimal(value):,.{places}f}"


def phone_html(display: str, href: str = "") -> SafeString:
    """Return a phone number; with ``href`` (digits) it can be dialled, without it is plain text."""
    if not display:
        return mark_safe("")
    text = escape(str(display))
    if not href:
        return SafeString(f'<span class="tel">{text}</span>')
    return SafeString(f'<a href="tel:{escape(str(href))}">{text}</a>')


class TimeWriter:
    """Draws ``<time>`` elements of one page: zone, present moment and words are looked up once.

    ``fmt`` is datetime, date, short (no year if this one) or relative. The full date and time
    stands in the title unless shown, so a relative text is no riddle.
    """

    def __init__(self, fmt: str = "datetime") -> None:
        self.fmt = fmt
        self.zone = get_current_timezone()
        self.now = now().astimezone(self.zone)
        self.year = f"{self.now.year:04}"

    def __call__(self, value: datetime | date | None) -> SafeString:
        """Return the element of an instant or a day; empty for None."""
        if not value:
            return _NO_TIME
        if not isinstance(value, datetime):
            day = value.isoformat()
            return SafeString(f'<time datetime="{day}">{day}</time>')
        local = value.astimezone(self.zone) if value.tzinfo else value
        machine = local.isoformat("T", "minutes")
        full = f"{machine[:10]} {machine[11:16]}"
        text = self.text(local, full)
        # Lists print three times a row: no title where it would only add the year.
        if text == full or text == full[5:]:
            return SafeString(f'<time datetime="{machine}">{text}</time>')
        title = "" if text.endswith(full[5:]) else f' title="{full}"'
        return SafeString(f'<time datetime="{machine}"{title}>{escape(text)}</time>')

    def text(self, local: datetime, full: str) -> str:
        """Return the visible part of a time in the page's zone."""
        if self.fmt == "relative":
            return self.relative(local, full)
        if self.fmt == "short":
            return full[5:] if full[:4] == self.year else full[:10]
        return full[:10] if self.fmt == "date" else full

    def relative(self, local: datetime, full: str) -> str:
        """Return "5 minutes ago", "today 10:00", "yesterday 10:00" or the date."""
        seconds = (self.now - local).total_seconds()
        if not -TWO_DAYS < seconds < TWO_DAYS:
            return full[5:] if full[:4] == self.year else full
        if 0 <= seconds < 60:
            return _("just now")
        if 0 <= seconds < 3600:
            minutes = int(seconds // 60)
            return ngettext("%(n)s minute ago", "%(n)s minutes ago", minutes) % {"n": minutes}
        days = (self.now.date() - local.date()).days
        if -1 <= days <= 1:
            return self.near_days[days] % {"time": full[11:]}
        return full[5:] if full[:4] == self.year else full

    @cached_property
    def near_days(self) -> dict[int, str]:
        """The words for the days around today, by the days that have passed."""
        return {
            0: _("today %(time)s"), 1: _("yesterday %(time)s"), -1: _("tomorrow %(time)s")
        }  # fmt: skip


def relative_text(moment: datetime) -> str:
    """Return "5 minutes ago", "today 10:00", "yesterday 10:00" or the date of an aware time."""
    writer = TimeWriter("relative")
    local = moment.astimezone(writer.zone)
    return writer.relative(local, local.isoformat(" ", "minutes")[:16])


def time_html(value: datetime | date | None, fmt: str = "datetime") -> SafeString:
    """Return a ``<time>`` as `TimeWriter` draws it."""
    return time_writer(fmt)(value)


def time_writer(fmt: str) -> TimeWriter:
    """Return the writer of these times that serves the request."""
    cache = work.request_cache()
    if cache is None:
        return TimeWriter(fmt)
    key = "time writer", fmt, get_current_timezone(), get_language()
    writer = cache.get(key)
    if writer is None:
        writer = cache[key] = TimeWriter(fmt)
    return writer


def escaped(value: object) -> str:
    """Return the value as `markupsafe.escape()` does, but without an object around it.

    Only for what is put into HTML at once: nothing marks the text as safe.
    """
    if type(value) is str:
        return _escape_inner(value)
    if hasattr(value, "__html__"):
        return value.__html__()
    return _escape_inner(str(value))


def text_html(text: object) -> SafeString:
    """Return escaped text; Django's `escape()` costs three times as much for lazy texts' sake."""
    return SafeString(escape(str(text)))


def safe_address(url: Any) -> str:
    """Return the address where a link may lead; empty for a scheme that runs something (T11)."""
    text = str(url or "")
    scheme = _SCHEME.match(text)
    return text if scheme is None or scheme[1].lower() in SCHEMES else ""


def action_html(item: Any, css: str, csrf_token: Any) -> SafeString:
    """Return one Action: a button that says why it is off, a small POST form, or a link.

    An Action has label, url, and as wanted: icon, name, style, disabled (the reason), method
    ("post"), confirm, dialog, with_query, hotkey.
    """
    get = item.get if isinstance(item, dict) else partial(getattr, item)
    style, picture = get("style", ""), get("icon", "")
    inside = f"{icon_html(picture) if picture else ''}{escaped(get('label', ''))}"
    start = f' class="{css} {css}--{escaped(style)}"' if style else f' class="{css}"'
    start += _attribute("data-action-name", get("name", ""))
    if reason := get("disabled", ""):
        title = _attribute("title", reason)
        html = f'<button{start} type="button" aria-disabled="true"{title}>{inside}</button>'
    elif get("method", "") == "post":
        html = (
            f'<form method="post"{_attribute("action", get("url", ""))}>'
            f'<input type="hidden" name="csrfmiddlewaretoken" value="{escaped(csrf_token)}">'
            f"<button{start}{_attribute('data-confirm', get('confirm', ''))}>{inside}</button>"
            "</form>"
        )
    else:
        start += _attribute("href", get("url", ""))
        start += ' data-action="dialog"' if get("dialog", "") else ""
        start += _attribute("data-hotkey", get("hotkey", ""))
        start += " data-with-query" if get("with_query", "") else ""
        html = f"<a{start}>{inside}</a>"
    return SafeString(html)


def _attribute(name: str, value: Any) -> str:
    """Return an attribute for a value that is not empty."""
    return f' {name}="{escaped(value)}"' if value else ""


def _get(source: Any, name: str, default: Any = "") -> Any:
    """Read a value from a dict or an object, as templates do."""
    if isinstance(source, dict):
        return source.get(name, default)
    return getattr(source, name, default)


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    """Draw an icon: ``{% icon "phone" %}``."""
    return icon_html(name, css)


@register.simple_tag
def badge(text: object, color: str = "", icon: str = "", title: str = "") -> SafeString:
    """Draw a badge: ``{% badge item.text item.color %}``."""
    return badge_html(text, color or "", icon or "", title or "")


@register.simple_tag
def avatar(user: Any, size: str = "") -> SafeString:
    """Draw a person's picture or initials."""
    return avatar_html(user, size)


@register.filter
def then(text: str, following: str) -> str:
    """Put a sentence behind another one: ``{{ first|then:second }}``."""
    return sentences([text, following])


@register.filter(name="listed")
def listed_words(parts: Iterable[object]) -> str:
    """Return words one after the other, by language: ``{{ roles|listed }}``."""
    return listed(parts)


@register.filter
def person(user: Any) -> str:
    """Return a person's name: ``{{ owner|person }}``; plain text passes through."""
    return user if isinstance(user, str) else person_name(user)


@register.simple_tag
def money(value: Any, places: int = 2) -> str:
    """Print an amount with thousands commas."""
    return money_text(value, places)


@register.simple_tag
def phone_link(display: str, href: str = "") -> SafeString:
    """Print a phone number, as link when it may be dialled."""
    return phone_html(display, href)


@register.simple_tag(name="date")
def date_tag(value: datetime | date | None, fmt: str = "datetime") -> SafeString:
    """Print a date or time: ``{% date item.at "relative" %}``."""
    return time_html(value, fmt)


@register.simple_tag
def kind_icon(kind: str) -> SafeString:
    """Draw the icon of a timeline kind."""
    return icon_html(KINDS.get(kind, KINDS["system"])["icon"])


@register.simple_tag
def field(bound: BoundField) -> SafeString:
    """Draw a form field with label, help and errors through the one field template."""
    return bound.as_field_group()


@register.filter
def field_css(bound: BoundField) -> str:
    """Return the classes of a field's box: wide for long texts, check for single check boxes."""
    widget = bound.field.widget
    css = ["field"]
    if isinstance(widget, Textarea) or getattr(bound.field, "wide", False):
        css.append("field--wide")
    if isinstance(widget, CheckboxInput):
        css.append("field--check")
    return " ".join(css)


@register.simple_tag(takes_context=True)
def action(context: template.Context, item: Any, css: str = "btn") -> SafeString:
    """Draw one Action as link, dialog opener or small POST form."""
    return action_html(item, css, context.get("csrf_token", ""))


@register.simple_tag(takes_context=True)
def pager(context: template.Context, page: Any) -> SafeString:
    """Draw the pager of a list."""
    return _draw("components/pager.html", {**context.flatten(), "pager": page})


@register.simple_tag(takes_context=True)
def compiled(context: template.Context, name: str, **values: Any) -> SafeString:
    """Include a Jinja2 template with the values of this page and some more."""
    return _draw(name, {**context.flatten(), **values})


def _draw(name: str, values: dict[str, Any]) -> SafeString:
    html = engines["jinja2"].env.get_template(name).render(values)  # type: ignore[attr-defined]
    return mark_safe(html)  # noqa: S308 - Jinja2 has escaped every value


@register.simple_tag
def level_icon(level: str) -> SafeString:
    """Draw the icon of a message level."""
    return icon_html(LEVELS.get(level, LEVELS["info"])["icon"])


@register.simple_tag(takes_context=True)
def empty_state(context: template.Context, state: Any) -> SafeString:
    """Draw an empty state: what belongs here, and the first action."""
    return _draw("components/empty.html", {**context.flatten(), "empty": state})


@register.inclusion_tag("components/toasts.html", takes_context=True)
def messages_region(context: template.Context, messages: Any) -> dict[str, Any]:
    """Draw the live region with the messages the server left for this page."""
    toasts = [_toast(message) for message in messages or ()]
    return {"toasts": toasts, "csrf_token": context.get("csrf_token", "")}


def _toast(message: Message) -> dict[str, str]:
    """Turn a Django message into a toast; ``extra_tags="undo:/path/"`` offers the undo."""
    level = message.level_tag if message.level_tag in LEVELS else "info"
    extra = message.extra_tags or ""
    undo = extra.removeprefix(UNDO_PREFIX) if extra.startswith(UNDO_PREFIX) else ""
    return {
        "text": str(message.message),
        "level": level,
        "icon": LEVELS[level]["icon"],
        "undo_url": undo,
    }


@register.simple_tag(takes_context=True)
def topbar(context: template.Context) -> SafeString:
    """Draw the top bar: kept for everybody with the same menu, filled in for the reader."""
    values = context.flatten()
    frame, user = values.get("frame") or {}, values.get("user")
    menu = values.get("quick_create") or ()
    shared = {
        "frame": frame,
        "quick_create": menu,
        "theme": values.get("theme"),
        "language": get_language(),
    }
    request = values.get("request")
    own = {
        "bell": _draw("components/_bell.html", values) if frame.get("notifications") else "",
        "avatar": avatar_html(user, "md"),
        "large_avatar": avatar_html(user, "lg"),
        "name": person_name(user),
        "department": _get(user, "department_name"),
        "next": request.get_full_path() if request else "",
        "csrf_token": values.get("csrf_token", ""),
    }
    key = "topbar", shared["theme"], tuple(item["url"] for item in menu), tuple(frame.values())
    return fragments.filled(
        key, lambda marks: _draw("components/_topbar.html", shared | marks), own, maintained=False
    )


@register.simple_tag(takes_context=True)
def remembered(context: template.Context, name: str, *key: Any) -> SafeString:
    """Include a template that looks the same whenever the values of ``key`` do.

    Nothing personal: see `crm.web.fragments`.
    """
    return fragments.remember(
        (name, *map(str, key)),
        lambda: context.template.engine.get_template(name).render(context),
        maintained=False,
    )
