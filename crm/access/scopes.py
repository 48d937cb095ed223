"""Scopes of a right, narrow to wide (`contracts.md` 1.10), and the grant a role gives."""

from dataclasses import dataclass
from typing import Protocol

from django.db import models
from django.utils.translation import gettext_lazy as _


class Scope(models.TextChoices):
    """Whose rows a right reaches. A row's department is its owner's main department."""

    NONE = "none", _("None")
    OWN = "own", _("Own")
    OWN_AND_REPORTS = "own_and_reports", _("Own and subordinates")
    DEPARTMENT = "department", _("Own department")
    DEPARTMENT_TREE = "department_tree", _("Own department and below")
    CHOSEN_DEPARTMENTS = "chosen_departments", _("Chosen departments")
    ALL = "all", _("All")


@dataclass(frozen=True)
class Reach:
    """All rows, or the rows of a set of owners. The union of what several roles give."""

    everything: bool = False
    owners: frozenset[int] = frozenset()

    def __or__(self, other: "Reach") -> "Reach":
        return Reach(self.everything or other.everything, self.owners | other.owners)

    def __bool__(self) -> bool:
        return self.everything or bool(self.owners)

    def covers(self, owner_id: int | None) -> bool:
        """Whether a row of this owner is within reach; rows without owner need everything."""
        return self.everything or (owner_id is not None and owner_id in self.owners)

    def covers_others(self, user_id: int) -> bool:
        """Whether rows of anybody but this user are within reach."""
        return self.everything or bool(self.owners - {user_id})


NOTHING = Reach()
EVERYTHING = Reach(everything=True)


class Actor(Protocol):
    """What access asks of a user; `crm.accounts.User` fulfils it."""

    pk: int
    is_active: bool

    def reach(self, verb: str, model_label: str) -> Reach:
        """How far this user's right `verb` on `app.model` goes; `NOTHING` without the right."""
