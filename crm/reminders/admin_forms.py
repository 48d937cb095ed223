"""The form of a reminder rule in the administration."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.reminders.models import ReminderRule
from crm.reminders.rules import RULES
from crm.web.administration import ServiceForm


class DaysField(forms.CharField):
    """Whole numbers of days, separated by commas; cleans to a list."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=40, required=False, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(map(str, value)) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[int]:
        text = super().clean(value)
        for mark in "，、;；":
            text = text.replace(mark, ",")
        parts = [part.strip() for part in text.split(",") if part.strip()]
        if not all(part.isascii() and part.isdecimal() and len(part) < 4 for part in parts):
            raise forms.ValidationError(_("Write days as whole numbers, separated by commas."))
        return [int(part) for part in parts]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)


class RuleForm(ServiceForm):
    """On or off, when, how long in advance, and the ladder; what a rule has no use for is gone."""

    steps = DaysField(
        label=gettext_lazy("Days in advance"),
        help_text=gettext_lazy("0 is the day itself; for example 0, 1, 3."),
    )
    escalation = DaysField(
        label=gettext_lazy("Escalation after days"),
        help_text=gettext_lazy("Owner, superior, superior's superior; for example 3, 5, 7."),
    )

    class Meta:
        model = ReminderRule
        fields = ("is_on", "at", "working_days", "steps", "escalation")
        widgets = {"at": forms.TimeInput({"type": "time"}, format="%H:%M")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in useless_fields(self.instance.code):
            self.fields.pop(name, None)


def useless_fields(code: str) -> set[str]:
    """Fields that a rule does not have."""
    kind = RULES.get(code)
    if kind is None:
        return set()
    found = set() if kind.escalation else {"escalation"}
    if not kind.has_time:
        return found | {"at", "steps", "working_days"}
    return found if kind.has_steps else found | {"steps"}
