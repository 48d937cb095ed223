"""A lead as it is about to be written: from a form (one) or from an import (many)."""

from dataclasses import dataclass, field

from leads.models import Lead


@dataclass
class LeadDraft:
    """An unsaved lead with the keys of its tags. `note` goes into the event.

    With `by_rules` the rules of allocation give one without an owner to somebody at once.
    """

    lead: Lead
    tags: list[int] = field(default_factory=list)
    note: str = ""
    by_rules: bool = False
