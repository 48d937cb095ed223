"""The table of leads (`requirements` section 3, `market` 2.2)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.core.models import SoftDeleted, TimeStamped, Versioned
from crm.dictionaries.models import Region, Tag
from crm.pool.models import Pooled, owner_or_pool, pool_indexes
from crm.web.navigation import address
from customers.models import Contact, Customer, dictionary_key
from leads.choices import LeadState
from leads.querysets import LeadQuerySet
from opportunities.models import Opportunity

KEPT = Q(deleted_at__isnull=True)


class Lead(TimeStamped, Versioned, Pooled, SoftDeleted):
    """An enquiry or a contact that is not confirmed as a customer yet (S01-26)."""

    number = models.CharField(_("Lead number"), max_length=40, unique=True, editable=False)
    name = models.CharField(_("Lead name"), max_length=120)
    status = models.CharField(
        _("Lead state"),
        max_length=10,
        choices=LeadState,
        default=LeadState.NEW,
        editable=False,
    )
    contact_name = models.CharField(_("Contact person"), max_length=60, blank=True)
    position = models.CharField(_("Position"), max_length=60, blank=True)
    mobile = models.CharField(_("Mobile"), max_length=20, blank=True)
    phone = models.CharField(_("Phone"), max_length=40, blank=True)
    email = models.EmailField(_("E-mail"), max_length=120, blank=True)
    wechat = models.CharField(_("WeChat"), max_length=60, blank=True)
    source = dictionary_key(_("Lead source"))
    #: The page a visitor sent the public form from, as his browser told it.
    source_page = models.CharField(_("Source page"), max_length=300, blank=True, editable=False)
    web_form = models.ForeignKey(
        "leads.WebForm",
        verbose_name=_("Public form"),
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="leads",
        db_index=False,
    )
    industry = dictionary_key(_("Industry"))
    region = models.ForeignKey(
        Region,
        verbose_name=_("Region"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    address = models.CharField(_("Detailed address"), max_length=200, blank=True)
    need = models.TextField(_("Need summary"), max_length=2000, blank=True)
    pain_points = models.TextField(_("Pain points"), max_length=2000, blank=True)
    remarks = models.TextField(_("Remarks"), max_length=4000, blank=True)
    tags = models.ManyToManyField(Tag, verbose_name=_("Tags"), blank=True, related_name="leads")
    score = models.SmallIntegerField(_("Lead score"), default=0, editable=False)
    follow_up_count = models.PositiveIntegerField(_("Follow-ups"), default=0, editable=False)
    #: By when somebody must have talked to the lead (T2).
    first_contact_due_at = models.DateTimeField(_("First contact due"), null=True, editable=False)
    first_contact_at = models.DateTimeField(_("First contact at"), null=True, editable=False)
    next_contact_at = models.DateTimeField(_("Next contact"), null=True, blank=True)
    last_contact_at = models.DateTimeField(_("Last contact"), null=True, editable=False)
    last_contact_summary = models.CharField(
        _("Last contact summary"), max_length=200, blank=True, editable=False
    )
    abandon_reason = dictionary_key(_("Abandon reason"))
    abandon_note = models.CharField(_("Explanation"), max_length=500, blank=True)
    abandoned_at = models.DateTimeField(_("Abandoned at"), null=True, editable=False)
    converted_at = models.DateTimeField(_("Converted at"), null=True, editable=False)
    converted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Converted by"),
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    #: Empty again where the customer was removed for good.
    converted_customer = models.ForeignKey(
        Customer,
        verbose_name=_("Customer made from it"),
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="leads",
    )
    converted_contact = models.ForeignKey(
        Contact,
        verbose_name=_("Contact made from it"),
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    converted_opportunity = models.ForeignKey(
        Opportunity,
        verbose_name=_("Opportunity made from it"),
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    #: An import kept the row although something is missing; any complete save clears it.
    is_incomplete = models.BooleanField(_("Incomplete"), default=False, editable=False)
    is_demo = models.BooleanField(default=False, editable=False)
    name_key = models.CharField(max_length=120, editable=False)
    name_pinyin = models.CharField(max_length=255, editable=False)
    name_initials = models.CharField(max_length=120, editable=False)

    objects = LeadQuerySet.as_manager()

    class Meta:
        verbose_name = _("Lead")
        verbose_name_plural = _("Leads")
        ordering = ["-updated_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=LeadState.values), name="leads_lead_state"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="leads_lead_name_not_empty"),
            owner_or_pool("leads_lead_owner_or_pool"),
            models.CheckConstraint(
                condition=~Q(status=LeadState.ABANDONED)
                | (Q(abandon_reason__isnull=False) & ~Q(abandon_note="")),
                name="leads_lead_abandoned_with_reason",
            ),
            models.CheckConstraint(
                condition=~Q(status=LeadState.CONVERTED) | Q(converted_at__isnull=False),
                name="leads_lead_converted_at",
            ),
        ]
        # As with customers: the order columns first, then one per filter of the bar.
        indexes = [
            *pool_indexes("lead"),
            models.Index(fields=["updated_at", "id"], condition=KEPT, name="lead_updated"),
            models.Index(fields=["created_at", "id"], condition=KEPT, name="lead_created"),
            models.Index(fields=["name_pinyin", "id"], condition=KEPT, name="lead_pinyin"),
            models.Index(fields=["number", "id"], condition=KEPT, name="lead_number"),
            models.Index(fields=["score", "id"], condition=KEPT, name="lead_score"),
            models.Index(fields=["next_contact_at", "id"], condition=KEPT, name="lead_next"),
            models.Index(fields=["last_contact_at", "id"], condition=KEPT, name="lead_last"),
            models.Index(
                fields=["first_contact_due_at", "id"], condition=KEPT, name="lead_first_due"
            ),
            models.Index(fields=["owner", "updated_at", "id"], condition=KEPT, name="lead_owner"),
            models.Index(
                fields=["owner", "next_contact_at", "id"], condition=KEPT, name="lead_owner_next"
            ),
            models.Index(
                fields=["owner", "status", "id"], condition=KEPT, name="lead_owner_status"
            ),
            models.Index(
                fields=["owner", "created_at", "id"], condition=KEPT, name="lead_owner_created"
            ),
            models.Index(
                fields=["owner", "name_pinyin", "id"], condition=KEPT, name="lead_owner_pinyin"
            ),
            models.Index(
                fields=["owner", "number", "id"], condition=KEPT, name="lead_owner_number"
            ),
            models.Index(fields=["owner", "score", "id"], condition=KEPT, name="lead_owner_score"),
            models.Index(
                fields=["owner", "last_contact_at", "id"], condition=KEPT, name="lead_owner_last"
            ),
            models.Index(
                fields=["owner", "first_contact_due_at", "id"],
                condition=KEPT,
                name="lead_owner_first",
            ),
            models.Index(
                fields=["converted_at", "id"],
                condition=KEPT & Q(converted_at__isnull=False),
                name="lead_converted",
            ),
            models.Index(
                fields=["owner", "converted_at", "id"],
                condition=KEPT & Q(converted_at__isnull=False),
                name="lead_owner_converted",
            ),
            models.Index(
                fields=["status", "converted_at", "id"],
                condition=KEPT & Q(converted_at__isnull=False),
                name="lead_state_converted",
            ),
            models.Index(fields=["status", "updated_at", "id"], condition=KEPT, name="lead_state"),
            models.Index(fields=["source", "updated_at", "id"], condition=KEPT, name="lead_source"),
            models.Index(
                fields=["abandon_reason", "abandoned_at", "id"],
                condition=KEPT & Q(status=LeadState.ABANDONED),
                name="lead_abandoned",
            ),
            models.Index(fields=["name_key"], name="lead_name_key"),
            models.Index(fields=["mobile"], condition=~Q(mobile=""), name="lead_mobile"),
            models.Index(fields=["phone"], condition=~Q(phone=""), name="lead_phone"),
            models.Index(fields=["email"], condition=~Q(email=""), name="lead_email"),
            models.Index(
                fields=["deleted_at", "id"],
                condition=Q(deleted_at__isnull=False),
                name="lead_bin",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """A converted lead stands in the report only (C7)."""
        page = "report_detail" if self.status == LeadState.CONVERTED else "lead_detail"
        return address(f"leads:{page}", self.pk)

    @property
    def numbers(self) -> list[str]:
        """All numbers of the lead."""
        return [number for number in (self.mobile, self.phone) if number]

    @property
    def awaits_first_contact(self) -> bool:
        """Whether nobody has talked to it yet although somebody should."""
        return self.status == LeadState.NEW and self.first_contact_due_at is not None
