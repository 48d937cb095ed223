"""Template tags of the design system: icons, badges, people, money, dates, fields, actions.

Each tag is a thin wrapper over a plain function (``icon_html``, ``badge_html`` …), because list
rows are rendered outside Django templates and need the same markup without the tag machinery.
Pages, views and queries do not live here.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from html import escape
from typing import Any

from django import template
from django.contrib.messages.storage.base import Message
from django.forms import BoundField, CheckboxInput, Textarea
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import is_aware, localtime, now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.web import fragments

register = template.Library()

BADGE_COLOURS = frozenset(
    {"blue", "azure", "indigo", "purple", "pink", "red", "orange", "yellow"}
    | {"lime", "green", "teal", "cyan", "gray", "tag"}
)
AVATAR_TONES = 6
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


@lru_cache(maxsize=512)
def icon_html(name: str, css: str = "") -> SafeString:
    """Return one decorative icon of the sprite; ``css`` is an extra class such as ``icon--lg``."""
    css_class = f"icon {css}" if css else "icon"
    sprite = static("icons.svg")
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}#{}"></use></svg>',
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
    if user is None:
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
    if not href:
        return format_html('<span class="tel">{}</span>', display)
    return format_html('<a class="tel" href="tel:{}">{}</a>', href, display)


def relative_text(moment: datetime) -> str:
    """Return "5 minutes ago", "today 10:00", "yesterday 10:00" or the date of an aware time."""
    local = localtime(moment)
    return _relative_text(local, now().astimezone(local.tzinfo))


def _relative_text(local: datetime, current: datetime) -> str:
    seconds = (current - local).total_seconds()
    if 0 <= seconds < 60:
        return _("just now")
    if 0 <= seconds < 3600:
        minutes = int(seconds // 60)
        return ngettext("%(n)s minute ago", "%(n)s minutes ago", minutes) % {"n": minutes}
    stamp = local.isoformat(" ", "minutes")
    days = (current.date() - local.date()).days
    if -1 <= days <= 1:
        return _near_day(days) % {"time": stamp[11:16]}
    return stamp[5:16] if local.year == current.year else stamp[:16]


def _near_day(days: int) -> str:
    if days == 0:
        return _("today %(time)s")
    return _("yesterday %(time)s") if days == 1 else _("tomorrow %(time)s")


def time_html(value: datetime | date | None, fmt: str = "datetime") -> SafeString:
    """Return a ``<time>``; ``fmt`` is datetime, date, short (no year if this one) or relative.

    The full date and time stands in the title unless shown, so a relative text is no riddle.
    """
    if not value:
        return mark_safe("")
    if not isinstance(value, datetime):
        return format_html('<time datetime="{0}">{0}</time>', value.isoformat())
    local = localtime(value) if is_aware(value) else value
    machine = local.isoformat(timespec="minutes")
    full = f"{machine[:10]} {machine[11:16]}"
    text = _time_text(local, full, fmt)
    # Lists print three times a row: no title where it would only add the year.
    title = "" if text.endswith(full[5:]) else f' title="{full}"'
    return mark_safe(  # noqa: S308 - digits of ours, and text that is escaped
        f'<time datetime="{machine}"{title}>{escape(text)}</time>'
    )


def _time_text(local: datetime, full: str, fmt: str) -> str:
    """Return the visible part of a time."""
    if fmt in ("relative", "short"):
        current = now().astimezone(local.tzinfo)
        if fmt == "relative":
            return _relative_text(local, current)
        return full[5:] if local.year == current.year else full[:10]
    return full[:10] if fmt == "date" else full


def text_html(text: object) -> SafeString:
    """Return escaped text; Django's `escape()` costs three times as much for lazy texts' sake."""
    return SafeString(escape(str(text)))


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


@register.inclusion_tag("components/action.html", takes_context=True)
def action(context: template.Context, item: Any, css: str = "btn") -> dict[str, Any]:
    """Draw one Action as link, dialog opener or small POST form."""
    style = _get(item, "style")
    classes = f"{css} {css}--{style}" if style else css
    return {"action": item, "css": classes, "csrf_token": context.get("csrf_token", "")}


@register.inclusion_tag("components/pager.html", takes_context=True)
def pager(context: template.Context, page: Any) -> dict[str, Any]:
    """Draw the pager of a list."""
    return {
        "pager": page,
        "frame": context.get("frame", {}),
        "csrf_token": context.get("csrf_token", ""),
    }


@register.simple_tag
def level_icon(level: str) -> SafeString:
    """Draw the icon of a message level."""
    return icon_html(LEVELS.get(level, LEVELS["info"])["icon"])


@register.inclusion_tag("components/empty.html", takes_context=True)
def empty_state(context: template.Context, state: Any) -> dict[str, Any]:
    """Draw an empty state: what belongs here, and the first action."""
    return {"empty": state, "csrf_token": context.get("csrf_token", "")}


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
def remembered(context: template.Context, name: str, *key: Any) -> SafeString:
    """Include a template that looks the same whenever the values of ``key`` do.

    Nothing personal: see `crm.web.fragments`.
    """
    return fragments.remember(
        (name, *map(str, key)),
        lambda: context.template.engine.get_template(name).render(context),
        maintained=False,
    )
