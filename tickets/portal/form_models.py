"""The public form of tickets, and the articles it offered before somebody sent it."""

import secrets
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from crm.access.querysets import ScopedQuerySet
from crm.core.models import TimeStamped, Versioned
from crm.visitors.origins import check_origins
from crm.web.navigation import address
from knowledge.models import ArticleVersion
from tickets.models.tickets import Ticket


def new_token() -> str:
    """A name nobody guesses."""
    return secrets.token_urlsafe(18)


class IntakeForm(TimeStamped, Versioned):
    """A form with an address of its own by which customers ask without a log-in."""

    title = models.CharField(_("Title"), max_length=60)
    intro = models.TextField(_("Introduction"), max_length=500, blank=True)
    token = models.CharField(max_length=40, unique=True, default=new_token, editable=False)
    thanks = models.TextField(_("Words of thanks"), max_length=500, blank=True)
    #: Sites that may show the form in a frame of their own pages.
    origins: Any = models.JSONField(
        _("May be embedded on"), default=list, blank=True, validators=[check_origins]
    )
    is_active = models.BooleanField(_("Active"), default=True)
    is_demo = models.BooleanField(default=False, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("Public ticket form")
        verbose_name_plural = _("Public ticket forms")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.title

    def get_public_url(self) -> str:
        """The address visitors know."""
        return address("tickets:public_intake", self.token)


class ArticleOffer(models.Model):
    """A version of an article that one page of a form offered: opened, or sent after all."""

    form = models.ForeignKey(
        IntakeForm, on_delete=models.CASCADE, related_name="offers", db_index=False
    )
    version = models.ForeignKey(ArticleVersion, on_delete=models.CASCADE, related_name="+")
    #: The hash of the page's one-use part; nothing tells who it was.
    page = models.CharField(max_length=32)
    offered_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    ticket = models.ForeignKey(
        Ticket, null=True, on_delete=models.SET_NULL, related_name="+", db_index=True
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["form", "page", "version"], name="tickets_offer_once")
        ]

    def __str__(self) -> str:
        return f"{self.form_id} {self.version_id}"


class ArticleOfferCount(models.Model):
    """How often one version was offered by one form, of rows that are no longer kept one by one."""

    form = models.ForeignKey(
        IntakeForm, on_delete=models.CASCADE, related_name="offer_counts", db_index=False
    )
    version = models.ForeignKey(ArticleVersion, on_delete=models.CASCADE, related_name="+")
    offered = models.PositiveIntegerField(default=0)
    opened = models.PositiveIntegerField(default=0)
    spared = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["form", "version"], name="tickets_offer_count_once")
        ]

    def __str__(self) -> str:
        return f"{self.form_id} {self.version_id}"
