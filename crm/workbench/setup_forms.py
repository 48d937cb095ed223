"""Forms of the guided start."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.accounts import department_text
from crm.accounts.models import Department
from crm.core.errors import InvalidValue
from crm.dictionaries.admin_forms import NumberRuleForm, SettingsForm
from crm.dictionaries.models import NumberRule
from crm.web import stale


class CompanyForm(SettingsForm):
    """Name and abbreviation of the company."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, only=("company_name", "company_short", "site_name"), **kwargs)
        self.fields["company_name"].required = True


class DepartmentsForm(forms.Form):
    """The organisation as an indented list."""

    tree = forms.CharField(
        label=gettext_lazy("Departments"),
        required=False,
        strip=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false"}),
        help_text=gettext_lazy(
            "One department a line; indent those that stand below another. Existing departments"
            " stay; rename or move them in the administration."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        present = list(Department.objects.all())
        example = "\n".join((_("Sales"), department_text.INDENT + _("East region"), _("Service")))
        self.fields["tree"].initial = department_text.to_text(present)
        self.fields["tree"].widget.attrs["placeholder"] = example

    def clean_tree(self) -> list[tuple[str, ...]]:
        """The paths, parents first."""
        try:
            return department_text.parse(self.cleaned_data["tree"])
        except InvalidValue as error:
            raise forms.ValidationError(error.message) from error


class MailForm(forms.Form):
    """Where a test mail goes."""

    address = forms.EmailField(label=gettext_lazy("Send a test mail to"))


def rule_forms(data: Any = None) -> list[NumberRuleForm]:
    """One form per number rule; bound to `data` where given."""
    return [
        NumberRuleForm(data, instance=rule, prefix=f"rule-{rule.pk}")
        for rule in NumberRule.objects.all()
    ]


def lay_on_the_newest(forms: list[NumberRuleForm]) -> None:
    """Put what was typed on the rules as they are now, where somebody has saved them meanwhile."""
    for sent, fresh in zip(forms, rule_forms(), strict=True):
        if stale.is_late(sent, fresh.instance):
            stale.lay_in_place(sent, fresh)
