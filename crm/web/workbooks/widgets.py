"""What a cell means: converters of import-export that follow the rules of our forms.

Here: one cell in, a value or ValueError with the reason in words, and the way back. Not here:
which columns a table has (`resources`).
"""

from collections.abc import Callable, Hashable, Iterable
from functools import cached_property
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from import_export.fields import Field
from import_export.widgets import Widget

from crm.core import text
from crm.core.messages import listed, sentences
from crm.core.notes import shown

#: A value, its name, and other spellings of it.
Word = tuple[Hashable, Any, tuple[str, ...]]
#: So many allowed values are named where a cell has another one.
NAMED = 20
YES_NO: tuple[Word, ...] = (
    (True, gettext_lazy("Yes"), ("true", "1")),
    (False, gettext_lazy("No"), ("false", "0")),
)


def cell_text(cell: Any) -> str:
    """What a cell says, fit to be stored. Raises ValueError where that cannot be told."""
    cleaned = text.clean_text(cell, multiline=True)
    if cleaned.dropped:
        raise ValueError(sentences(note.text() for note in cleaned.notes))
    return cleaned.value or ""


def in_all_languages(label: Any) -> set[str]:
    """A label as readers of each language know it."""
    found = set()
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            found.add(str(label))
    return found


class FormWidget(Widget):
    """Judged by the field that stands in forms: the same limits, the same sentences."""

    def __init__(self, field: forms.Field) -> None:
        super().__init__(coerce_to_string=False)
        self.field = field

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        try:
            return self.field.clean(cell_text(value))
        except ValidationError as error:
            raise ValueError(sentences(error.messages)) from error

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Any:
        return "" if value is None else value


class WordWidget(Widget):
    """One of a list of words: a colour, yes or no, a record by its name."""

    def __init__(self, words: Callable[[], Iterable[Word]], *, required: bool = True) -> None:
        super().__init__()
        self.words = words
        self.required = required

    @cached_property
    def found(self) -> list[Word]:
        """The words, read once a file."""
        return list(self.words())

    @cached_property
    def known(self) -> dict[str, Any]:
        """Every spelling of one value; codes win over names, a name of several means none."""
        names: dict[str, list[Any]] = {}
        for value, label, _others in self.found:
            for spelling in {_fold(word) for word in in_all_languages(label)}:
                names.setdefault(spelling, []).append(value)
        codes = {_fold(word): value for value, _label, others in self.found for word in others}
        return {name: values[0] for name, values in names.items() if len(values) == 1} | codes

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        word = cell_text(value)
        if not word:
            if self.required:
                raise ValueError(forms.Field.default_error_messages["required"])
            return None
        if _fold(word) not in self.known:
            raise ValueError(self._unknown(word))
        return self.known[_fold(word)]

    def _unknown(self, word: str) -> str:
        refusal = _("“%(value)s” is not one of the allowed values.") % {"value": shown(word)}
        if len(self.found) > NAMED:
            return refusal
        names = listed(label for _value, label, _others in self.found)
        return sentences([refusal, _("Allowed: %(names)s.") % {"names": names}])

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return str(next((label for known, label, _ in self.found if known == value), ""))


def _fold(word: str) -> str:
    return word.strip().casefold()


def widget_for(column: models.Field) -> Widget:
    """What reads and writes a plain column of a model."""
    if isinstance(column, models.BooleanField):
        return WordWidget(lambda: YES_NO)
    if column.choices:
        return WordWidget(lambda: [(value, name, (str(value),)) for value, name in column.choices])
    limits = {}
    if isinstance(column, models.PositiveSmallIntegerField):
        limits = {"min_value": 0, "max_value": 32767}  # PostgreSQL's; SQLite takes any
    return FormWidget(column.formfield(**limits))


class CellField(Field):
    """A column; a cell that says what is stored changes nothing, whatever today's rules are."""

    def save(self, instance: Any, row: Any, is_m2m: bool = False, **kwargs: Any) -> None:
        cell = text.to_text(row[self.column_name])
        if instance.pk is None or cell != text.to_text(self.export(instance)):
            super().save(instance, row, is_m2m, **kwargs)
