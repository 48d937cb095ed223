"""How a user's start page is arranged: which panels, in which order, how wide, folded or not.

Kept with the user's other choices of pages. Panels that came later than a choice stand behind the
chosen ones; whose rights end loses the panel, not its place.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from crm.accounts.rights import organisation, role_codes_of
from crm.workbench.looks import SECTION, START
from crm.workbench.panels import NARROW, PANELS, WIDE, HomePanel, panels_of

CHOSEN = "panels"
SIDES = (WIDE, NARROW)


@dataclass(frozen=True)
class Preset:
    """The usual arrangement of a role: these first, those not at all; the rest as they come.

    The briefing counts sales: who serves customers has it below the panels.
    """

    first: tuple[str, ...] = ()
    hidden: frozenset[str] = frozenset()
    figures_last: bool = False


#: By role: what a day begins with.
PRESETS = {
    "administrator": Preset(("system", "todo", "team", "notices"), frozenset({"quick"})),
    "manager": Preset(("team", "todo", "first-contacts", "forgotten", "pool-due", "notices")),
    "service": Preset(
        (
            "tickets-near", "tickets-new", "tickets-unanswered", "todo", "follow-ups", "recent",
            "notices",
        ),
        figures_last=True,
    ),
    "service_lead": Preset(
        ("todo", "tickets-near", "tickets-new", "tickets-unanswered", "team", "notices"),
        figures_last=True,
    ),
    "sales": Preset(("todo", "forgotten", "pool-due", "new")),
}  # fmt: skip
_ROLES = (
    ("administrator", {"super_admin", "system_admin"}),
    ("manager", {"sales_manager"}),
    ("service_lead", {"service_lead"}),
    ("service", {"service"}),
)


@dataclass(frozen=True)
class Place:
    """One panel on one user's page."""

    panel: HomePanel
    side: str
    is_shown: bool = True
    is_folded: bool = False

    @property
    def name(self) -> str:
        """The name of the panel."""
        return self.panel.name

    def stored(self) -> list[Any]:
        """The place as it is kept."""
        return [self.name, self.side, self.is_shown, self.is_folded]


def preset_of(user: Any) -> Preset:
    """The arrangement that fits the roles of a user."""
    codes = role_codes_of(user.pk)
    for name, roles in _ROLES:
        if codes & roles or (name == "administrator" and user.is_superuser):
            return PRESETS[name]
    return PRESETS["manager" if organisation().reports_of(user.pk) else "sales"]


def usual(user: Any) -> list[Place]:
    """The panels of a user as his role has them."""
    preset = preset_of(user)
    rank = {name: place for place, name in enumerate(preset.first)}
    found = sorted(panels_of(user), key=lambda panel: rank.get(panel.name, len(rank)))
    return [Place(panel, panel.side, panel.name not in preset.hidden) for panel in found]


def places_of(user: Any) -> list[Place]:
    """The panels of a user as he has arranged them."""
    usually = {place.name: place for place in usual(user)}
    chosen = user.preferences.get(SECTION, {}).get(CHOSEN) or []
    found = [
        Place(usually.pop(name).panel, side, shown, folded)
        for name, side, shown, folded in chosen
        if name in usually
    ]
    return [*found, *usually.values()]


def is_arranged(user: Any) -> bool:
    """Whether the user has an arrangement of his own."""
    return bool(user.preferences.get(SECTION, {}).get(CHOSEN))


def arrange(user: Any, places: Sequence[Place]) -> None:
    """Keep an arrangement; panels the user may not have now keep the place they had."""
    known = {place.name for place in places}
    before = user.preferences.get(SECTION, {}).get(CHOSEN) or []
    rest = [each for each in before if each[0] not in known and each[0] in PANELS]
    user.remember(SECTION, CHOSEN, [*(place.stored() for place in places), *rest])


def restore(user: Any) -> None:
    """Back to the arrangement of the role."""
    user.remember(SECTION, CHOSEN, [])
    user.remember(SECTION, START, {})


def move(places: Sequence[Place], name: str, by: int) -> list[Place]:
    """One panel a place up (-1) or down (1)."""
    found = list(places)
    at = next((place for place, each in enumerate(found) if each.name == name), None)
    if at is not None and 0 <= at + by < len(found):
        found[at], found[at + by] = found[at + by], found[at]
    return found


def fold(user: Any, name: str, *, folded: bool) -> None:
    """Remember that a panel is folded, or open again."""
    arrange(
        user,
        [
            replace(place, is_folded=folded) if place.name == name else place
            for place in places_of(user)
        ],
    )
