"""Forms of bulk actions on many customers at once; what each row needs is in the services."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.access import verbs
from crm.access.policies import policy_for
from crm.accounts.models import User
from crm.dictionaries import lookups
from crm.dictionaries.filters import ItemField
from crm.pool import rules
from crm.pool.choices import Kind
from crm.web.fields import RemoteSelectMultiple
from crm.web.widgets import MomentInput
from customers import categories
from customers.choices import GRADE, INDUSTRY, NATURE, SOURCE, LifeCycle, Way
from customers.models import Customer

#: People among whom customers are distributed at once.
MOST_PEOPLE = 50


class FieldsForm(forms.Form):
    """The same values for many customers; what is left empty stays as it is on each."""

    grade = ItemField(GRADE, label=_("Customer grade"))
    source = ItemField(SOURCE, label=_("Customer source"))
    nature = ItemField(NATURE, label=_("Customer nature"))
    industry = ItemField(
        INDUSTRY, label=_("Industry"), help_text=_("Only for enterprise customers.")
    )
    next_contact_at = forms.DateTimeField(
        label=_("Next contact"),
        required=False,
        widget=MomentInput(),
    )

    def __init__(self, *args: Any, actor: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, ItemField):
                field.choices = [("", _("Leave as it is")), *lookups.choices(field.dictionary)]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if not self.errors and not any(data.values()):
            raise forms.ValidationError(_("Choose at least one value."))
        return data


class DistributeForm(forms.Form):
    """Who gets the marked customers between them, and who is next."""

    people = forms.ModelMultipleChoiceField(
        User.objects.active(),
        label=_("Recipients"),
        widget=RemoteSelectMultiple("accounts:person_options"),
    )
    way = forms.ChoiceField(label=_("Way"), choices=Way.choices, initial=Way.ROUND_ROBIN)
    note = forms.CharField(label=_("Note"), max_length=200, required=False)

    def __init__(self, *args: Any, actor: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reach = policy_for(Customer).reach(actor, verbs.ASSIGN)
        if not reach.everything and not rules.administered(Kind.CUSTOMER, actor.pk):
            self.fields["people"].queryset = User.objects.active().filter(pk__in=reach.owners)

    def clean_people(self) -> list[User]:
        """In the order of their keys, so that every row of a job finds the same line."""
        people = self.cleaned_data["people"].order_by("pk")
        if len(people) > MOST_PEOPLE:
            raise forms.ValidationError(
                _("Choose at most %(count)d people.") % {"count": MOST_PEOPLE}
            )
        return list(people)


class ClassifyForm(forms.Form):
    """The class to put the marked customers into."""

    category = forms.TypedChoiceField(label=_("Classification"), coerce=int)

    def __init__(self, *args: Any, actor: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].choices = categories.choices()


class LifeCycleForm(forms.Form):
    """The stage to move the marked customers to."""

    life_cycle = forms.ChoiceField(label=_("Life cycle"), choices=LifeCycle.choices)

    def __init__(self, *args: Any, actor: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
