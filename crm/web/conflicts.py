"""The conflict page: base, theirs and yours, field by field (`contracts.md` 1.9, F11).

All three are compared as what a browser would send for the field: lists of strings. So a date, a
tick and a list of tags need no rules of their own. The form kit sends the base along.
"""

import json
from typing import Any

from django import forms
from django.http import QueryDict

#: Fields of the kit itself, never asked about.
OWN = ("version", "base")


def sent_values(form: forms.BaseForm) -> dict[str, list[str]]:
    """What an untouched form would send, by field."""
    return {name: _sent(form[name]) for name in form.fields if name not in OWN}


def _sent(bound: forms.BoundField) -> list[str]:
    value, widget = bound.value(), bound.field.widget
    if isinstance(widget, forms.CheckboxInput):
        return ["on"] if widget.check_test(value) else []
    shown = widget.format_value(value)
    parts = shown if isinstance(shown, list | tuple) else [shown]
    return [str(part) for part in parts if part not in (None, "")]


def parse_base(text: str) -> dict[str, list[str]]:
    """The values that came back in `base`; nothing where somebody has tampered with them."""
    try:
        values = json.loads(text)
    except ValueError:
        return {}
    if not isinstance(values, dict):
        return {}
    return {name: _texts(parts) for name, parts in values.items() if isinstance(parts, list)}


def _texts(parts: list[Any]) -> list[str]:
    return [part for part in parts if isinstance(part, str)]


def asked(form: forms.BaseForm, theirs: dict[str, list[str]]) -> list[dict[str, Any]]:
    """The fields on which base, theirs and yours do not all agree, as the template shows them."""
    base, found = parse_base(form.data.get("base", "")), []
    for name, other in theirs.items():
        yours = form.data.getlist(form.add_prefix(name))
        seen = base.get(name, other)
        if _same(yours, other) and _same(other, seen):
            continue
        field = form.fields[name]
        found.append(
            {
                "name": name,
                "label": field.label,
                "base": _words(field, seen),
                "theirs": _words(field, other),
                "yours": _words(field, yours),
                "state": _state(seen, other, yours),
            }
        )
    return found


def _state(base: list[str], theirs: list[str], yours: list[str]) -> str:
    """Who changed the field: theirs, yours, both, or same where both chose alike."""
    if _same(yours, theirs):
        return "same"
    if _same(theirs, base):
        return "yours"
    return "theirs" if _same(yours, base) else "both"


def _same(one: list[str], other: list[str]) -> bool:
    return sorted(_plain(one)) == sorted(_plain(other))


def _plain(parts: list[str]) -> list[str]:
    """Without the marks that fields strip and browsers add."""
    cleaned = (part.replace("\r\n", "\n").strip() for part in parts)
    return [part for part in cleaned if part]


def _words(field: forms.Field, parts: list[str]) -> str:
    """Values as a person reads them: choices by their label."""
    if isinstance(field.widget, forms.CheckboxInput):
        return "✓" if _plain(parts) else ""
    return "、".join(_labels(field, _plain(parts)))


def _labels(field: forms.Field, parts: list[str]) -> list[str]:
    if isinstance(field, forms.ModelChoiceField):
        keys = [part for part in parts if part.isdecimal()]
        rows = {str(row.pk): str(row) for row in field.queryset.filter(pk__in=keys)}
        return [rows.get(part, part) for part in parts]
    choices = getattr(field.widget, "choices", ())
    labels = {str(key): str(label) for key, label in choices}
    return [labels.get(part, part) for part in parts]


def resend(
    form: forms.BaseForm, version: int, theirs: dict[str, list[str]]
) -> list[tuple[str, str]]:
    """Hidden pairs: everything typed, and theirs as the new base, so either can be picked."""
    own = [(name, part) for name in theirs for part in form.data.getlist(form.add_prefix(name))]
    return [("version", str(version)), ("base", json.dumps(theirs, ensure_ascii=False)), *own]


def picked(data: QueryDict) -> QueryDict:
    """The posted values after the choices of the page: `pick-<name>` is theirs or yours."""
    values = data.copy()
    theirs = parse_base(data.get("base", ""))
    for key in data:
        name = key.removeprefix("pick-")
        if key.startswith("pick-") and data[key] == "theirs" and name in theirs:
            values.setlist(name, theirs[name])
    return values
