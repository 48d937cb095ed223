"""Forms about single pooled records: release, assign, claim."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.access import verbs
from crm.access.policies import policy_for
from crm.accounts.models import User
from crm.dictionaries import lookups
from crm.dictionaries.models import Item
from crm.pool import registry, rules
from crm.pool.choices import RELEASE_REASON
from crm.pool.services.claiming import NO_REASON
from crm.web.fields import RemoteChoiceField


class ReleaseForm(forms.Form):
    """Why a record is put into the pool: a reason of the dictionary, words, or both."""

    reason = forms.TypedChoiceField(label=_("Reason"), coerce=int, empty_value=None, required=False)
    note = forms.CharField(
        label=_("Explanation"),
        max_length=500,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )

    def __init__(self, *args: Any, actor: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = [("", "—"), *lookups.choices(RELEASE_REASON)]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if not data.get("reason") and not (data.get("note") or "").strip():
            self.add_error("reason", _("Choose a reason, or write one."))
        return data

    def chosen(self) -> Item | None:
        """The reason's row."""
        return Item.objects.filter(pk=self.cleaned_data["reason"]).first()


class ProtectForm(forms.Form):
    """For how many days records are protected; the rules say the most."""

    days = forms.IntegerField(label=_("Days of protection"), min_value=1, max_value=3650)

    def __init__(self, *args: Any, actor: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)


class GiveForm(forms.Form):
    """Base for giving records to somebody, or to nobody with a reason: fields `owner`, `note`."""

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        chosen = data.get("owner") or "owner" in self.errors
        if not chosen and not (data.get("note") or "").strip():
            self.add_error("note", NO_REASON)
        return data


class PoolAssignForm(forms.Form):
    """The person who gets records out of the pool."""

    owner = RemoteChoiceField(
        User.objects.active(), url_name="accounts:person_options", label=_("New owner")
    )
    note = forms.CharField(label=_("Note"), max_length=200, required=False)

    #: Set by subclasses: the model of the records.
    model: Any = None

    def __init__(self, *args: Any, actor: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reach = policy_for(self.model).reach(actor, verbs.ASSIGN)
        kind = registry.kind_of(self.model).code
        if not reach.everything and not rules.administered(kind, actor.pk):
            self.fields["owner"].queryset = User.objects.active().filter(pk__in=reach.owners)
