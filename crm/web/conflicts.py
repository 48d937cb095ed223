"""Two people edit one record: what can be merged, and the page that asks (`contracts.md` 1.9, F11).

Base, theirs and yours are compared as what a browser would send for the field: lists of strings.
So a date, a tick and a list of tags need no rules of their own. The form carries the base along,
signed for its record and version; a base that is not the one shown merges nothing: the page asks.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib.contenttypes.models import ContentType
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from crm.audit.models import Event
from crm.core import clock
from crm.core.errors import DomainError
from crm.core.messages import listed
from crm.core.rowkeys import keys_of

#: Fields of the kit itself, never asked about.
OWN = ("version", "base")
#: Other people's saves that a message names.
NAMED = 20
_signer = signing.Signer(salt="crm.web.conflicts")

Values = dict[str, list[str]]


@dataclass(frozen=True)
class Base:
    """What a form showed, and since when; nothing where that cannot be trusted."""

    values: Values
    since: datetime | None = None

    def state(self, name: str, theirs: list[str], yours: list[str]) -> str:
        """Who changed the field; one the form did not show was not changed by its reader."""
        if self.since and name not in self.values and not yours:
            return "theirs" if _plain(theirs) else "same"
        return _state(self.values.get(name), theirs, yours)


def sent_values(form: forms.BaseForm) -> Values:
    """What an untouched form would send, by field."""
    return {
        name: sent(bound.field, form[name].value())
        for name, bound in ((name, form[name]) for name in form.fields if name not in OWN)
    }


@dataclass(frozen=True)
class Theirs:
    """What stands in the record now, with the fields of both forms by name.

    `gone` are fields that only the sent form has: what was typed there has no place any more.
    """

    values: Values
    fields: dict[str, forms.Field]
    gone: frozenset[str]


def theirs_of(fresh: forms.BaseForm, form: forms.BaseForm) -> Theirs:
    """Theirs, read off a `fresh` form; empty for fields that only the sent `form` has."""
    gone = frozenset(form.fields) - set(fresh.fields)
    values: Values = {name: [] for name in form.fields if name in gone}
    return Theirs(values | sent_values(fresh), {**fresh.fields, **form.fields}, gone)


def sent(field: forms.Field, value: Any) -> list[str]:
    """What an untouched field with this value would send."""
    widget = field.widget
    shown = widget.format_value(value)
    if isinstance(widget, forms.CheckboxInput):
        return [shown or "on"] if widget.check_test(value) else []
    parts = shown if isinstance(shown, list | tuple) else [shown]
    return [str(part) for part in parts if part not in (None, "")]


def seal(row: models.Model, values: Values) -> str:
    """The base for a form of this row in this version: readable, but nobody else can make it."""
    made = [row._meta.label_lower, row.pk, row.version, clock.now().isoformat(), values]
    return _signer.sign(json.dumps(made, ensure_ascii=False))


def base_of(data: QueryDict, row: models.Model, prefix: str | None = None) -> Base:
    """The base that came back; empty where it is not that of this row and the sent version."""
    before = f"{prefix}-" if prefix else ""
    sent = data.get(f"{before}base", ""), data.get(f"{before}version")
    try:
        label, key, version, since, values = json.loads(_signer.unsign(sent[0]))
    except (signing.BadSignature, ValueError, TypeError):
        return Base({})
    if [label, key, str(version)] != [row._meta.label_lower, row.pk, sent[1]]:
        return Base({})
    return Base(values, parse_datetime(since))


def merged(form: forms.BaseForm, base: Base, theirs: Theirs, row: models.Model) -> Any:
    """Yours laid on theirs as sent values of the newest version of `row`.

    None where both changed the same field, or one of a group of the form's `together`, to
    different values, and where the base of a field is not known.
    """
    values = form.data.copy()
    for group in _groups(form, theirs.values):
        state = _state_of(group, form, base, theirs)
        if state == "both":
            return None
        for name in group if state == "theirs" else ():
            values.setlist(form.add_prefix(name), theirs.values[name])
    values["version"], values["base"] = str(row.version), seal(row, theirs.values)
    return values


def _groups(form: forms.BaseForm, theirs: Values) -> list[tuple[str, ...]]:
    """The fields, those that are one matter together."""
    joined = [tuple(name for name in group if name in theirs) for group in form.together]
    inside = {name for group in joined for name in group}
    return [*filter(None, joined), *((name,) for name in theirs if name not in inside)]


def _state_of(group: tuple[str, ...], form: forms.BaseForm, base: Base, theirs: Theirs) -> str:
    """`_state` of a matter: of several fields, both changed it where each changed one of them."""
    states = set()
    for name in group:
        yours = form.data.getlist(form.add_prefix(name))
        state = base.state(name, theirs.values[name], yours)
        states.add("both" if state == "yours" and name in theirs.gone else state)
    states -= {"same"}
    return states.pop() if len(states) == 1 else "both" if states else "same"


def changed_labels(base: Base, theirs: Theirs) -> list[str]:
    """The fields that others changed, as the form calls them."""
    values = theirs.values
    names = [name for name, now in values.items() if not _same(now, base.values.get(name, now))]
    return [str(theirs.fields[name].label) for name in names]


def last_writer(row: models.Model) -> Any:
    """Who changed the record last; None for the system."""
    last = events_of(row).select_related("actor").first()
    return last.actor if last else None


def events_of(row: models.Model) -> QuerySet:
    """What is logged of the record, newest first."""
    kind = ContentType.objects.get_for_model(row)
    return Event.objects.filter(subject_type=kind, subject_id=row.pk).order_by("-id")


def reasons(error: DomainError | ValidationError) -> list[str]:
    """Why a merged record was refused, in whole sentences."""
    return error.messages if isinstance(error, ValidationError) else [error.message]


def said_of_merge(row: models.Model, base: Base, labels: list[str]) -> str:
    """Who saved the record meanwhile, when, and what: the message after a merge."""
    events = events_of(row)
    recent = events.filter(at__gte=base.since) if base.since else events
    names = [name or _("System") for name in recent.values_list("actor__name", flat=True)[:NAMED]]
    values = {
        "people": listed(list(dict.fromkeys(names))) or _("somebody else"),
        "fields": listed(labels),
        "time": date_format(localtime(row.updated_at), "Y-m-d H:i"),
    }
    if labels:
        return (
            _("Meanwhile %(people)s changed %(fields)s (%(time)s). Both changes are kept.") % values
        )
    return (
        _("Meanwhile %(people)s also saved the record (%(time)s). Both changes are kept.") % values
    )


def asked(form: forms.BaseForm, base: Base, theirs: Theirs) -> list[dict[str, Any]]:
    """The fields on which base, theirs and yours do not all agree, as the template shows them."""
    values, found = theirs.values, []
    groups = _groups(form, values)
    states = {name: _state_of(group, form, base, theirs) for group in groups for name in group}
    for name, other in values.items():
        yours = form.data.getlist(form.add_prefix(name))
        seen = base.values.get(name, other)
        if _same(yours, other) and _same(other, seen):
            continue
        field = theirs.fields[name]
        found.append(
            {
                "name": name,
                "label": field.label,
                "base": words(field, seen),
                "theirs": words(field, other),
                "yours": words(field, yours),
                "state": states[name],
            }
        )
    return found


def _state(base: list[str] | None, theirs: list[str], yours: list[str]) -> str:
    """Who changed the field: theirs, yours, both, or same where nobody did or both alike."""
    if _same(yours, theirs):
        return "same"
    if base is None:
        return "both"
    if _same(theirs, base):
        return "yours"
    return "theirs" if _same(yours, base) else "both"


def _same(one: list[str], other: list[str]) -> bool:
    return sorted(_plain(one)) == sorted(_plain(other))


def _plain(parts: list[str]) -> list[str]:
    """Without the marks that fields strip and browsers add."""
    cleaned = (part.replace("\r\n", "\n").strip() for part in parts)
    return [part for part in cleaned if part]


def words(field: forms.Field, parts: list[str]) -> str:
    """Values as a person reads them: choices by their label."""
    if isinstance(field.widget, forms.CheckboxInput):
        return "✓" if _plain(parts) else ""
    return listed(_labels(field, _plain(parts)))


def _labels(field: forms.Field, parts: list[str]) -> list[str]:
    if isinstance(field, forms.ModelChoiceField):
        rows = {str(row.pk): str(row) for row in field.queryset.filter(pk__in=keys_of(parts))}
        return [rows.get(part, part) for part in parts]
    choices = getattr(field.widget, "choices", ())
    labels = {str(key): str(label) for key, label in choices}
    return [labels.get(part, part) for part in parts]


def resend(form: forms.BaseForm, row: models.Model, theirs: Values) -> list[tuple[str, str]]:
    """Hidden pairs: everything typed, and theirs as the new base, so either can be picked."""
    own = [(name, part) for name in theirs for part in form.data.getlist(form.add_prefix(name))]
    return [("version", str(row.version)), ("base", seal(row, theirs)), *own]


def picked(data: QueryDict, row: models.Model) -> QueryDict:
    """The posted values after the choices of the page: `pick-<name>` is theirs or yours."""
    values = data.copy()
    theirs = base_of(data, row).values
    for key in data:
        name = key.removeprefix("pick-")
        if key.startswith("pick-") and data[key] == "theirs" and name in theirs:
            values.setlist(name, theirs[name])
    return values
