"""The form of a follow-up: the composer on a record's page, the dialog on lists, the edit page."""

import secrets
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.accounts.models import User
from crm.activities import links, people, related
from crm.activities.anchors import anchors_of
from crm.activities.choices import METHOD
from crm.activities.models import MOST_MINUTES, TEXT_LIMIT, FollowUp
from crm.activities.related import Related
from crm.activities.services import Said
from crm.activities.subjects import subject_for
from crm.core import clock
from crm.core.dates import parse_date, parse_datetime
from crm.dictionaries import lookups
from crm.dictionaries.filters import ItemField
from crm.web.fields import FilesField, RemoteChoiceField, RemoteSelect
from crm.web.forms import EntityForm
from crm.web.navigation import address
from crm.web.widgets import MomentInput

#: The hour of a day that is given without one.
MORNING, NOON = time(9), time(12)
WORDS = {
    "今天": 0,
    "today": 0,
    "明天": 1,
    "tomorrow": 1,
    "后天": 2,
    "大后天": 3,
    "昨天": -1,
    "yesterday": -1,
}
TOMORROW, IN_THREE_DAYS, NEXT_MONDAY = "tomorrow", "three", "monday"


def options_url(subject: Any, name: str) -> str:
    """Where the options of a picker on this record come from."""
    return address("activities:related_options", subject._meta.label_lower, subject.pk, name)


class MomentField(forms.CharField):
    """A day, with or without a time, in any usual form; cleans to an aware instant or None."""

    def __init__(self, *, hour: time, **kwargs: Any) -> None:
        self.hour = hour
        kwargs.setdefault("required", False)
        kwargs["widget"] = MomentInput()
        super().__init__(max_length=40, **kwargs)

    def clean(self, value: Any) -> datetime | None:
        text = super().clean(value)
        if not text:
            return None
        if text.casefold() in WORDS:
            return self.at(WORDS[text.casefold()])
        zone = timezone.get_current_timezone()
        moment, day = parse_datetime(text, zone=zone), parse_date(text)
        if moment.value is None:
            raise ValidationError(_("“%(value)s” is not understood as a date.") % {"value": text})
        if day.notes or ":" in text or "：" in text:
            return moment.value
        return datetime.combine(day.value, self.hour, tzinfo=zone)

    def at(self, days: int) -> datetime:
        """So many days from today at the field's hour."""
        return clock.at_hour(clock.today() + timedelta(days=days), self.hour.hour)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, datetime):
            return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
        return value


class AuthorSelect(RemoteSelect):
    """A people picker that knows the actor, who is nearly always the choice, without asking."""

    actor: Any = None

    def optgroups(self, name: str, value: list[str], attrs: Any = None) -> list[Any]:
        if value != [str(self.actor.pk)]:
            return super().optgroups(name, value, attrs)
        option = self.create_option(name, self.actor.pk, self.actor.name, True, 0, attrs=attrs)
        return [(None, [option], 0)]


class RelatedSelect(RemoteSelect):
    """A picker whose options belong to one record; the address says to which.

    `first` options stand in the page, so that it works without scripts; the others are asked for.
    """

    def __init__(self, url: str, first: int) -> None:
        super().__init__("")
        self.url, self.first = url, first

    def optgroups(self, name: str, value: list[str], attrs: Any = None) -> list[Any]:
        groups = super().optgroups(name, value, attrs)
        built = groups[0][1]
        for row in self.choices.queryset[: self.first]:
            if str(row.pk) not in value:
                built.append(self.create_option(name, row.pk, str(row), False, len(built)))
        return groups

    def build_attrs(self, base_attrs: Any, extra_attrs: Any = None) -> dict[str, Any]:
        return {**forms.Select.build_attrs(self, base_attrs, extra_attrs), "data-url": self.url}


def related_field(picker: Related, rows: Any, url: str, first: int) -> forms.ModelChoiceField:
    """The form field of a picker."""
    widget = RelatedSelect(url, first)
    return forms.ModelChoiceField(rows, label=picker.label, required=False, widget=widget)


class FollowUpForm(EntityForm):
    """Seven items and the result (S11-18, S11-20). Blank time means now, blank author the actor.

    `subject` is the record it is written on, an existing one knows it: its pickers come as fields
    of their own, with the `first` options of each where scripts may be missing.
    """

    method = ItemField(METHOD, label=gettext_lazy("Follow-up method"), required=True)
    text = forms.CharField(
        label=gettext_lazy("Follow-up content"),
        max_length=TEXT_LIMIT,
        strip=False,
        widget=forms.Textarea(
            {
                "rows": 3,
                "placeholder": gettext_lazy("Need, feedback, promise: what was said and agreed?"),
            }
        ),
    )
    next_contact_at = MomentField(hour=MORNING, label=gettext_lazy("Next contact"))
    next_choice = forms.ChoiceField(
        label=gettext_lazy("or"),
        required=False,
        choices=[
            ("", gettext_lazy("as typed")),
            (TOMORROW, gettext_lazy("Tomorrow")),
            (IN_THREE_DAYS, gettext_lazy("In 3 days")),
            (NEXT_MONDAY, gettext_lazy("Next Monday")),
        ],
    )
    happened_at = MomentField(
        hour=NOON,
        label=gettext_lazy("Follow-up time"),
        help_text=gettext_lazy("Empty: now."),
    )
    author = RemoteChoiceField(
        User.objects.none(),
        url_name="accounts:person_options",
        label=gettext_lazy("Follow-up person"),
        required=False,
    )
    minutes = forms.IntegerField(
        label=gettext_lazy("Duration in minutes"),
        required=False,
        min_value=1,
        max_value=MOST_MINUTES,
    )
    files = FilesField(
        label=gettext_lazy("Attachments"),
        prompt=gettext_lazy("Drop pictures and files here, or choose them"),
        required=False,
    )
    token = forms.CharField(max_length=32, widget=forms.HiddenInput, required=False)

    class Meta:
        model = FollowUp
        fields = (
            "method", "text", "next_contact_at", "attitude", "result", "happened_at", "author",
            "address", "minutes", "topic",
        )  # fmt: skip

    field_order = (
        "method", "text", "next_contact_at", "next_choice", "address", "minutes", "topic",
        "attitude", "result", "happened_at", "author", "files",
    )  # fmt: skip

    def __init__(
        self,
        *args: Any,
        subject: Any = None,
        urls: dict[str, str] | None = None,
        first: int = 0,
        **kwargs: Any,
    ) -> None:
        self.first = first
        self.subject = subject or anchors_of(kwargs["instance"])[0]
        self.pickers = related.pickers(self.subject)
        self.urls = urls or {
            item.name: options_url(self.subject, item.name) for item in self.pickers
        }
        super().__init__(*args, **kwargs)

    def narrow(self) -> None:
        """Methods in use, people this user may write for; a new form gets its one-use number."""
        self.fields["method"].offer(self.instance.method_id)
        preferred = subject_for(self.subject).method(self.subject)
        if preferred and not self.instance.method_id:
            self.initial["method"] = preferred
        for name in ("attitude", "result"):
            self.fields[name].choices = [("", "—"), *self.fields[name].choices[1:]]
        author = self.fields["author"]
        author.widget = AuthorSelect("accounts:person_options")
        author.widget.actor = self.actor
        author.queryset = people.choosable(self.actor, self.instance.author_id)
        author.widget.choices = author.choices
        self.offer_related()
        if self.instance.pk:
            del self.fields["token"], self.fields["next_choice"], self.fields["files"]
            self.fields["happened_at"].help_text = ""
            for name in ("happened_at", "next_contact_at"):
                # as text, so that the conflict page compares like with like
                self.initial[name] = self.fields[name].prepare_value(self.initial[name])
            return
        self.initial.setdefault("author", self.actor.pk)
        self.initial.setdefault("token", secrets.token_hex(16))
        methods = lookups.items(METHOD)
        if methods:
            self.initial.setdefault("method", methods[0].pk)

    def offer_related(self) -> None:
        """The pickers of the record, with what was chosen before."""
        chosen = {type(obj): obj.pk for obj in links.objects_of(self.instance)}
        for picker in self.pickers:
            rows = picker.rows(self.subject, self.actor)
            self.fields[picker.name] = related_field(
                picker, rows, self.urls[picker.name], self.first
            )
            if picker.model in chosen:
                self.initial[picker.name] = chosen[picker.model]
        self.order_fields(["method", "text", *(picker.name for picker in self.pickers)])

    def related_fields(self) -> list[forms.BoundField]:
        """The pickers, for the head of the composer."""
        return [self[picker.name] for picker in self.pickers]

    def related(self) -> list[Any]:
        """The further records chosen."""
        chosen = (self.cleaned_data.get(picker.name) for picker in self.pickers)
        return [obj for obj in chosen if obj is not None]

    def clean(self) -> dict[str, Any]:
        """The choice without scripts gives the date where none was typed."""
        data = super().clean()
        days = {
            TOMORROW: 1,
            IN_THREE_DAYS: 3,
            NEXT_MONDAY: 7 - clock.today().weekday(),
        }.get(data.get("next_choice", ""))
        if days and not data.get("next_contact_at"):
            data["next_contact_at"] = clock.at_hour(
                clock.today() + timedelta(days=days), MORNING.hour
            )
        return data

    def said(self) -> Said:
        """What was typed, for the service."""
        data = self.cleaned_data
        return Said(
            text=data["text"],
            method=data["method"],
            happened_at=data["happened_at"],
            author=data["author"],
            attitude=data["attitude"],
            result=data["result"],
            next_contact_at=data["next_contact_at"],
            address=data["address"],
            topic=data["topic"],
            minutes=data["minutes"],
            files=data["files"],
            related=self.related(),
        )

    def changes(self) -> dict[str, Any]:
        """New values for the service; what must not be empty stays as it was."""
        values = self.entity_values()
        return {
            name: value
            for name, value in values.items()
            if value is not None or name in ("next_contact_at", "minutes")
        }
