"""Closed lists that the program itself knows, and the codes of the dictionaries of this app."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Outcome(models.TextChoices):
    """How an opportunity stands: in a stage, or ended (`contracts.md` 1.16)."""

    OPEN = "open", _("In progress")
    WON = "won", _("Won")
    LOST = "lost", _("Lost")
    INVALID = "invalid", _("Invalid")

    @classmethod
    def colors(cls) -> dict[str, str]:
        """Badge colours."""
        return {cls.OPEN: "blue", cls.WON: "green", cls.LOST: "red", cls.INVALID: "gray"}


class Grade(models.TextChoices):
    """How promising an opportunity is (S11-03); computed, and explained on its page."""

    A = "a", _("Grade A")
    B = "b", _("Grade B")
    C = "c", _("Grade C")

    @classmethod
    def colors(cls) -> dict[str, str]:
        """Badge colours."""
        return {cls.A: "red", cls.B: "orange", cls.C: "gray"}


#: Codes of the dictionaries this app uses.
LOSS_REASON = "opportunity_loss_reason"
#: The loss reason that is not complete without a competitor.
RIVAL_WON = "competitor"
INVALID_REASON = "opportunity_invalid_reason"
PRODUCT_UNIT = "product_unit"
PRODUCT_CATEGORY = "product_category"
#: The code of the pipeline every installation starts with.
STANDARD = "standard"
#: The event of a move between stages, which the undo reads.
STAGE_CHANGED = "opportunities.opportunity.stage_changed"
