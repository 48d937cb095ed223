"""Forms of tasks and appointments: fields, widgets, single-field checks; rules are in services."""

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from crm.accounts.models import User
from crm.activities.choices import Attitude
from crm.activities.forms import MomentField
from crm.activities.planning import links, times
from crm.activities.planning.choices import Repeat
from crm.activities.planning.fields import (
    DueField,
    GuestsField,
    PeopleField,
    SubjectField,
    due_text,
)
from crm.activities.planning.models import TEXT_LIMIT, Appointment, Task
from crm.activities.planning.services.appointments import Series, guests_of
from crm.core import clock
from crm.web.fields import RemoteChoiceField
from crm.web.forms import EntityForm

DATE = {"data-controller": "date", "data-kind": "date"}
HOUR = timedelta(hours=1)


class OwnerField(RemoteChoiceField):
    """The person who is to do it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(User.objects.active(), url_name="accounts:person_options", **kwargs)


class PlanForm(EntityForm):
    """What tasks and appointments share: owner and linked record are set on creation only."""

    def narrow(self) -> None:
        for name in ("subject", "guests"):
            if name in self.fields:
                self.fields[name].widget.actor = self.actor
        if self.instance.pk is None:
            self.initial.setdefault("owner", self.actor.pk)
            return
        for name in ("owner", "subject"):
            del self.fields[name]
        people = [person.pk for person in self.instance.participants.all()]
        self.initial["participants"] = people
        self.fields["participants"].keep(people)


class TaskForm(PlanForm):
    """Create and edit a task."""

    due_at = DueField(
        label=gettext_lazy("Due"), help_text=gettext_lazy("A day, or a day and a time.")
    )
    owner = OwnerField(label=gettext_lazy("Owner"))
    participants = PeopleField(label=gettext_lazy("Participants"))
    subject = SubjectField(label=gettext_lazy("Linked record"))
    items = forms.CharField(
        label=gettext_lazy("Checklist"),
        required=False,
        max_length=TEXT_LIMIT,
        widget=forms.Textarea({"rows": 4}),
        help_text=gettext_lazy("One step on each line."),
    )

    together = (("repeat", "repeat_until"),)
    sections = (
        {
            "title": "",
            "fields": ["title", "due_at", "priority", "owner", "participants", "subject"],
        },
        {"title": gettext_lazy("What to do"), "fields": ["description", "items"]},
        {
            "title": pgettext_lazy("task", "Repeat"),
            "collapsed": True,
            "fields": ["repeat", "repeat_until"],
        },
    )

    class Meta:
        model = Task
        fields = ("title", "priority", "owner", "description", "repeat", "repeat_until")
        widgets = {
            "title": forms.TextInput({"autocomplete": "off"}),
            "description": forms.Textarea({"rows": 3}),
            "repeat_until": forms.TextInput(DATE),
        }

    def narrow(self) -> None:
        super().narrow()
        task = self.instance
        if task.pk:
            self.initial["due_at"] = due_text(task.due_at, task.due_has_time)
            self.initial["items"] = "\n".join(item.text for item in task.items.all())

    def entity_values(self) -> dict[str, Any]:
        values = super().entity_values()
        due = values.pop("due_at", None)
        values |= {"due_at": due and due.at, "due_has_time": bool(due and due.has_time)}
        return values

    def task(self) -> Task:
        """The unsaved task."""
        return Task(**self.entity_values())

    def steps(self) -> list[str]:
        """The lines of the checklist."""
        return self.cleaned_data["items"].splitlines()


class AppointmentForm(PlanForm):
    """Plan and change an appointment."""

    starts_at = MomentField(hour=time(9), label=gettext_lazy("Starts at"), required=True)
    ends_at = MomentField(
        hour=time(10),
        label=gettext_lazy("Ends at"),
        help_text=gettext_lazy("Without an end it takes one hour."),
    )
    owner = OwnerField(label=gettext_lazy("Owner"))
    participants = PeopleField(label=gettext_lazy("Colleagues who take part"))
    subject = SubjectField(label=gettext_lazy("Linked record"))
    guests = GuestsField(label=gettext_lazy("Contacts who take part"))
    repeat = forms.ChoiceField(
        label=pgettext_lazy("appointment", "Repeat"), choices=Repeat.choices, required=False
    )
    repeat_until = forms.DateField(
        label=gettext_lazy("Repeat until"),
        required=False,
        widget=forms.TextInput(DATE),
        help_text=gettext_lazy("At most 60 times within a year."),
    )

    together = (("starts_at", "ends_at", "is_all_day"),)
    sections = (
        {
            "title": "",
            "fields": ["title", "kind", "starts_at", "ends_at", "is_all_day", "place", "subject"],
        },
        {
            "title": gettext_lazy("Who and what for"),
            "fields": ["guests", "participants", "owner", "purpose"],
        },
        {
            "title": pgettext_lazy("appointment", "Repeat"),
            "collapsed": True,
            "fields": ["repeat", "repeat_until"],
        },
    )

    class Meta:
        model = Appointment
        fields = ("title", "kind", "is_all_day", "place", "owner", "purpose")
        widgets = {
            "title": forms.TextInput({"autocomplete": "off"}),
            "purpose": forms.Textarea({"rows": 3}),
        }

    def narrow(self) -> None:
        super().narrow()
        row = self.instance
        if not row.pk:
            return
        for name in ("repeat", "repeat_until"):
            del self.fields[name]
        last = row.ends_at - timedelta(minutes=1) if row.is_all_day else row.ends_at
        for name, moment in (("starts_at", row.starts_at), ("ends_at", last)):
            self.initial[name] = self.fields[name].prepare_value(moment)
        self.initial["guests"] = [links.key_of(person) for person in guests_of(row)]

    def clean(self) -> dict[str, Any]:
        """The span: whole days, or an hour where no end is typed."""
        data = super().clean()
        start, end = data.get("starts_at"), data.get("ends_at")
        if start is None:
            return data
        if data.get("is_all_day"):
            first, last = _day(start), _day(end or start)
            data["starts_at"], data["ends_at"] = times.whole_days(first, max(first, last))
        elif end is None and "ends_at" not in self.errors:
            data["ends_at"] = start + HOUR
        return data

    def appointment(self) -> Appointment:
        """The unsaved appointment."""
        return Appointment(**self.entity_values())

    def series(self) -> Series:
        """How it comes back."""
        data = self.cleaned_data
        return Series(data.get("repeat") or Repeat.NONE, data.get("repeat_until"))


def _day(moment: datetime) -> Any:
    return moment.date()


class OutcomeForm(forms.Form):
    """What came of an appointment."""

    outcome = forms.CharField(
        label=pgettext_lazy("appointment", "Outcome"),
        max_length=TEXT_LIMIT,
        widget=forms.Textarea({"rows": 4}),
    )
    attitude = forms.ChoiceField(
        label=gettext_lazy("Customer attitude"),
        required=False,
        choices=[("", "—"), *Attitude.choices],
    )
    next_contact_at = MomentField(hour=time(9), label=gettext_lazy("Next contact"))

    def __init__(self, *args: Any, linked: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not linked:
            del self.fields["attitude"], self.fields["next_contact_at"]

    def clean_next_contact_at(self) -> datetime | None:
        """A next contact lies ahead."""
        moment = self.cleaned_data["next_contact_at"]
        if moment is not None and moment <= clock.now():
            raise forms.ValidationError(_("The next contact must lie in the future."))
        return moment


class AssignTaskForm(forms.Form):
    """Who is to do the marked tasks."""

    owner = OwnerField(label=gettext_lazy("New owner"))

    def __init__(self, *args: Any, actor: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
