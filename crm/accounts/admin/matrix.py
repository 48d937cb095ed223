"""The table of rights of a role: rows = models by area, columns = verbs, cells = scopes.

Here: the form and its layout. Who may save which table is decided by `crm.accounts.services`.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.apps import apps
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.access import policies, verbs
from crm.access.policies import Policy
from crm.access.scopes import Scope
from crm.accounts import tree
from crm.accounts.models import Department, Role
from crm.web.administration import ServiceForm

Grants = dict[tuple[str, str], tuple[str, list[Department]]]
MODEL_WIDE = (Scope.NONE, Scope.ALL)


@dataclass
class MatrixRow:
    """A model: one bound field or None per verb, and the chosen departments."""

    label: str
    cells: list[Any]
    departments: Any


@dataclass
class Area:
    """The models of one app."""

    label: str
    rows: list[MatrixRow] = field(default_factory=list)


def right_name(label: str, verb: str) -> str:
    """Name of the form field of a right."""
    return f"right-{label}-{verb}"


def departments_name(label: str) -> str:
    """Name of the form field with the chosen departments of a model's rights."""
    return f"departments-{label}"


def columns() -> list[str]:
    """The verbs that any model knows, in the order of the labels."""
    known = {verb for policy in policies.POLICIES.values() for verb in policy.rights}
    return [verb for verb in verbs.LABELS if verb in known]


class AllBox(forms.CheckboxInput):
    """A tick for rights that know only "None" and "All"."""

    def __init__(self) -> None:
        super().__init__(check_test=lambda value: value == Scope.ALL)

    def format_value(self, value: Any) -> str:
        return Scope.ALL.value

    def value_from_datadict(self, data: Any, files: Any, name: str) -> str:
        return Scope.ALL if data.get(name) == Scope.ALL else Scope.NONE


class ScopeField(forms.ChoiceField):
    """How far one right goes."""

    def __init__(self, policy: Policy, verb: str, *, initial: str, disabled: bool) -> None:
        scopes = Scope if policy.scoped else MODEL_WIDE
        model, right = policy.model._meta.verbose_name, verbs.LABELS[verb]
        super().__init__(
            label=f"{model}: {right}",
            choices=[(scope.value, scope.label) for scope in scopes],
            initial=initial,
            disabled=disabled,
            required=False,
            widget=forms.Select(attrs={"class": "matrix__scope"}) if policy.scoped else AllBox(),
        )
        self.widget.attrs["aria-label"] = self.label

    def clean(self, value: Any) -> str:
        return super().clean(value) or Scope.NONE


class RoleForm(ServiceForm):
    """Name and description of a role, and its whole table of rights."""

    #: Set by the administration: the role to copy, and whether the page only shows.
    source: Role | None = None
    shown_only = False

    class Meta:
        model = Role
        fields = ("name", "name_en", "description")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = self._held()
        departments = list(Department.objects.all())
        for label, policy in policies.POLICIES.items():
            self._add_row(label, policy, held, departments)
        if self.source is not None and not self.is_bound:
            self.initial["name"] = _("%(name)s (copy)") % {"name": self.source.name}
            self.initial["description"] = self.source.description

    def _held(self) -> dict[tuple[str, str], Any]:
        role = self.instance if self.instance.pk else self.source
        if role is None:
            return {}
        grants = role.grants.prefetch_related("departments")
        return {(grant.model, grant.verb): grant for grant in grants}

    def _add_row(
        self,
        label: str,
        policy: Policy,
        held: dict[tuple[str, str], Any],
        departments: list[Department],
    ) -> None:
        chosen: set[int] = set()
        for verb in policy.rights:
            grant = held.get((label, verb))
            scope = grant.scope if grant else Scope.NONE
            chosen |= {row.pk for row in grant.departments.all()} if grant else set()
            self.fields[right_name(label, verb)] = ScopeField(
                policy, verb, initial=scope, disabled=self.shown_only
            )
        if policy.scoped:
            picker = forms.ModelMultipleChoiceField(
                label=_("%(model)s: chosen departments")
                % {"model": policy.model._meta.verbose_name},
                queryset=Department.objects.all(),
                initial=sorted(chosen),
                required=False,
                disabled=self.shown_only,
                widget=forms.CheckboxSelectMultiple,
            )
            picker.choices = tree.choices(departments, empty=False)
            self.fields[departments_name(label)] = picker

    def clean(self) -> dict[str, Any]:
        """A right for chosen departments needs at least one."""
        data = super().clean()
        for label, policy in policies.POLICIES.items():
            scopes = {data.get(right_name(label, verb)) for verb in policy.rights}
            name = departments_name(label)
            if Scope.CHOSEN_DEPARTMENTS in scopes and not data.get(name):
                self.add_error(name, _("Choose at least one department."))
        return data

    def grants(self) -> Grants:
        """The table for `save_role`; rights without reach are left out."""
        found: Grants = {}
        for label, policy in policies.POLICIES.items():
            chosen = list(self.cleaned_data.get(departments_name(label)) or [])
            for verb in policy.rights:
                scope = self.cleaned_data[right_name(label, verb)]
                if scope != Scope.NONE:
                    picked = chosen if scope == Scope.CHOSEN_DEPARTMENTS else []
                    found[(label, verb)] = (scope, picked)
        return found

    def areas(self) -> list[Area]:
        """The table for the page: what people work with first, the system last."""
        heads = columns()
        grouped: dict[str, list[MatrixRow]] = defaultdict(list)
        for label, policy in policies.POLICIES.items():
            cells = [
                self[right_name(label, verb)] if verb in policy.rights else None for verb in heads
            ]
            picker = self[departments_name(label)] if policy.scoped else None
            row = MatrixRow(str(policy.model._meta.verbose_name), cells, picker)
            grouped[policy.model._meta.app_label].append(row)
        return [
            Area(str(config.verbose_name), grouped[config.label])
            for config in reversed(list(apps.get_app_configs()))
            if config.label in grouped
        ]


HELP = gettext_lazy(
    "A right reaches the rows of an owner. Several roles add up; the widest reach counts."
)
