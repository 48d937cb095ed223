"""An event in words: its sentence and what changed, for logs and histories.

Not here: the timeline of a record (`crm.audit.querysets`), masking of values (the page's business).
"""

from dataclasses import dataclass

from django.core.exceptions import FieldDoesNotExist
from django.utils.translation import gettext as _

from crm.audit.events import EVENT_TYPES
from crm.audit.models import Event


@dataclass(frozen=True)
class Change:
    """One changed field as a reader understands it."""

    label: str
    old: str
    new: str


def sentence(event: Event) -> str:
    """Who did what, in the reader's language; the bare code for a type that is gone."""
    known = EVENT_TYPES.get(event.code)
    if known is None:
        return event.code
    actor = str(event.actor) if event.actor_id else _("The system")
    return str(known.text) % {"actor": actor, "label": event.label}


def changes(event: Event) -> list[Change]:
    """The changed fields with their labels; a field that is no more keeps its name."""
    return [
        Change(_field_label(event, name), _shown(old), _shown(new))
        for name, (old, new) in event.changes.items()
    ]


def _field_label(event: Event, name: str) -> str:
    model = event.subject_type.model_class() if event.subject_type_id else None
    if model is None:
        return name
    try:
        return str(getattr(model._meta.get_field(name), "verbose_name", name))
    except FieldDoesNotExist:
        return name


def _shown(value: object) -> str:
    if value is None or value == "":
        return "—"
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return str(value)
