"""The people of a task or an appointment: who may be asked, who is told."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from crm.core.errors import InvalidValue
from crm.notifications.services import notify

#: Colleagues who take part in one task or appointment.
MOST_PEOPLE = 50


@dataclass
class Joined:
    """Who joined, and the change for the log."""

    added: list[Any] = field(default_factory=list)
    change: dict[str, list[str]] = field(default_factory=dict)


def require_active(person: Any, name: str) -> None:
    """Raise InvalidValue for somebody who has left."""
    if not person.is_active:
        raise InvalidValue(_("Saving failed: this account is disabled."), field=name)


def replace_participants(row: Any, people: Iterable[Any] | None) -> Joined:
    """Make these people take part besides the owner; None leaves them as they are."""
    if people is None:
        return Joined()
    wanted = {person.pk: person for person in people if person.pk != row.owner_id}
    if len(wanted) > MOST_PEOPLE:
        raise InvalidValue(
            _("Saving failed: at most %(most)s people can take part.") % {"most": MOST_PEOPLE},
            field="participants",
        )
    present = {person.pk: person for person in row.participants.all()}
    if wanted.keys() == present.keys():
        return Joined()
    added = [person for pk, person in wanted.items() if pk not in present]
    for person in added:
        require_active(person, "participants")
    row.participants.set(wanted)
    change = [_names(present.values()), _names(wanted.values())]
    return Joined(added, {"participants": change})


def _names(people: Iterable[Any]) -> str:
    return "、".join(sorted(person.name for person in people))


def tell_involved(kind: str, row: Any, people: Iterable[Any], *, actor: Any) -> None:
    """Tell those who are newly asked; whoever asks himself knows it."""
    others = [person for person in people if actor is None or person.pk != actor.pk]
    if not others:
        return
    titles = {"task_assigned": _task_title, "appointment_invited": _appointment_title}
    title, name = titles[kind], str(row)
    notify(
        others,
        kind,
        title=lambda: title() % {"name": name},
        url=row.get_absolute_url(),
        dedupe_key=f"{kind}:{row.pk}:{row.version}",
    )


def _task_title() -> str:
    return _("A task for you: %(name)s")


def _appointment_title() -> str:
    return _("You take part in: %(name)s")
