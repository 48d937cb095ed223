"""What higher apps add to the pages of notices: actions on a notice, sections of the preferences.

Two small registries, filled where apps register; the pages know no domain.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from crm.notifications.models import Notification

#: Gives for some notices of a reader the actions of each, as `components` draw them.
Actions = Callable[[Sequence[Notification], Any], dict[int, list[dict[str, Any]]]]
_actions: list[Actions] = []
SECTIONS: list["Section"] = []


@dataclass(frozen=True)
class Section:
    """A part of the preferences page: its template, its values, and how it is stored.

    `save(user, posted)` raises DomainError where something cannot be stored.
    """

    template: str
    context: Callable[[Any], dict[str, Any]]
    save: Callable[[Any, Mapping[str, str]], None]


def register_actions(provider: Actions) -> None:
    """Add actions to notices. Registering the same provider twice is an error."""
    if provider in _actions:
        raise ValueError(f"{provider!r} is registered already")
    _actions.append(provider)


def register_section(section: Section) -> None:
    """Add a section to the preferences page."""
    SECTIONS.append(section)


def with_actions(notices: Sequence[Notification], user: Any) -> Sequence[Notification]:
    """The same notices, each with its `actions`: one query a provider."""
    for notice in notices:
        notice.actions = []
    by_pk = {notice.pk: notice for notice in notices}
    for provider in _actions:
        for pk, actions in provider(notices, user).items():
            by_pk[pk].actions += actions
    return notices
