"""Forms of the pool's administration: pools, caps, rules."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.accounts.admin.forms import TreesField
from crm.accounts.models import User
from crm.dictionaries import lookups
from crm.pool.choices import COUNTED, Rule
from crm.pool.models import OwnedCap, Pool, PoolRuleVersion
from crm.pool.registry import KINDS
from crm.pool.services.pools import columns_of
from crm.web import stale
from crm.web.administration import ServiceForm
from crm.web.fields import RemoteSelectMultiple

#: Dictionary of the grades that rules may tell apart.
GRADE = "customer_grade"
DAYS = {"min_value": 1, "max_value": 3650, "required": False}


class PeopleField(forms.ModelMultipleChoiceField):
    """Several people, found by typing."""

    def __init__(self, **kwargs: Any) -> None:
        widget = RemoteSelectMultiple("accounts:person_options")
        super().__init__(User.objects.active(), widget=widget, required=False, **kwargs)


class PoolForm(ServiceForm):
    """A pool, its people, and what its members do not see."""

    LISTS = ("members", "departments", "administrators")

    members = PeopleField(
        label=_("Members"), help_text=_("Without members and departments everybody takes part.")
    )
    departments = TreesField(label=_("Departments (with those below)"), required=False)
    administrators = PeopleField(
        label=_("Pool administrators"),
        help_text=_("They assign and delete what stands in the pool."),
    )
    hidden_columns = forms.MultipleChoiceField(
        label=_("Hidden columns"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Members do not see these before they claim. Two columns stay visible."),
    )

    class Meta:
        model = Pool
        fields = ("kind", "name", "is_active", "order", "members", "departments", "administrators",
                  "hidden_columns")  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["departments"].load()
        kinds = [(kind.code, kind.code.label) for kind in KINDS.values()]
        if "kind" in self.fields:
            self.fields["kind"].choices = kinds
        codes = [self.instance.kind] if self.instance.kind else [code for code, _label in kinds]
        names: dict[str, Any] = {}
        for code in codes:  # the first column, the name, always shows
            names |= dict(list(columns_of(code).items())[1:])
        self.fields["hidden_columns"].choices = list(names.items())

    def lists(self) -> dict[str, Any]:
        """The many-to-many lists, as services take them."""
        return {name: self.cleaned_data[name] for name in self.LISTS if name in self.cleaned_data}


class CapForm(ServiceForm):
    """A cap and whom it binds."""

    LISTS = ("people", "departments")

    people = PeopleField(
        label=_("People"), help_text=_("Without people and departments it binds everybody.")
    )
    departments = TreesField(label=_("Departments (with those below)"), required=False)

    class Meta:
        model = OwnedCap
        fields = ("kind", "purpose", "limit", "counts_deals", "people", "departments")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["departments"].load()
        if "kind" in self.fields:  # a reader without the right to change sees plain values
            kinds = [(kind.code, kind.code.label) for kind in KINDS.values()]
            self.fields["kind"].choices = kinds

    def lists(self) -> dict[str, Any]:
        """The many-to-many lists, as services take them."""
        return {name: self.cleaned_data[name] for name in self.LISTS if name in self.cleaned_data}


class RulesForm(forms.ModelForm):
    """The rules of a pool from tomorrow on; days by grade are fields of their own."""

    warn_days = forms.CharField(
        label=_("Days of advance warning"),
        required=False,
        help_text=_("Several steps with commas, for example 7, 3, 1."),
    )

    class Meta:
        model = PoolRuleVersion
        fields = (
            "claim_limit", "claim_gap_minutes", "former_owner_days", "new_entry_days",
            "protection_days", "protect_days", "protect_limit", "recycles", "follow_up_days",
            "opportunity_days", "deal_days",
            "ends_protection", "by_grade", "spares_deals", "spares_open_opportunities",
            "warn_days", "grace_days",
        )  # fmt: skip

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.has_grades = bool(KINDS[kind].grade_field)
        if not self.has_grades:
            del self.fields["by_grade"]
        stale.add_token(self, self.instance.pool)
        self.initial["warn_days"] = ", ".join(map(str, self.instance.warn_days))
        for name, label, days in self._grade_fields():
            self.fields[name] = forms.IntegerField(label=label, initial=days, **DAYS)

    def _grade_fields(self) -> list[tuple[str, str, int | None]]:
        """Name, label and stored days of each pair of grade and rule."""
        if not self.has_grades:
            return []
        return [
            (
                f"days_{value.code}_{rule}",
                _("%(grade)s: %(rule)s (days)") % {"grade": value.label, "rule": Rule(rule).label},
                self.instance.grade_days.get(value.code, {}).get(rule),
            )
            for value in lookups.items(GRADE)
            for rule in COUNTED
        ]

    def clean_warn_days(self) -> list[int]:
        """Whole numbers from 1 to 90, the largest first."""
        text = self.cleaned_data["warn_days"].replace("，", ",").replace("、", ",")
        parts = [part.strip() for part in text.split(",") if part.strip()]
        if not all(part.isdecimal() and 1 <= int(part) <= 90 for part in parts):
            raise forms.ValidationError(_("Write whole numbers from 1 to 90 with commas."))
        return sorted({int(part) for part in parts}, reverse=True)

    def clean(self) -> dict[str, Any]:
        """Gather the days by grade."""
        data = super().clean()
        grades: dict[str, dict[str, int]] = {}
        for name, _label, _days in self._grade_fields():
            code, rule = _parts(name)
            if data.get(name):
                grades.setdefault(code, {})[rule] = data[name]
        data["grade_days"] = grades
        return data

    def values(self) -> dict[str, Any]:
        """What `set_rules()` takes."""
        names = {*self.Meta.fields, "grade_days"}
        return {name: value for name, value in self.cleaned_data.items() if name in names}

    def sections(self) -> list[dict[str, Any]]:
        """Groups of fields for the page."""
        grades = [self[name] for name, _label, _days in self._grade_fields()]
        found = [
            (
                _("Claiming and protecting"),
                self.Meta.fields[:7],
                _("An empty number switches a rule off."),
            ),
            (_("Automatic recycling"), self.Meta.fields[7:12], ""),
            (_("Exemptions and warning"), self.Meta.fields[13:], ""),
        ]
        sections = [
            {"title": title, "text": text, "fields": [self[name] for name in names]}
            for title, names, text in found
        ]
        if grades:
            fields = [self["by_grade"], *grades]
            sections.insert(2, {"title": _("Days by grade"), "text": "", "fields": fields})
        return sections


def _parts(name: str) -> tuple[str, str]:
    """Grade and rule of `days_a_follow_up`; codes of grades may hold underscores themselves."""
    rule = next(rule for rule in COUNTED if name.endswith(f"_{rule}"))
    return name[len("days_") : -len(f"_{rule}")], rule.value
