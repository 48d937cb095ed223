"""Forms of the wizard: the file, the mapping with its options, decisions about unknown values."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.access import policies, verbs
from crm.accounts import inviting
from crm.accounts.models import User
from crm.dictionaries import lookups
from crm.dictionaries.models import Item
from crm.jobs.importing.resources import Options, Resource
from crm.jobs.models import Job
from crm.web.fields import FEW, LongSelect

#: Dictionaries behind the fields whose unknown values can be mapped or added.
Dictionaries = dict[str, str]


class UploadForm(forms.Form):
    """The file."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        widget=forms.FileInput({"accept": ".xlsx,.csv"}),
        error_messages={"required": gettext_lazy("Please choose a file.")},
    )


class MappingForm(forms.Form):
    """One select per column, and what happens to duplicates, unknown and bad values."""

    duplicates = forms.ChoiceField(
        label=gettext_lazy("Records that exist already"),
        choices=[
            ("skip", gettext_lazy("Skip the row")),
            ("update", gettext_lazy("Update: fill what is empty")),
            ("refuse", gettext_lazy("Refuse the row")),
        ],
    )
    overwrite = forms.MultipleChoiceField(
        label=gettext_lazy("Replace stored values of these fields when updating"), required=False
    )
    unknown = forms.ChoiceField(
        label=gettext_lazy("Values the system does not know"),
        choices=[
            ("empty", gettext_lazy("Leave empty (you can decide for each value in the next step)")),
            ("add", gettext_lazy("Add them to the dictionary")),
            ("refuse", gettext_lazy("Refuse the row")),
        ],
    )
    refuse_bad = forms.BooleanField(
        label=gettext_lazy("Refuse rows with a value that cannot be kept"),
        help_text=gettext_lazy("Otherwise the value is left empty and the row is kept and listed."),
        required=False,
    )

    by_rules = forms.BooleanField(
        label=gettext_lazy("Allocate rows without an owner by the rules"),
        help_text=gettext_lazy(
            "Otherwise you become the owner. Where no rule fits, the record waits in the pool."
        ),
        required=False,
    )

    def __init__(self, resource: Resource, job: Job, data: Any = None) -> None:
        self.resource = resource
        options = Options.of(job.params)
        initial = {
            "duplicates": options.duplicates,
            "unknown": options.unknown,
            "refuse_bad": options.refuse_bad,
            "overwrite": list(options.overwrite),
            "by_rules": options.by_rules,
        }
        super().__init__(data, initial=initial)
        if not policies.can(job.actor, verbs.ADD, Item):
            self.fields["unknown"].choices = [
                choice for choice in self.fields["unknown"].choices if choice[0] != "add"
            ]
        self._offer_updates()
        if not resource.may_allocate(job.actor):
            del self.fields["by_rules"]
        elif not policies.policy_for(resource.model).reach(job.actor, verbs.ASSIGN).everything:
            self.fields["by_rules"].help_text = _(
                "The rules choose among the people you may give records to. Otherwise, and where "
                "none fits, you become the owner."
            )
        choices = [("", _("Do not import")), *((f.name, f.label) for f in resource.fields)]
        mapping = job.params["mapping"]
        for column in job.params["columns"]:
            name = f"col_{column['index']}"
            self.fields[name] = forms.ChoiceField(
                label=column["heading"] or "-",
                choices=choices,
                required=False,
                initial=mapping.get(str(column["index"]), ""),
            )

    def _offer_updates(self) -> None:
        """Only what an update of these records really does."""
        if self.resource.can_update:
            self.fields["overwrite"].choices = [
                (item.name, item.label)
                for item in self.resource.fields
                if item.name not in self.resource.kept_on_update
            ]
            return
        del self.fields["overwrite"]
        self.fields["duplicates"].choices = [
            choice for choice in self.fields["duplicates"].choices if choice[0] != "update"
        ]

    def switches(self) -> list[forms.BoundField]:
        """The options that this kind of record has, for the page."""
        names = ("duplicates", "overwrite", "unknown", "refuse_bad", "by_rules")
        return [self[name] for name in names if name in self.fields]

    def columns(self) -> list[str]:
        """Names of the column selects."""
        return [name for name in self.fields if name.startswith("col_")]

    def mapping(self) -> dict[str, str]:
        """`{column: field}` as chosen."""
        chosen = {name.removeprefix("col_"): self.cleaned_data[name] for name in self.columns()}
        return {index: field for index, field in chosen.items() if field}

    def options(self) -> dict[str, Any]:
        """The options as stored in the job."""
        names = ("duplicates", "unknown", "refuse_bad", "overwrite", "by_rules")
        return {name: self.cleaned_data[name] for name in names if name in self.fields}

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        chosen = [data.get(name) for name in self.columns() if data.get(name)]
        single = {item.name for item in self.resource.fields if not item.several}
        twice = {name for name in chosen if chosen.count(name) > 1 and name in single}
        labels = self.resource.by_name()
        for name in sorted(twice):
            self.add_error(
                None,
                _("“%(field)s” is chosen for more than one column.")
                % {"field": labels[name].label},
            )
        for item in self.resource.fields:
            if item.required and item.name not in chosen:
                self.add_error(
                    None, _("No column is chosen for “%(field)s”.") % {"field": item.label}
                )
        return data


#: Digits of a key, at most.
LONGEST_KEY = 15


class PersonSelect(LongSelect):
    """What to do, or a colleague; of many colleagues those who are typed."""

    def __init__(self, *, many: bool) -> None:
        super().__init__("accounts:person_options", {"data-keep": ""})
        self.many = many

    @property
    def is_long(self) -> bool:
        return self.many

    def stays(self, key: Any, value: list[str]) -> bool:
        return not str(key).isdecimal() or super().stays(key, value)


class DecisionForm(forms.Form):
    """One select per unknown value, and the role of everybody who is invited."""

    def __init__(
        self, resource: Resource, job: Job, dictionaries: Dictionaries, data: Any = None
    ) -> None:
        super().__init__(data)
        self.asked: list[tuple[str, str, str, int]] = []
        stored = job.params.get("decisions", {})
        self.people, self.many = self._colleagues(_picked(self.data, stored))
        for name, words in job.params.get("unknown", {}).items():
            choices = self._choices(name, dictionaries, job.actor)
            for place, (word, count) in enumerate(sorted(words.items(), key=lambda w: -w[1])):
                key = f"word_{name}_{place}"
                choice = stored.get(name, {}).get(word, {})
                self.fields[key] = forms.ChoiceField(
                    label=word,
                    choices=choices,
                    required=False,
                    initial=_initial(choice, name in dictionaries),
                    widget=forms.Select if name in dictionaries else PersonSelect(many=self.many),
                )
                self.asked.append((key, name, word, count))
        if "owner" in job.params.get("unknown", {}) and may_invite(job.actor):
            self._ask_role(job.actor, stored)

    def _ask_role(self, actor: User, stored: dict[str, Any]) -> None:
        """Only roles the actor may give; whoever tampers is refused by the choices."""
        roles = inviting.roles_for(actor)
        chosen = [each["to"] for each in stored.get("owner", {}).values() if each["do"] == "invite"]
        self.fields["invite_role"] = forms.ChoiceField(
            label=_("Role of the people invited"),
            choices=[(str(role.pk), role.label) for role in roles],
            initial=next(iter(chosen), ""),
            required=False,
            help_text=_(
                "Everybody invited gets this role and your department; both can be changed later."
            ),
        )

    @staticmethod
    def _colleagues(picked: set[int]) -> tuple[list[tuple[str, str]], bool]:
        """All while they are few; of many those that were picked, whatever the number of words."""
        rows = User.objects.active().order_by("name_pinyin", "pk").values_list("pk", "name")
        found = list(rows[: FEW + 1])
        many = len(found) > FEW
        if many:
            found = list(rows.filter(pk__in=picked))
        return [(str(pk), name) for pk, name in found], many

    def _choices(
        self, name: str, dictionaries: Dictionaries, actor: Any
    ) -> Sequence[tuple[str, str]]:
        found: list[tuple[str, str]] = [("", _("As set before")), ("empty", _("Leave empty"))]
        if name in dictionaries and policies.can(actor, verbs.ADD, Item):
            found.append(("add", _("Add to the dictionary")))
        found.append(("refuse", _("Refuse the rows")))
        if name in dictionaries:
            found += [(f"map:{pk}", label) for pk, label in lookups.choices(dictionaries[name])]
            return found
        found[1] = ("empty", _("Me, who imports"))
        if name == "owner":
            found.append(("nobody", _("Unassigned")))
            if may_invite(actor):
                found.append(("invite", _("Invite: make an account")))
        return found + self.people

    def decisions(self) -> dict[str, dict[str, Any]]:
        """`{field: {word: {"do", "to"}}}`."""
        found: dict[str, dict[str, Any]] = {}
        for key, name, word, _count in self.asked:
            value = self.cleaned_data.get(key, "")
            if value.isdecimal():
                found.setdefault(name, {})[word] = {"do": "map", "to": value}
            elif value == "invite":
                role = self.cleaned_data.get("invite_role", "")
                found.setdefault(name, {})[word] = {"do": value, "to": role}
            elif value:
                action, _colon, target = value.partition(":")
                found.setdefault(name, {})[word] = {"do": action, "to": target}
        return found


def may_invite(actor: User) -> bool:
    """Whether the importer may make accounts."""
    return policies.can(actor, verbs.ADD, User)


def _picked(data: Any, stored: dict[str, Any]) -> set[int]:
    """Keys of the people chosen for words, now or before."""
    decided = [each for words in stored.values() for each in words.values()]
    earlier = [each.get("to", "") for each in decided if each.get("do") == "map"]
    typed = [data[key] for key in data if key.startswith("word_")]
    keys = {str(value) for value in (*earlier, *typed)}
    return {int(key) for key in keys if key.isdecimal() and len(key) <= LONGEST_KEY}


def _initial(choice: dict[str, Any], is_item: bool) -> str:
    if not choice or choice["do"] != "map":
        return choice.get("do", "")
    return f"map:{choice['to']}" if is_item else str(choice["to"])
