"""Event types: declared once in each app's `events.py`, looked up by code.

An unknown code is an error; a code that nobody records fails a test.
"""

from dataclasses import dataclass, field
from typing import Any

EVENT_TYPES: dict[str, "EventType"] = {}


@dataclass(frozen=True)
class EventType:
    """One kind of business fact.

    `code` is `app.noun.verb_past`; `text` a translatable sentence with the placeholders
    `%(actor)s` and `%(label)s`; `timeline` says whether it stands on the record's timeline;
    `icon` names a sprite icon; `masked` names change fields whose values are hidden from readers
    who see contact data masked; `fields_of` is the model (`app.Model`) whose fields changed, where
    that is not the record itself but what belongs to it; `texts` are other sentences for records of
    some models (`app.model`).
    """

    code: str
    text: Any
    icon: str = "point"
    timeline: bool = True
    masked: tuple[str, ...] = ()
    fields_of: str = ""
    texts: dict[str, Any] = field(default_factory=dict)

    def sentence(self, model: str) -> Any:
        """What is said of a record of this model (`app.model`)."""
        return self.texts.get(model, self.text)

    @property
    def has_actor(self) -> bool:
        """Whether the sentence begins with who did it: a person, or the system."""
        return "%(actor)s" in str(self.text)


def declare(
    code: str,
    text: Any,
    *,
    icon: str = "point",
    timeline: bool = True,
    masked: tuple = (),
    fields_of: str = "",
) -> EventType:
    """Register an event type. Declaring a code twice is an error."""
    if code in EVENT_TYPES:
        raise ValueError(f"event {code!r} is declared twice")
    EVENT_TYPES[code] = EventType(code, text, icon, timeline, tuple(masked), fields_of)
    return EVENT_TYPES[code]


def say(code: str, model: str, text: Any) -> None:
    """Give a declared event another sentence for records of one model (`app.model`)."""
    EVENT_TYPES[code].texts[model] = text
