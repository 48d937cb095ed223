"""Closed lists of the pool."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """What a pool holds."""

    CUSTOMER = "customer", _("Customers")
    LEAD = "lead", _("Leads")


class Rule(models.TextChoices):
    """Why a record will fall into the pool, or why it is there."""

    FOLLOW_UP = "follow_up", _("No follow-up")
    OPPORTUNITY = "opportunity", _("No new opportunity")
    DEAL = "deal", _("No deal")
    PROTECTION = "protection", _("Protection expired")
    MANUAL = "manual", _("Put in by hand")
    UNASSIGNED = "unassigned", _("Never had an owner")


#: The rules that recycle by themselves after a number of days.
COUNTED = (Rule.FOLLOW_UP, Rule.OPPORTUNITY, Rule.DEAL)


class Action(models.TextChoices):
    """How a span of ownership ended and the next one began."""

    CLAIMED = "claimed", _("Claimed")
    ASSIGNED = "assigned", _("Assigned")
    TRANSFERRED = "transferred", _("Transferred")
    RELEASED = "released", _("Put into the pool")
    RECYCLED = "recycled", _("Fell into the pool")


class Purpose(models.TextChoices):
    """What a cap counts."""

    OWNED = "owned", _("Records owned")
    LOCKED = "locked", _("Records locked")


#: Dictionary of the reasons for putting a record into the pool.
RELEASE_REASON = "pool_reason"
