"""What people can be reminded of: each app registers its rules, administrators adjust them.

Here: the registry and the defaults. The stored rules are in `models`, their reading in `choices`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import time
from typing import Any

from django.utils.translation import gettext_lazy as _

from crm.notifications import kinds

#: What happens where the day of a reminder is not worked.
ANY_DAY, NEXT_DAY, PREVIOUS_DAY = "any", "next", "previous"
WORKING_DAYS = (
    (ANY_DAY, _("Remind on that day all the same")),
    (NEXT_DAY, _("Wait for the next working day")),
    (PREVIOUS_DAY, _("Remind on the working day before")),
)
RULES: dict[str, "RuleKind"] = {}


def _no_text(subject: Any, params: dict[str, Any]) -> str:
    return ""


def _always(subject: Any) -> bool:
    return True


@dataclass(frozen=True)
class RuleKind:
    """One rule: its name, the words of its notice, and what holds until somebody changes it.

    `title(subject, params)` and `text(subject, params)` are called in the reader's language.
    `is_open(subject)` says whether the reminder is still wanted when its time has come. A `step`
    is the number of days before the day itself, 0 being the day. `escalation` has the days after
    which owner, manager and director are told, for rules of a `DueSource`. `model` is the label
    of the one model the rule is for, empty where there are several.
    """

    code: str
    label: Any
    title: Callable[[Any, dict[str, Any]], str]
    text: Callable[[Any, dict[str, Any]], str] = _no_text
    help: Any = ""
    icon: str = "alarm"
    at: time = time(9)
    steps: tuple[int, ...] = (0,)
    working_days: str = ANY_DAY
    escalation: tuple[int, ...] = ()
    is_open: Callable[[Any], bool] = _always
    channels: tuple[str, ...] = ("email",)
    #: False for rules whose moment is given exactly: their time of day cannot be set.
    has_time: bool = True
    #: False for summaries, which have no day to be in advance of.
    has_steps: bool = True

    @property
    def notice(self) -> str:
        """The kind of notification, by which people choose their channels."""
        return f"reminder_{self.code}"


def register(kind: RuleKind) -> RuleKind:
    """Add a rule and its kind of notification. A second one with the same code is an error."""
    if kind.code in RULES:
        raise ValueError(f"reminder rule {kind.code!r} is registered already")
    RULES[kind.code] = kind
    kinds.declare(kind.notice, kind.label, icon=kind.icon, channels=kind.channels)
    return kind
