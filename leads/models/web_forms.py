"""Public forms that visitors of a web site fill in."""

import secrets
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.access.querysets import ScopedQuerySet
from crm.core.models import TimeStamped, Versioned
from crm.visitors.origins import check_origins
from crm.web.navigation import address
from customers.models import dictionary_key
from leads.choices import Target


def new_token() -> str:
    """A name nobody guesses."""
    return secrets.token_urlsafe(18)


def usual_fields() -> list[str]:
    """What a new form asks besides name and mobile."""
    return ["company", "need"]


class WebForm(TimeStamped, Versioned):
    """A form with an address of its own that needs no log-in."""

    title = models.CharField(_("Title"), max_length=60)
    intro = models.TextField(_("Introduction"), max_length=500, blank=True)
    token = models.CharField(max_length=40, unique=True, default=new_token, editable=False)
    #: Codes of `leads.public_fields`.
    asked: Any = models.JSONField(_("Further fields"), default=usual_fields, blank=True)
    source = dictionary_key(_("Lead source"))
    target = models.CharField(_("Leads go to"), max_length=8, choices=Target, default=Target.RULES)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Owner"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("For “One person”; with the rules for leads that no rule takes."),
    )
    #: Sites that may show the form in a frame of their own pages.
    origins: Any = models.JSONField(
        _("May be embedded on"), default=list, blank=True, validators=[check_origins]
    )
    thanks = models.TextField(_("Words of thanks"), max_length=500, blank=True)
    is_active = models.BooleanField(_("Active"), default=True)
    is_demo = models.BooleanField(default=False, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("Public form")
        verbose_name_plural = _("Public forms")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(target__in=Target.values), name="leads_web_form_target"
            ),
            models.CheckConstraint(
                condition=~Q(target=Target.PERSON) | Q(owner__isnull=False),
                name="leads_web_form_person",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_public_url(self) -> str:
        """The address visitors know."""
        return address("leads:public_form", self.token)
