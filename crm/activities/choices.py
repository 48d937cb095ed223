"""Closed lists of follow-ups, and the codes of the dictionaries they use."""

from django.db import models
from django.utils.translation import gettext_lazy as _

METHOD = "follow_up_method"
PHRASE = "follow_up_phrase"


class Attitude(models.TextChoices):
    """How the customer took it (S11-18)."""

    POSITIVE = "positive", _("Positive")
    NEUTRAL = "neutral", _("Neutral")
    NEGATIVE = "negative", _("Negative")

    @classmethod
    def colors(cls) -> dict[str, str]:
        """Badge colours."""
        return {cls.POSITIVE: "green", cls.NEUTRAL: "gray", cls.NEGATIVE: "orange"}


class Result(models.TextChoices):
    """What comes of it (S11-20)."""

    CONTINUE = "continue", _("Keep following up")
    PRIORITY = "priority", _("Needs priority")
    PAUSE = "pause", _("Pause following up")
    DEAL = "deal", _("Deal")
    INVALID = "invalid", _("Invalid")

    @classmethod
    def colors(cls) -> dict[str, str]:
        """Badge colours."""
        return {
            cls.CONTINUE: "blue",
            cls.PRIORITY: "red",
            cls.PAUSE: "yellow",
            cls.DEAL: "green",
            cls.INVALID: "gray",
        }
