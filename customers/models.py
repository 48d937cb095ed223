"""Tables of customers and contacts (`requirements` section 3, `market` 3.1, 3.4)."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from crm.access.shares import Share
from crm.core.models import SoftDeleted, TimeStamped, Versioned
from crm.dictionaries.models import Item, Region, Tag
from crm.pool.models import Pooled, owner_or_pool, pool_indexes
from crm.web.navigation import address
from customers.choices import Calendar, Gender, LifeCycle
from customers.querysets import ContactQuerySet, CustomerQuerySet
from customers.rhythm_models import RhythmDue, RhythmRule, RhythmSweep

__all__ = [
    "Category", "Contact", "ContactGroup", "Customer", "CustomerShare",
    "RhythmDue", "RhythmRule", "RhythmSweep",
]  # fmt: skip
KEPT = Q(deleted_at__isnull=True)


def dictionary_key(label: object) -> models.ForeignKey:
    """A foreign key to a dictionary value; the indexes that lists need are declared in Meta."""
    return models.ForeignKey(
        Item,
        verbose_name=label,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )


class Category(Versioned):
    """A node of the company's own classification schemes; a root is a scheme (S01-25)."""

    name = models.CharField(_("Name"), max_length=60)
    parent = models.ForeignKey(
        "self",
        verbose_name=_("Parent"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
    )
    order = models.PositiveSmallIntegerField(_("Order"), default=0)
    is_active = models.BooleanField(_("Active"), default=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = CustomerQuerySet.as_manager()

    class Meta:
        verbose_name = _("Classification")
        verbose_name_plural = _("Classifications")
        ordering = ["order", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["parent", "name"],
                name="customers_category_name_once_per_parent",
            ),
            models.UniqueConstraint(
                fields=["name"],
                condition=Q(parent__isnull=True),
                name="customers_category_scheme_once",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Customer(TimeStamped, Versioned, Pooled, SoftDeleted):
    """A company or a person the company sells to."""

    number = models.CharField(_("Customer number"), max_length=40, unique=True, editable=False)
    name = models.CharField(_("Customer name"), max_length=120)
    nature = dictionary_key(_("Customer nature"))
    life_cycle = models.CharField(
        _("Life cycle"), max_length=12, choices=LifeCycle, default=LifeCycle.POTENTIAL
    )
    grade = dictionary_key(_("Customer grade"))
    source = dictionary_key(_("Customer source"))
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
    credit_code = models.CharField(_("Unified social credit code"), max_length=30, blank=True)
    phone = models.CharField(_("Phone"), max_length=40, blank=True)
    email = models.EmailField(_("E-mail"), max_length=120, blank=True)
    preferred_method = dictionary_key(_("Preferred channel"))
    website = models.URLField(_("Website"), max_length=200, blank=True)
    need = models.TextField(_("Need"), max_length=2000, blank=True)
    product_preference = models.CharField(_("Product preference"), max_length=200, blank=True)
    annual_spending = models.DecimalField(
        _("Annual spending"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    cooperating_since = models.DateField(_("Cooperating since"), null=True, blank=True)
    entered_on = models.DateField(_("Entry date"))
    verified_on = models.DateField(_("Contact data verified on"), null=True, blank=True)
    closed_at = models.DateTimeField(_("Closed at"), null=True, editable=False)
    next_contact_at = models.DateTimeField(_("Next contact"), null=True, blank=True)
    last_contact_at = models.DateTimeField(_("Last contact"), null=True, editable=False)
    last_contact_summary = models.CharField(
        _("Last contact summary"), max_length=200, blank=True, editable=False
    )
    #: The earliest of the due actions, and until when it counts as contacted too often
    #: (`customers.rhythm`): stored, so that lists compare with them.
    rhythm_due_at = models.DateTimeField(null=True, editable=False)
    over_until = models.DateTimeField(null=True, editable=False)
    remarks = models.TextField(_("Remarks"), max_length=4000, blank=True)
    tags = models.ManyToManyField(Tag, verbose_name=_("Tags"), blank=True, related_name="customers")
    categories = models.ManyToManyField(
        Category,
        verbose_name=_("Classifications"),
        blank=True,
        related_name="customers",
    )
    #: An import kept the row although something is missing; any complete save clears it.
    is_incomplete = models.BooleanField(_("Incomplete"), default=False, editable=False)
    is_demo = models.BooleanField(default=False, editable=False)
    name_key = models.CharField(max_length=120, editable=False)
    name_pinyin = models.CharField(max_length=255, editable=False)
    name_initials = models.CharField(max_length=120, editable=False)

    objects = CustomerQuerySet.as_manager()

    class Meta:
        verbose_name = _("Customer")
        verbose_name_plural = _("Customers")
        ordering = ["-updated_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(life_cycle__in=LifeCycle.values),
                name="customers_customer_life_cycle",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="customers_customer_name_not_empty"),
            owner_or_pool("customers_customer_owner_or_pool"),
        ]
        # Lists walk these indexes in exactly their order (`performance.md` 6): the order columns,
        # then one per filter with the default order behind it.
        indexes = [
            models.Index(fields=["updated_at", "id"], condition=KEPT, name="cust_updated"),
            models.Index(fields=["created_at", "id"], condition=KEPT, name="cust_created"),
            models.Index(fields=["name_pinyin", "id"], condition=KEPT, name="cust_pinyin"),
            models.Index(fields=["number", "id"], condition=KEPT, name="cust_number"),
            models.Index(fields=["entered_on", "id"], condition=KEPT, name="cust_entered"),
            models.Index(fields=["last_contact_at", "id"], condition=KEPT, name="cust_last"),
            models.Index(fields=["next_contact_at", "id"], condition=KEPT, name="cust_next"),
            models.Index(
                fields=["rhythm_due_at", "id"],
                condition=KEPT & Q(rhythm_due_at__isnull=False),
                name="cust_rhythm",
            ),
            models.Index(
                fields=["over_until", "id"],
                condition=KEPT & Q(over_until__isnull=False),
                name="cust_over",
            ),
            models.Index(
                Coalesce("verified_on", "entered_on"), "id", condition=KEPT, name="cust_verify"
            ),
            models.Index(fields=["owner", "updated_at", "id"], condition=KEPT, name="cust_owner"),
            # One's own of one source or grade are counted and walked without passing the others.
            models.Index(
                fields=["owner", "source", "updated_at", "id"],
                condition=KEPT,
                name="cust_owner_source",
            ),
            models.Index(
                fields=["owner", "grade", "updated_at", "id"],
                condition=KEPT,
                name="cust_owner_grade",
            ),
            models.Index(
                fields=["owner", "region", "id"],
                condition=KEPT,
                name="cust_owner_region",
            ),
            models.Index(
                fields=["owner", "owner_since", "id"],
                condition=KEPT,
                name="cust_owner_since",
            ),
            models.Index(
                fields=["owner", "created_at", "id"],
                condition=KEPT,
                name="cust_owner_created",
            ),
            models.Index(
                fields=["owner", "entered_on", "id"],
                condition=KEPT,
                name="cust_owner_entered",
            ),
            models.Index(
                fields=["owner", "name_pinyin", "id"],
                condition=KEPT,
                name="cust_owner_pinyin",
            ),
            models.Index(
                fields=["owner", "number", "id"],
                condition=KEPT,
                name="cust_owner_number",
            ),
            models.Index(
                fields=["owner", "last_contact_at", "id"],
                condition=KEPT,
                name="cust_owner_last",
            ),
            models.Index(
                fields=["owner", "next_contact_at", "id"],
                condition=KEPT,
                name="cust_owner_next",
            ),
            models.Index(
                fields=[
                    "owner",
                    "life_cycle",
                    "grade",
                    "source",
                    "industry",
                    "nature",
                    "region",
                    "deleted_at",  # so that SQLite sees that the index alone can count
                ],
                condition=KEPT,
                name="cust_owner_facets",
            ),
            models.Index(
                fields=["life_cycle", "updated_at", "id"],
                condition=KEPT,
                name="cust_life_cycle",
            ),
            models.Index(fields=["grade", "updated_at", "id"], condition=KEPT, name="cust_grade"),
            models.Index(
                fields=["source", "updated_at", "id"],
                condition=KEPT,
                name="cust_source",
            ),
            models.Index(
                fields=["industry", "updated_at", "id"],
                condition=KEPT,
                name="cust_industry",
            ),
            models.Index(
                fields=["nature", "updated_at", "id"],
                condition=KEPT,
                name="cust_nature",
            ),
            models.Index(
                fields=["region", "updated_at", "id"],
                condition=KEPT,
                name="cust_region",
            ),
            models.Index(
                fields=["preferred_method", "updated_at", "id"],
                condition=KEPT & Q(preferred_method__isnull=False),
                name="cust_method",
            ),
            models.Index(fields=["name_key"], name="cust_name_key"),
            models.Index(
                fields=["credit_code"],
                condition=~Q(credit_code=""),
                name="cust_credit_code",
            ),
            models.Index(fields=["phone"], condition=~Q(phone=""), name="cust_phone"),
            models.Index(
                fields=["deleted_at", "id"],
                condition=Q(deleted_at__isnull=False),
                name="cust_bin",
            ),
            models.Index(
                fields=["updated_at", "id"],
                condition=KEPT & Q(is_incomplete=True),
                name="cust_incomplete",
            ),
            *pool_indexes("cust"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return address("customers:customer_detail", self.pk)


class CustomerShare(Share):
    """A team member of a customer besides its owner (guardian's direct-foreign-key table)."""

    content_object = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="shares")

    class Meta:
        verbose_name = _("Team member")
        verbose_name_plural = _("Team members")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "permission", "content_object"],
                name="customers_share_once",
            )
        ]


class ContactGroup(models.Model):
    """A group of contacts, for example everyone who gets the newsletter (S05-10)."""

    name = models.CharField(_("Name"), max_length=40, unique=True)

    objects = CustomerQuerySet.as_manager()

    class Meta:
        verbose_name = _("Contact group")
        verbose_name_plural = _("Contact groups")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Contact(TimeStamped, Versioned, SoftDeleted):
    """A person at a customer. Who sees the customer sees its contacts."""

    customer = models.ForeignKey(
        Customer,
        verbose_name=_("Customer"),
        on_delete=models.PROTECT,
        related_name="contacts",
        db_index=False,
    )
    name = models.CharField(_("Name"), max_length=60)
    salutation = models.CharField(_("Salutation"), max_length=20, blank=True)
    gender = models.CharField(_("Gender"), max_length=7, choices=Gender, default=Gender.UNKNOWN)
    position = models.CharField(_("Position"), max_length=60, blank=True)
    department = models.CharField(_("Department"), max_length=60, blank=True)
    is_primary = models.BooleanField(_("Primary contact"), default=False)
    is_decision_maker = models.BooleanField(_("Key decision maker"), default=False)
    reports_to = models.ForeignKey(
        "self",
        verbose_name=_("Reports to"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    mobile = models.CharField(_("Mobile"), max_length=20, blank=True)
    phone = models.CharField(_("Landline"), max_length=40, blank=True)
    other_phones = models.CharField(_("Further numbers"), max_length=200, blank=True)
    email = models.EmailField(_("E-mail"), max_length=120, blank=True)
    preferred_method = dictionary_key(_("Preferred channel"))
    wechat = models.CharField(_("WeChat"), max_length=60, blank=True)
    qq = models.CharField(_("QQ"), max_length=20, blank=True)
    birth_calendar = models.CharField(
        _("Birthday calendar"), max_length=5, choices=Calendar, default=Calendar.SOLAR
    )
    birth_year = models.PositiveSmallIntegerField(_("Year of birth"), null=True, blank=True)
    birth_month = models.PositiveSmallIntegerField(_("Month of birth"), null=True, blank=True)
    birth_day = models.PositiveSmallIntegerField(_("Day of birth"), null=True, blank=True)
    birth_leap = models.BooleanField(_("Leap month"), default=False)
    groups = models.ManyToManyField(
        ContactGroup,
        verbose_name=_("Contact groups"),
        blank=True,
        related_name="contacts",
    )
    verified_on = models.DateField(_("Contact data verified on"), null=True, blank=True)
    next_contact_at = models.DateTimeField(_("Next contact"), null=True, blank=True)
    last_contact_at = models.DateTimeField(_("Last contact"), null=True, editable=False)
    remarks = models.TextField(_("Remarks"), max_length=2000, blank=True)
    name_pinyin = models.CharField(max_length=255, editable=False)
    name_initials = models.CharField(max_length=60, editable=False)

    objects = ContactQuerySet.as_manager()

    class Meta:
        verbose_name = _("Contact")
        verbose_name_plural = _("Contacts")
        ordering = ["-is_primary", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(gender__in=Gender.values), name="customers_contact_gender"
            ),
            models.CheckConstraint(
                condition=Q(birth_calendar__in=Calendar.values),
                name="customers_contact_calendar",
            ),
            models.CheckConstraint(
                condition=Q(birth_month__isnull=True) | Q(birth_month__range=(1, 12)),
                name="customers_contact_birth_month",
            ),
            models.CheckConstraint(
                condition=Q(birth_day__isnull=True) | Q(birth_day__range=(1, 31)),
                name="customers_contact_birth_day",
            ),
            models.UniqueConstraint(
                fields=["customer"],
                condition=Q(is_primary=True, deleted_at__isnull=True),
                name="customers_contact_one_primary",
            ),
        ]
        indexes = [
            models.Index(fields=["customer", "id"], name="contact_customer"),
            models.Index(fields=["updated_at", "id"], condition=KEPT, name="contact_updated"),
            models.Index(fields=["created_at", "id"], condition=KEPT, name="contact_created"),
            models.Index(fields=["name_pinyin", "id"], condition=KEPT, name="contact_pinyin"),
            models.Index(fields=["next_contact_at", "id"], condition=KEPT, name="contact_next"),
            models.Index(
                fields=["preferred_method", "updated_at", "id"],
                condition=KEPT & Q(preferred_method__isnull=False),
                name="contact_method",
            ),
            # Both parts of an "or" must find it: SQLite takes no partial index for them.
            models.Index(fields=["verified_on", "created_at", "id"], name="contact_verified"),
            models.Index(fields=["mobile"], condition=~Q(mobile=""), name="contact_mobile"),
            models.Index(fields=["phone"], condition=~Q(phone=""), name="contact_phone"),
            models.Index(fields=["email"], condition=~Q(email=""), name="contact_email"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return address("customers:contact_detail", self.pk)

    @property
    def owner_id(self) -> int | None:
        """The customer's owner: masking and timelines ask every record alike."""
        return self.customer.owner_id

    @property
    def phones(self) -> list[str]:
        """All numbers of the contact."""
        further = [part for part in self.other_phones.split(",") if part]
        return [number for number in (self.mobile, self.phone, *further) if number]
