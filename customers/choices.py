"""Closed lists that the program itself knows."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class LifeCycle(models.TextChoices):
    """Where a customer stands (S11-10); apart from its nature (`requirements` C2)."""

    POTENTIAL = "potential", _("Potential customer")
    INTERESTED = "interested", _("Interested customer")
    CLOSED = "closed", _("Closed customer")
    LOST = "lost", _("Lost customer")

    @classmethod
    def colors(cls) -> dict[str, str]:
        """Badge colours."""
        return {
            cls.POTENTIAL: "azure",
            cls.INTERESTED: "orange",
            cls.CLOSED: "green",
            cls.LOST: "gray",
        }


class Way(models.TextChoices):
    """Who is next where several people get customers."""

    ROUND_ROBIN = "round_robin", _("In turn: whoever has waited longest for a customer")
    LOAD = "load", _("By load: whoever has the fewest customers")


class Gender(models.TextChoices):
    """Gender of a contact."""

    UNKNOWN = "unknown", _("Unknown")
    MALE = "male", _("Male")
    FEMALE = "female", _("Female")


class Calendar(models.TextChoices):
    """How a birthday is counted."""

    SOLAR = "solar", _("Solar")
    LUNAR = "lunar", _("Lunar")


#: Codes of the dictionaries this app uses, and of the values the program knows.
NATURE = "customer_nature"
ENTERPRISE, PERSON = "enterprise", "person"
GRADE = "customer_grade"
SOURCE = "customer_source"
INDUSTRY = "customer_industry"
