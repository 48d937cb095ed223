"""Two people edit the same record (G19): nothing of either is lost without being asked for.

Changes of different fields are merged by themselves; of the same field the conflict page asks.

Works on any page of the form kit: the forms are read and sent as a browser would.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.test import Client
from django.urls import resolve

from tests.kit.html import form_values

Values = dict[str, list[str]]


@dataclass
class Editing:
    """An edit page: its address, a field that only its form has, and values to type."""

    url: str
    row: models.Model
    form_field: str
    choices: Mapping[str, list[str]]
    #: Who opens it first and who second.
    logins: tuple[str, str] = ("manager", "sales1")
    problems: list[str] = field(default_factory=list)
    #: How saves that came too late ended.
    merged: int = 0
    asked: int = 0
    refused: int = 0

    def note(self, text: str) -> None:
        """Remember what went wrong."""
        self.problems.append(f"{self.url}: {text}")

    @property
    def together(self) -> tuple[tuple[str, ...], ...]:
        """Fields that are one matter."""
        return resolve(self.url.partition("?")[0]).func.view_class.form_class.together

    def overlap(self, theirs: Values, yours: Values) -> bool:
        """Whether both changed the same matter, and not alike."""
        alike = {name for name, value in yours.items() if theirs.get(name) == value}
        theirs, yours = (
            {name: value for name, value in side.items() if name not in alike}
            for side in (theirs, yours)
        )
        return bool(self._matters(theirs) & self._matters(yours))

    def _matters(self, names: Values) -> set[str]:
        first = {name: group[0] for group in self.together for name in group}
        return {first.get(name, name) for name in names}

    def columns(self) -> dict[str, Any]:
        """The row as it is stored, with its lists."""
        row = type(self.row)._base_manager.get(pk=self.row.pk)
        links = {
            item.name: sorted(getattr(row, item.name).values_list("pk", flat=True))
            for item in row._meta.many_to_many
        }
        plain = {item.name: getattr(row, item.attname) for item in row._meta.concrete_fields}
        return plain | links


def interleave(editing: Editing, first: Client, second: Client, dice: random.Random) -> list[str]:
    """Both open the form, the first one saves, the second one saves; returns what went wrong.

    Where they touched different fields, both stand in the record afterwards. Else, and where the
    two do not fit together, the second save must answer 409, change nothing, and send everything
    typed back; what the second person then picks field by field is exactly what is stored.
    """
    opened = [
        form_values(client.get(editing.url), editing.form_field) for client in (first, second)
    ]
    theirs, yours = (typed(form, editing.choices, dice) for form in opened)
    if not _saved(first, editing, opened[0] | theirs):
        return editing.problems
    between = editing.columns()
    answer = second.post(editing.url, opened[1] | yours)
    overlap = editing.overlap(theirs, yours)
    if answer.status_code == 302 and not overlap:
        editing.merged += 1
        _compare(editing, second, opened[0] | theirs | yours)
        return editing.problems
    if answer.status_code != 409:
        editing.note(
            f"a stale save of {sorted(yours)} over {sorted(theirs)} gave {answer.status_code}"
        )
        return editing.problems
    editing.asked += overlap
    editing.refused += not overlap
    if not overlap and not answer.context["problem"]:
        editing.note(f"{sorted(yours)} over {sorted(theirs)} was asked and not merged")
    if editing.columns() != between:
        editing.note("a refused save has changed the record")
    page = form_values(answer, "version")
    lost = {name for name, value in yours.items() if page.get(name) != value}
    if lost:
        editing.note(f"typed values of {sorted(lost)} are lost on the conflict page")
    _resolve(editing, second, page, opened[0] | theirs, opened[1] | yours, dice)
    return editing.problems


def _compare(editing: Editing, client: Client, wanted: Values) -> None:
    """After a merge each field holds what its last writer typed."""
    now = form_values(client.get(editing.url), editing.form_field)
    for name in editing.choices:
        if now.get(name) != wanted.get(name):
            editing.note(f"{name}: {wanted.get(name)} was typed, {now.get(name)} is merged")


def typed(form: Values, choices: Mapping[str, list[str]], dice: random.Random) -> Values:
    """New values for one to three fields of the form."""
    found = {}
    for name in dice.sample(sorted(choices), k=dice.randint(1, min(3, len(choices)))):
        present = form.get(name, [""])
        fresh = [value for value in choices[name] if [value] != present]
        found[name] = [dice.choice(fresh)]
    return found


def _saved(client: Client, editing: Editing, values: Values) -> bool:
    answer = client.post(editing.url, values)
    if answer.status_code != 302:
        editing.note(f"the first save gave {answer.status_code}")
    return answer.status_code == 302


def _resolve(
    editing: Editing, client: Client, page: Values, theirs: Values, yours: Values, dice: Any
) -> None:
    """Pick a side for each asked field, send the page, and compare what then is in the form."""
    asked = [name.removeprefix("pick-") for name in page if name.startswith("pick-")]
    picks = {name: dice.choice(["theirs", "yours"]) for name in asked}
    answer = client.post(editing.url, page | {f"pick-{k}": [v] for k, v in picks.items()})
    if answer.status_code != 302:
        editing.note(f"the resent choice gave {answer.status_code}")
        return
    now = form_values(client.get(editing.url), editing.form_field)
    for name in editing.choices:
        sides = {"theirs": theirs.get(name), "yours": yours.get(name)}
        if sides["theirs"] == sides["yours"]:
            continue
        if name not in picks:
            editing.note(f"{name} differs but was not asked")
        elif now.get(name) != sides[picks[name]]:
            editing.note(
                f"{name}: picked {picks[name]} {sides[picks[name]]}, stored {now.get(name)}"
            )
