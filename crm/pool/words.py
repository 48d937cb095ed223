"""What a pool is called on the pages of its kind: 公海 with customers, 线索池 with leads.

`market` 1.1 has one word for each.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from crm.pool.choices import Action, Kind


@dataclass(frozen=True)
class Words:
    """Labels of one kind; whole sentences with a reason in them are in `crm.pool.texts`."""

    inside: Any = _("In the pool")
    entering: Any = _("Falling soon")
    nothing: Any = _("Nothing in the pool")
    put: Any = _("Put into the pool")
    done: Any = _("“%(name)s” is in the pool now.")
    fallen: Any = _("Fell into the pool")
    until: Any = _("Until the pool")
    never: Any = _("Never enters the pool")
    why: Any = _("Why in the pool")
    since: Any = _("In the pool since")
    falls_on: Any = _("Falls into the pool on")
    fell_from_me: Any = _("Fell from me into the pool on")
    locked: Any = _("A locked record never falls into the pool.")

    def action(self, span: Any) -> str:
        """How a span of ownership ended."""
        special = {Action.RELEASED: self.put, Action.RECYCLED: self.fallen}
        return str(special.get(span.action, span.get_action_display()))


WORDS = {
    Kind.CUSTOMER: Words(),
    Kind.LEAD: Words(
        inside=_("In the lead pool"),
        entering=_("Falling into the lead pool soon"),
        nothing=_("Nothing in the lead pool"),
        put=_("Put into the lead pool"),
        done=_("“%(name)s” is in the lead pool now."),
        fallen=_("Fell into the lead pool"),
        until=_("Until the lead pool"),
        never=_("Never enters the lead pool"),
        why=_("Why in the lead pool"),
        since=_("In the lead pool since"),
        falls_on=_("Falls into the lead pool on"),
        fell_from_me=_("Fell from me into the lead pool on"),
        locked=_("A locked lead never falls into the lead pool."),
    ),
}
