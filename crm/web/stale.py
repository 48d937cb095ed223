"""A late save on a page that stays: yours kept, theirs beside it, and a way on without retyping.

For pages without a conflict page of their own: the administration, settings, tables of rows. What
only others changed is taken over, what both changed is kept as typed and named; the form carries
the newest version from then on, so that saving again is a decision (`docs/decisions/0020`).
Comparing and sealing are in `crm.web.conflicts`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.db import models
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.core.messages import listed, sentences
from crm.web import conflicts

#: Not the sentence of other refusals, which asks to load the page anew: that would lose the input.
LATE = gettext_lazy("Saving failed: somebody else has saved this page while you were editing.")
KEPT = gettext_lazy(
    "What you typed is still here, and what was stored meanwhile stands beside it. "
    "Save again to keep yours."
)


class BaseField(forms.CharField):
    """The sealed values that a form showed; never a change by itself."""

    widget = forms.HiddenInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return False


@dataclass
class Laid:
    """What became of a form: notes by field, and the labels of what was taken over."""

    notes: dict[str, str] = field(default_factory=dict)
    taken: list[str] = field(default_factory=list)


def add_token(form: forms.ModelForm, row: models.Model | None = None) -> None:
    """Have a form carry the version of its record, or of `row`, and the values it shows."""
    row = row or form.instance
    form.fields["version"] = forms.IntegerField(widget=forms.HiddenInput, initial=row.version)
    form.fields["base"] = BaseField(
        initial=lambda: conflicts.seal(row, conflicts.sent_values(form))
    )


def is_late(form: forms.BaseForm, row: models.Model) -> bool:
    """Whether a sent form showed another version than the newest `row`."""
    return form.data.get(form.add_prefix("version")) != str(row.version)


def lay(
    form: forms.BaseForm, fresh: forms.BaseForm, data: QueryDict, row: models.Model | None = None
) -> Laid:
    """Put yours on the newest version, which `fresh` shows, by writing into the sent `data`.

    `row` is whose version the forms carry, by default the record of `fresh`.
    """
    row, laid = row or fresh.instance, Laid()
    base = conflicts.base_of(form.data, row, form.prefix)
    theirs = conflicts.theirs_of(fresh, form)
    for name, now in theirs.values.items():
        if name in theirs.gone or theirs.fields[name].disabled:
            continue
        key = form.add_prefix(name)
        state = base.state(name, now, form.data.getlist(key))
        if state == "theirs":
            data.setlist(key, now)
            laid.taken.append(str(theirs.fields[name].label))
        elif state == "both":
            laid.notes[name] = said_beside(conflicts.words(theirs.fields[name], now))
    data[form.add_prefix("version")] = str(row.version)
    data[form.add_prefix("base")] = conflicts.seal(row, theirs.values)
    return laid


def lay_in_place(
    form: forms.BaseForm, fresh: forms.BaseForm, row: models.Model | None = None
) -> None:
    """The same for a form that is shown again as it is, with its notes beside the fields."""
    data = form.data.copy()
    laid = lay(form, fresh, data, row)
    form.data = data
    say(form, laid)


def say(form: forms.BaseForm, laid: Laid) -> None:
    """Put the notes beside the fields, and why nothing was saved above them."""
    for name, text in laid.notes.items():
        form.add_error(name, text)
    form.add_error(None, refusal([laid]))


def said_beside(text: str) -> str:
    """What stands in the record now, beside a field that both have changed."""
    return _("Stored meanwhile: %(value)s") % {"value": text or "—"}


def refusal(parts: Iterable[Laid]) -> str:
    """Why nothing was saved, what was taken over, and how to go on."""
    taken = list(dict.fromkeys(label for part in parts for label in part.taken))
    values = {"fields": listed(taken)}
    said = _("Taken over from the others: %(fields)s.") % values if taken else ""
    return sentences([LATE, said, KEPT])
