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


class Way(models.TextChoices):
    """How a rule picks among its people."""

    ROUND_ROBIN = "round_robin", _("In turn")
    LOAD = "load", _("Whoever has the fewest")
    RATIO = "ratio", _("By ratio")


class Subject(models.TextChoices):
    """What a rule gives away."""

    LEAD = "lead", _("Leads")
    CUSTOMER = "customer", _("Customers")


class ScoreKind(models.TextChoices):
    """What a score rule looks at."""

    FILLED = "filled", _("Field is filled")
    SOURCE = "source", _("Source")
    INDUSTRY = "industry", _("Industry")
    REGION = "region", _("Region")
    FOLLOW_UPS = "follow_ups", _("Follow-ups")
    NEXT_STEP = "next_step", _("Next contact is agreed")


class Target(models.TextChoices):
    """Where the leads of a public form go."""

    RULES = "rules", _("Allocation rules")
    PERSON = "person", _("One person")
    NOBODY = "nobody", _("Into the lead pool")


#: Fields a score rule may look at, as the model calls them.
SCORED_FIELDS = (
    "contact_name", "position", "mobile", "phone", "email", "wechat", "industry", "region", "need",
    "pain_points",
)  # fmt: skip
