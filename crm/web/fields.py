"""Form fields over many rows: options come from the server while typing, never as a full list.

Also the field that takes several files at once.
"""

from typing import Any

from django import forms
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _

from crm.core.rowkeys import keys_of

#: Options that a page holds at most; longer lists are fetched while typing.
FEW = 50


class RemoteSelect(forms.Select):
    """A select that holds only the chosen option; `url_name` answers as an AutocompleteView.

    `choose` answers as a ChooseView: a button beside the field opens it. `add` answers as a
    CreateView: what is typed and not found is made there, in a dialog, and chosen.
    """

    def __init__(
        self,
        url_name: str,
        attrs: dict[str, Any] | None = None,
        *,
        choose: str = "",
        add: str = "",
    ) -> None:
        super().__init__({"data-controller": "remote-select", **(attrs or {})})
        self.url_name = url_name
        self.choose = choose
        self.add = add

    def build_attrs(self, base_attrs: Any, extra_attrs: Any = None) -> dict[str, Any]:
        attrs = super().build_attrs(base_attrs, extra_attrs)
        attrs["data-url"] = reverse(self.url_name)
        if self.choose:
            attrs["data-choose"] = reverse(self.choose)
            attrs["data-choose-label"] = _("Choose from the list")
        if self.add:
            attrs["data-add"] = reverse(self.add)
        return attrs

    def optgroups(self, name: str, value: list[str], attrs: Any = None) -> list[Any]:
        """Only the chosen rows, read by key; the empty choice where none is needed."""
        chosen = keys_of(value)
        rows = self.choices.queryset.filter(pk__in=chosen) if chosen else ()
        options = (
            []
            if self.allow_multiple_selected
            else [("", self.attrs.get("data-empty", "—"), not chosen)]
        )
        options += [(row.pk, str(row), True) for row in rows]
        built = [
            self.create_option(name, key, label, selected, place, attrs=attrs)
            for place, (key, label, selected) in enumerate(options)
        ]
        return [(None, built, 0)]


class RemoteSelectMultiple(RemoteSelect, forms.SelectMultiple):
    """The same for several rows."""

    allow_multiple_selected = True


class RemoteChoiceField(forms.ModelChoiceField):
    """A row chosen by typing; the queryset says what may be chosen at all.

    With `add` a form of its own makes a new one, for those who may (`EntityForm`).
    """

    def __init__(
        self,
        queryset: models.QuerySet,
        *,
        url_name: str,
        choose: str = "",
        add: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(queryset, widget=RemoteSelect(url_name, choose=choose, add=add), **kwargs)


class LongSelect(forms.Select):
    """A select of a closed list: in full while it is short, else fetched while typing.

    `url_name` answers as an AutocompleteView; the field checks against its whole list.
    """

    def __init__(self, url_name: str, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.url_name = url_name

    @property
    def is_long(self) -> bool:
        """Whether the list is too long for a page."""
        return len(self.choices) > FEW

    def stays(self, key: Any, value: list[str]) -> bool:
        """Whether an option of a long list stands in the page: the empty and the chosen one."""
        return key == "" or str(key) in value

    def build_attrs(self, base_attrs: Any, extra_attrs: Any = None) -> dict[str, Any]:
        attrs = super().build_attrs(base_attrs, extra_attrs)
        if not self.is_long:
            return attrs
        return {**attrs, "data-controller": "remote-select", "data-url": reverse(self.url_name)}

    def optgroups(self, name: str, value: list[str], attrs: Any = None) -> list[Any]:
        """All options, or of a long list the empty and the chosen one."""
        whole = self.choices
        if not self.is_long:
            return super().optgroups(name, value, attrs)
        self.choices = [pair for pair in whole if self.stays(pair[0], value)]
        try:
            return super().optgroups(name, value, attrs)
        finally:
            self.choices = whole


class NamesWidget(forms.SelectMultiple):
    """Several names, new ones included; options come from `url_name`, values are the names."""

    def __init__(self, url_name: str) -> None:
        super().__init__({"data-controller": "remote-select", "data-create": ""})
        self.url_name = url_name

    def build_attrs(self, base_attrs: Any, extra_attrs: Any = None) -> dict[str, Any]:
        attrs = super().build_attrs(base_attrs, extra_attrs)
        return {**attrs, "data-url": reverse(self.url_name)}

    def optgroups(self, name: str, value: list[str], attrs: Any = None) -> list[Any]:
        """The chosen names only."""
        built = [
            self.create_option(name, text, text, True, place, attrs=attrs)
            for place, text in enumerate(part for part in value if part)
        ]
        return [(None, built, 0)]


class NamesField(forms.MultipleChoiceField):
    """A list of names such as tags; unknown ones are allowed and made by the service."""

    def __init__(self, *, url_name: str, max_length: int, **kwargs: Any) -> None:
        super().__init__(widget=NamesWidget(url_name), **kwargs)
        self.limit = max_length

    def validate(self, value: list[str]) -> None:
        if self.required and not value:
            raise forms.ValidationError(self.error_messages["required"], code="required")

    def clean(self, value: Any) -> list[str]:
        names = super().clean(value)
        return list(dict.fromkeys(name.strip()[: self.limit] for name in names if name.strip()))


class FilesInput(forms.ClearableFileInput):
    """A box to drop files on or to choose them from; without scripts the browser's own button."""

    allow_multiple_selected = True
    template_name = "components/files_input.html"

    def __init__(self, prompt: Any = "") -> None:
        super().__init__()
        self.prompt = prompt

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        found = super().get_context(name, None, attrs)
        return {**found, "prompt": self.prompt}


class FilesField(forms.FileField):
    """Several files; cleans to a list, empty where none was chosen. What is taken is the service's.

    `prompt` stands in the box.
    """

    wide = True

    def __init__(self, *, prompt: Any = "", **kwargs: Any) -> None:
        super().__init__(widget=FilesInput(prompt), allow_empty_file=True, **kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        sent = data if isinstance(data, list | tuple) else [data]
        files = [super(FilesField, self).clean(item, initial) for item in sent if item]
        if self.required and not files:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        return files
