"""Closed lists that the program itself knows."""

from collections.abc import Iterable

from django.db import models
from django.utils.translation import gettext_lazy as _


class ArticleState(models.TextChoices):
    """Where the text in hand of an article stands; a released version stays while it changes."""

    DRAFT = "draft", _("Draft")
    IN_REVIEW = "in_review", _("In review")
    PUBLISHED = "published", _("Published")
    RETIRED = "retired", _("Taken down")

    @classmethod
    def colors(cls) -> dict[str, str]:
        """Badge colours."""
        return {
            cls.DRAFT: "azure",
            cls.IN_REVIEW: "orange",
            cls.PUBLISHED: "green",
            cls.RETIRED: "gray",
        }


class Kind(models.TextChoices):
    """What an article is: a text to read, or the answer to a problem (D13-1, D13-2)."""

    ARTICLE = "article", _("Knowledge article")
    SOLUTION = "solution", _("Solution")

    @classmethod
    def colors(cls) -> dict[str, str]:
        """Badge colours."""
        return {cls.ARTICLE: "blue", cls.SOLUTION: "purple"}


class Audience(models.TextChoices):
    """Who may read, from wide to narrow."""

    PUBLIC = "public", _("Everybody (help centre)")
    CUSTOMERS = "customers", _("Customers we answer")
    STAFF = "staff", _("Colleagues")

    @classmethod
    def colors(cls) -> dict[str, str]:
        """Badge colours."""
        return {cls.PUBLIC: "teal", cls.CUSTOMERS: "cyan", cls.STAFF: "gray"}


def narrowest(audiences: Iterable[str]) -> str:
    """The narrowest of some audiences; the widest where there is none."""
    order = list(Audience.values)
    return order[max((order.index(item) for item in audiences), default=0)]


class Outcome(models.TextChoices):
    """What became of a version that was handed in."""

    PENDING = "pending", _("In review")
    RELEASED = "released", _("Released")
    RETURNED = "returned", _("Sent back")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Lack(models.TextChoices):
    """Why a text did not help."""

    WRONG = "wrong", _("Something in it is wrong")
    OUTDATED = "outdated", _("It is out of date")
    UNCLEAR = "unclear", _("I do not understand it")
    INCOMPLETE = "incomplete", _("Something is missing")
    OTHER_PROBLEM = "other", _("It is about another problem")


#: Code of the dictionary of faults.
FAULT = "knowledge_fault"
