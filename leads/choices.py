"""Closed lists that the program itself knows."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class LeadState(models.TextChoices):
    """Where a lead stands (`market` 1.5)."""

    NEW = "new", _("Not followed up")
    FOLLOWING = "following", _("In follow-up")
    CONVERTED = "converted", _("Converted")
    ABANDONED = "abandoned", _("Invalid")

    @classmethod
    def colors(cls) -> dict[str, str]:
        """Badge colours."""
        return {
            cls.NEW: "azure",
            cls.FOLLOWING: "orange",
            cls.CONVERTED: "green",
            cls.ABANDONED: "gray",
        }


#: States in which somebody works on the lead.
OPEN_STATES = (LeadState.NEW, LeadState.FOLLOWING)

#: Codes of the dictionaries this app uses: the source and industry of customers, own reasons.
SOURCE = "customer_source"
INDUSTRY = "customer_industry"
REASON = "lead_abandon_reason"
#: The number rule.
NUMBER = "lead"
