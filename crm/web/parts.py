"""What a page draws many times over: items of a timeline, rows of a panel.

Written out in Python, each costs a third of what a compiled template needs for it. What they
show is made by `crm.web.timeline` and `crm.web.panels`.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from crm.web.templatetags import ui
from crm.web.templatetags.ui import escaped, icon_html

Values = Mapping[str, Any]


def timeline_items(items: Iterable[Values], csrf_token: Any) -> SafeString:
    """Items one below the other; what one may hold stands in `generic/_timeline.html`."""
    written = ui.time_writer("relative")
    return SafeString("".join([_item(item, written, csrf_token) for item in items]))


def _item(item: Values, written: ui.TimeWriter, csrf_token: Any) -> str:
    get = item.get
    kind, pk = get("kind", ""), get("pk")
    pinned = " timeline__item--pinned" if get("pinned") else ""
    key = f' data-id="{escaped(pk)}"' if pk else ""
    return (
        f'<li class="timeline__item timeline__item--{escaped(kind)}{pinned}"{key}>\n'
        f'<span class="timeline__dot">{ui.kind_icon(kind)}</span><div>\n'
        f"{_head(item, written)}{_body(item)}{_files(get('files') or ())}"
        f"{_changes(get('changes') or ())}{_extra(item, csrf_token)}</div></li>\n"
    )


def _head(item: Values, written: ui.TimeWriter) -> str:
    """Who did what, and when."""
    get = item.get
    badges = "".join(
        [f"{ui.badge_html(mark['text'], mark.get('color'))}\n" for mark in get("badges") or ()]
    )
    about = get("about")
    other = f'<a href="{escaped(about["url"])}">{escaped(about["label"])}</a>' if about else ""
    pin = icon_html("pin") if get("pinned") else ""
    person = escaped(ui.person(get("actor", "")))
    actor = f'<span class="timeline__actor">{person}</span>\n' if person else ""
    return (
        f'<div class="timeline__head">{actor}'
        f'<span class="timeline__title">{escaped(get("title", ""))}</span>{badges}{other}{pin}'
        f'<span class="timeline__time">{written(get("at"))}</span></div>\n'
    )


def _body(item: Values) -> str:
    """What somebody typed, which htmx must not read."""
    body = item.get("body")
    if not body:
        return ""
    text = escaped(item.get("marked") or body)
    return f'<div class="timeline__body" hx-disable>{text}</div>'


def _files(files: Iterable[Values]) -> str:
    drawn = "".join([_file(file) for file in files])
    return f'<ul class="timeline__files">{drawn}</ul>' if drawn else ""


def _file(file: Values) -> str:
    name, preview = escaped(file["name"]), file["preview"]
    picture = (
        f'<img class="attached__image" src="{escaped(preview)}" alt="" loading="lazy"'
        ' width="32" height="32">'
        if preview
        else f'<span class="attached__kind" aria-hidden="true">{escaped(file["ending"][:4])}</span>'
    )
    return (
        f'<li><a class="filechip" href="{escaped(file["url"])}" download title="{name}">{picture}'
        f'<span class="filechip__name">{name}</span>'
        f'<span class="mute small">{escaped(file["size"])}</span></a></li>'
    )


def _changes(changes: Iterable[Values]) -> str:
    drawn = "".join([_change(change) for change in changes])
    return f'<div class="timeline__changes">{drawn}</div>' if drawn else ""


def _change(change: Values) -> str:
    old, new = escaped(change["old"] or "—"), escaped(change["new"] or "—")
    arrow = icon_html("arrow-right")
    return f"<div>{escaped(change['label'])}: <del>{old}</del> {arrow} <ins>{new}</ins>\n</div>"


def _extra(item: Values, csrf_token: Any) -> str:
    """The last line of an item: further words, records it is about, what can be done."""
    extra, links, actions = item.get("extra"), item.get("links"), item.get("actions")
    if not (extra or links or actions):
        return ""
    words = f"<span>{escaped(extra)}</span>" if extra else ""
    others = "".join(
        [f'<a href="{escaped(link["url"])}">{escaped(link["label"])}</a>' for link in links or ()]
    )
    return f'<div class="timeline__extra">\n{words}{others}{_actions(actions, csrf_token)}</div>'


def _actions(actions: Iterable[Any] | None, csrf_token: Any) -> str:
    small = "btn btn--ghost btn--small"
    return "".join([ui.action_html(each, small, csrf_token) for each in actions or ()])


def panel_rows(rows: Iterable[Values], csrf_token: Any) -> SafeString:
    """Rows of a panel; what one may hold stands in `generic/_panel_rows.html`."""
    dial = _("Dial")
    return SafeString("".join([_row(row, dial, csrf_token) for row in rows]))


def _row(row: Values, dial: str, csrf_token: Any) -> str:
    get = row.get
    title, url, meta, person = escaped(get("title", "")), get("url"), get("meta"), get("person")
    picture = f"{ui.avatar_html(person)}\n" if person else ""
    name = (
        f'<a class="rows__title" href="{escaped(url)}">{title}</a>\n'
        if url
        else f'<span class="rows__title">{title}</span>'
    )
    more = f'<span class="rows__meta">{escaped(meta)}</span>' if meta else ""
    return (
        f'<li class="rows__item">{picture}<div class="rows__main">{name}{more}</div>'
        f"{_row_end(row)}{_row_acts(row, f'{dial} {title}', csrf_token)}</li>"
    )


def _row_end(row: Values) -> str:
    """What stands at the right: a badge, an amount, a time."""
    badge, amount, at = row.get("badge"), row.get("amount"), row.get("at")
    return (
        (ui.badge_html(badge["text"], badge["color"]) if badge else "")
        + (f'<span class="rows__end">{escaped(amount)}</span>\n' if amount else "")
        + (f'<span class="rows__end mute">{ui.time_html(at, "short")}</span>' if at else "")
    )


def _row_acts(row: Values, label: str, csrf_token: Any) -> str:
    """What can be done with a row; `label` says whom the telephone calls."""
    tel, actions = row.get("tel"), row.get("actions")
    if not (tel or actions):
        return ""
    call = (
        f'<a class="btn btn--ghost btn--icon btn--small" href="tel:{escaped(tel)}"'
        f' aria-label="{label}">\n{icon_html("phone")}</a>'
        if tel
        else ""
    )
    return f'<span class="rows__acts">{call}{_actions(actions, csrf_token)}</span>'
