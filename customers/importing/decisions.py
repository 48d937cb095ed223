"""What happens to values nobody knows, to owners and to tags."""

from collections.abc import Sequence
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from crm.access import policies, verbs
from crm.accounts.inviting import invite
from crm.accounts.models import User
from crm.core.notes import suspect
from crm.dictionaries import lookups
from crm.dictionaries.models import Item, Tag
from crm.dictionaries.services import create_item, ensure_tags
from crm.jobs.importing import fields
from crm.jobs.importing.fields import left_empty
from crm.jobs.importing.resources import UPDATE, Options, Row
from crm.jobs.importing.usual import people
from customers.importing.values import DICTIONARIES
from customers.models import Customer


class Decisions:
    """What happens to values nobody knows: map, add, leave empty or refuse; read once a chunk."""

    #: Of what giving away is asked.
    model: type[models.Model] = Customer
    #: What becomes of a new record whose owner nobody knows.
    ownerless = gettext_noop(
        "“%(value)s” is no active user, or several have this name; the importer becomes the owner."
    )

    #: The same where the rules of allocation choose.
    ownerless_by_rules = gettext_noop(
        "“%(value)s” is no active user, or several have this name; the rules choose the owner."
    )

    def __init__(self, options: Options, actor: Any) -> None:
        self.options = options
        self.actor = actor
        self.added: dict[tuple[str, str], int] = {}
        self.people: dict[str, int] | None = None
        self._met: dict[int, User] = {}
        self.reach = policies.policy_for(self.model).reach(actor, verbs.ASSIGN)
        self.allocates = options.by_rules and self.reach.covers_others(actor.pk)

    def apply_all(self, rows: Sequence[Row]) -> None:
        """Resolve the open values of a chunk, and read the people it names."""
        for row in rows:
            for name, word in row.unknown():
                self._decide(row, name, word)
        named = {row.number: row.values.get("owner") for row in rows}
        named = {number: owner for number, owner in named.items() if isinstance(owner, int)}
        self._met |= User.objects.in_bulk(set(named.values()))
        for row in rows:
            person = self._met.get(named.get(row.number, 0))
            if person is not None and not person.is_active:  # left since the check
                self._undecided(row, "owner", person.name, self._default("owner"))

    def person(self, pk: int) -> User:
        """An owner; all that a chunk names are read together."""
        if pk not in self._met:
            self._met[pk] = User.objects.get(pk=pk)
        return self._met[pk]

    def _decide(self, row: Row, name: str, word: str) -> None:
        choice = self.options.decisions.get(name, {}).get(word) or {"do": self._default(name)}
        if choice["do"] == "map" and choice.get("to"):
            row.values[name] = int(choice["to"])
        elif choice["do"] == "add" and name in DICTIONARIES:
            row.values[name] = self._add(name, word)
        elif choice["do"] == "invite" and name == "owner":
            row.values[name] = self._invite(row, word, choice.get("to") or "")
        else:
            self._undecided(row, name, word, choice["do"])

    def _undecided(self, row: Row, name: str, word: str, way: str) -> None:
        """Nothing stands for the word: refuse the row, or go on without."""
        if way == "refuse":
            row.refuse(_("The value “%(value)s” is not known.") % {"value": word})
            return
        self._leave(row, name, word)
        if way == "nobody":
            row.values[name] = 0

    def _leave(self, row: Row, name: str, word: str) -> None:
        """Go on without the value and say so."""
        del row.values[name]
        message = gettext_noop("“%(value)s” is not known, left empty.")
        if name == "owner" and row.outcome == UPDATE:
            message = gettext_noop(
                "“%(value)s” is no active user, or several have this name; the owner stays."
            )
        elif name == "owner":
            message = self.ownerless_by_rules if self.allocates else self.ownerless
        make = suspect if name == "owner" else left_empty
        row.notes.append((name, make("unknown", message, value=word)))

    def _default(self, name: str) -> str:
        return (
            "empty" if name == "owner" and self.options.unknown == "add" else self.options.unknown
        )

    def _add(self, name: str, word: str) -> int:
        """A new dictionary value; needs the right to add one (raises NotAllowed)."""
        code = DICTIONARIES[name]
        known = {fields.fold(value.name): value.pk for value in lookups.items(code, active=False)}
        if fields.fold(word) in known:
            return known[fields.fold(word)]
        if (name, word) not in self.added:
            parent = Item._meta.get_field("dictionary").related_model.objects.get(code=code)
            last = Item.objects.filter(dictionary=parent).count()
            item = Item(dictionary=parent, code=f"added-{last + 1}", name=word[:60], order=900)
            self.added[(name, word)] = create_item(item, actor=self.actor).pk
        return self.added[(name, word)]

    def _invite(self, row: Row, word: str, role: str) -> int:
        """The account of a colleague the file names, made once; needs the right to add people."""
        if self.people is None:
            self.people = people()
        known = self.people.get(fields.fold(word))
        if known is not None:
            return known
        user = invite(word, actor=self.actor, role=int(role) if role.isdecimal() else None)
        self.people[fields.fold(word)] = user.pk
        self.reach = policies.policy_for(self.model).reach(self.actor, verbs.ASSIGN)
        message = gettext_noop(
            "An account was made for “%(value)s”: %(login)s. Please set its password."
        )
        row.notes.append(("owner", suspect("invited", message, value=word, login=user.username)))
        return user.pk

    def owner(self, row: Row) -> int | None:
        """The owner's key; blank or undecided is the importer, 0 nobody (`contracts.md` 1.5)."""
        value = row.values.get("owner")
        if value == 0 or (self.allocates and not isinstance(value, int)):
            return None
        owner = value if isinstance(value, int) else self.actor.pk
        if owner == self.actor.pk or self.reach.covers(owner):
            return owner
        message = gettext_noop("You may not give records to this person; you become the owner.")
        row.notes.append(("owner", left_empty("owner", message)))
        return self.actor.pk

    def new_owner(self, row: Row, customer: Customer) -> User | None:
        """Whom an update gives the customer to; None: it stays with its owner."""
        wanted = row.values.get("owner")
        if "owner" not in self.options.overwrite or not wanted or wanted == customer.owner_id:
            return None
        if not self.reach.covers(wanted):
            message = gettext_noop("You may not give records to this person; the owner stays.")
            row.notes.append(("owner", left_empty("owner", message)))
            return None
        return self.person(wanted)

    def tags_after(self, obj: models.Model, tags: Sequence[int]) -> set[int] | None:
        """The tags of an updated record: added, or in place of the old ones; None: unchanged."""
        if not tags:
            return None
        present = set(obj.tags.values_list("pk", flat=True))
        after = set(tags) if "tags" in self.options.overwrite else present | set(tags)
        return after if after != present else None

    def tags(self, names: Sequence[str]) -> list[int]:
        """Keys of tags, made where they are new and the right is there."""
        if not names:
            return []
        known = {name.casefold(): pk for pk, (name, _color) in lookups.tags().items()}
        missing = [name for name in names if name.casefold() not in known]
        if missing and policies.can(self.actor, verbs.ADD, Tag):
            made = ensure_tags(missing, actor=self.actor)
            known.update({name.casefold(): tag.pk for name, tag in made.items()})
        return [known[name.casefold()] for name in names if name.casefold() in known]
