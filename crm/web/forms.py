"""Base of entity forms: narrowed choices, the version token, values as a change set.

Forms parse and show. What needs a second row is a rule of the service, whose DomainError comes
back beside its field (`add_domain_error`).
"""

import copy
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.forms.models import construct_instance

from crm.access import policies, verbs
from crm.core.errors import DomainError
from crm.web import conflicts


class EntityForm(forms.ModelForm):
    """A ModelForm that knows its actor and never saves by itself.

    `version` is the conflict token, `base` the values the actor saw, for a merge with what others
    save meanwhile. `together` names fields that are one matter: two people's are never mixed.
    """

    together: ClassVar[tuple[tuple[str, ...], ...]] = ()

    version = forms.IntegerField(widget=forms.HiddenInput)
    base = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, actor: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        self.is_prefilled = bool(kwargs.get("initial"))
        for name in self.masked_fields():
            self.fields.pop(name, None)
        self.narrow()
        self._narrow_new()
        if self.instance.pk:
            self.fields["version"].initial = self.instance.version
            self.fields["base"].initial = self.seen()
        else:
            del self.fields["version"], self.fields["base"]

    def narrow(self) -> None:
        """Limit choice fields to what the actor may choose."""

    def _narrow_new(self) -> None:
        """Only who may make a record is offered to make one while choosing."""
        for field in self.fields.values():
            if getattr(field.widget, "add", "") and not policies.can(
                self.actor, verbs.ADD, field.queryset.model
            ):
                field.widget.add = ""

    def masked_fields(self) -> list[str]:
        """Fields left out because the actor sees them masked: a mask is never saved."""
        return []

    def seen(self) -> str:
        """The stored values as the form opened shows them, for a merge and the conflict page.

        Masked fields are not in it. A form that opens with something else typed already (a draft)
        still starts from what is stored.
        """
        if self.is_bound:
            return ""
        stored = type(self)(instance=self.instance, actor=self.actor) if self.is_prefilled else self
        return conflicts.seal(self.instance, conflicts.sent_values(stored))

    def entity_values(self) -> dict[str, Any]:
        """Cleaned values of the model's own columns; relations by row or by key."""
        columns = {field.name for field in self._meta.model._meta.concrete_fields} - {"version"}
        return {name: value for name, value in self.cleaned_data.items() if name in columns}

    def add_domain_error(self, error: DomainError | ValidationError) -> None:
        """Show a service's refusal beside its field, or above the form."""
        if isinstance(error, ValidationError):
            known = getattr(error, "error_dict", None)
            if known is None:
                self.add_error(None, error)
                return
            for name, errors in known.items():
                self.add_error(name if name in self.fields else None, errors)
            return
        field = error.field if error.field in self.fields else None
        self.add_error(field, error.message)

    def _post_clean(self) -> None:
        """Put the values on a copy: the service compares them with the untouched record.

        Fields have checked themselves by now, and rules beyond one field are the service's.
        Browsers send line breaks as CR LF; kept so, an untouched text would count as changed.
        """
        for name, value in self.cleaned_data.items():
            if isinstance(value, str):
                self.cleaned_data[name] = value.replace("\r\n", "\n")
        candidate = copy.copy(self.instance)
        construct_instance(self, candidate, self._meta.fields, self._meta.exclude)
        if self.instance.pk is None:
            self.instance = candidate
