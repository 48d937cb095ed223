"""What is sold and who sells against us: products and competitors."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.access.querysets import ScopedQuerySet
from crm.core.models import Versioned
from crm.dictionaries.models import Item
from crm.web.navigation import address


def item_key(label: object) -> models.ForeignKey:
    """A foreign key to a dictionary value; lists declare the indexes they need in Meta."""
    return models.ForeignKey(
        Item,
        verbose_name=label,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )


class Product(Versioned):
    """An entry of the product catalogue (D08-1). Off sale it stays on the old lines."""

    code = models.CharField(_("Product code"), max_length=40, unique=True)
    name = models.CharField(_("Product name"), max_length=120)
    category = item_key(_("Product category"))
    specification = models.CharField(_("Specification"), max_length=200, blank=True)
    unit = item_key(_("Unit"))
    list_price = models.DecimalField(_("List price"), max_digits=14, decimal_places=2, default=0)
    is_on_sale = models.BooleanField(_("On sale"), default=True)
    remarks = models.TextField(_("Remarks"), max_length=2000, blank=True)
    is_demo = models.BooleanField(default=False, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("Product")
        verbose_name_plural = _("Products")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(list_price__gte=0), name="opportunities_product_price"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return address("opportunities:product_detail", self.pk)


class Competitor(Versioned):
    """A company that sells against us, with what it is good and bad at (S11-24)."""

    name = models.CharField(_("Competitor"), max_length=80, unique=True)
    strengths = models.TextField(_("Strengths"), max_length=2000, blank=True)
    weaknesses = models.TextField(_("Weaknesses"), max_length=2000, blank=True)
    website = models.URLField(_("Website"), max_length=200, blank=True)
    is_active = models.BooleanField(_("Active"), default=True)
    is_demo = models.BooleanField(default=False, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("Competitor")
        verbose_name_plural = _("Competitors")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return address("opportunities:competitor_detail", self.pk)
