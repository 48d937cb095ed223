"""Filters of the lists; only what is declared here is read from the address."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.accounts.filters import PersonFilter, TeamFilter
from crm.activities.choices import METHOD
from crm.core import clock
from crm.dictionaries.filters import ItemFilter, RegionFilter, TagFilter
from crm.pool.choices import Kind
from crm.pool.filters import FallenFilter, FallsOnFilter, PoolDueFilter, PoolFilter, ProtectedFilter
from crm.web.filters import ChoiceFilter, DateRangeFilter, DueFilter, FilterSet, YesNoFilter
from customers import categories
from customers.choices import GRADE, INDUSTRY, NATURE, SOURCE, Gender, LifeCycle
from customers.models import ContactGroup, Customer
from customers.verifying import VerifiedFilter

#: How long nobody has contacted a customer (`market` 2.9).
SILENT_CHOICES = (
    ("7", _("No contact for 7 days")),
    ("15", _("No contact for 15 days")),
    ("30", _("No contact for 30 days")),
    ("90", _("No contact for 3 months")),
    ("180", _("No contact for 6 months")),
    ("never", _("Never contacted")),
)


class SilentFilter(ChoiceFilter):
    """Customers whose last contact is so long ago, or who never had one."""

    NEVER = "never"

    def filter(self, qs: Any, value: list[str]) -> Any:
        found = Q()
        for each in value or ():
            found |= silent(*silent_since(each))
        return qs.filter(found)


def silent_since(value: str) -> tuple[datetime, ...]:
    """The instant before which the last contact lies: whole days; none for never."""
    if value == SilentFilter.NEVER:
        return ()
    return (clock.day_bounds(clock.today() - timedelta(days=int(value)))[0],)


def silent(*since: datetime) -> Q:
    """Last contacted before an instant; without one never."""
    return Q(last_contact_at__lt=since[0]) if since else Q(last_contact_at__isnull=True)


class FrequencyFilter(ChoiceFilter):
    """Customers contacted less or more often than the rule of their grade asks (S11-65)."""

    CHOICES = (("below", _("Below the frequency")), ("over", _("Contacted too often")))

    def filter(self, qs: Any, value: list[str]) -> Any:
        now = clock.now()
        wanted = {"below": Q(rhythm_due_at__lte=now), "over": Q(over_until__gt=now)}
        found = Q()
        for each in value or ():
            found |= wanted[each]
        return qs.filter(found)


class CustomerFilter(FilterSet):
    """D03-7, D05-2, D05-6."""

    inline = ("life_cycle", "grade", "source", "next_contact")
    hidden = ("falls_on",)

    life_cycle = ChoiceFilter(label=_("Life cycle"), choices=LifeCycle.choices)
    grade = ItemFilter(GRADE, label=_("Customer grade"))
    source = ItemFilter(SOURCE, label=_("Customer source"))
    next_contact = DueFilter(field_name="next_contact_at", label=_("Next contact"))
    industry = ItemFilter(INDUSTRY, label=_("Industry"))
    nature = ItemFilter(NATURE, label=_("Customer nature"))
    owner = PersonFilter(label=_("Owner"))
    team = TeamFilter(field_name="owner", label=_("Whose"))
    region = RegionFilter(field_name="region", label=_("Region"))
    tags = TagFilter(through=Customer.tags.through, owner="customer_id", label=_("Tags"))
    preferred_method = ItemFilter(METHOD, label=_("Preferred channel"))
    category = ChoiceFilter(
        field_name="categories", label=_("Classification"), choices=categories.choices
    )
    pool_due = PoolDueFilter(Kind.CUSTOMER)
    falls_on = FallsOnFilter(Kind.CUSTOMER)
    locked = YesNoFilter(field_name="is_locked", label=_("Locked"))
    protected = ProtectedFilter()
    pool = PoolFilter(Kind.CUSTOMER)
    incomplete = YesNoFilter(field_name="is_incomplete", label=_("Incomplete"))
    created = DateRangeFilter(field_name="created_at", label=_("Created at"))
    assigned = DateRangeFilter(field_name="owner_since", label=_("Owner since"))
    entered = DateRangeFilter(field_name="entered_on", label=_("Entry date"))
    last_contact = DateRangeFilter(field_name="last_contact_at", label=_("Last contact"))
    silent = SilentFilter(label=_("Not contacted"), choices=SILENT_CHOICES)
    frequency = FrequencyFilter(label=_("Contact frequency"), choices=FrequencyFilter.CHOICES)
    planned = DateRangeFilter(field_name="next_contact_at", label=_("Next contact on"))
    verified = VerifiedFilter(entered="entered_on")
    created_by = PersonFilter(label=_("Created by"))


class CustomerPoolFilter(FilterSet):
    """What members of a pool narrow its customers by."""

    inline = ("grade", "industry", "source", "pool_due")
    hidden = ("fallen",)

    grade = ItemFilter(GRADE, label=_("Customer grade"))
    industry = ItemFilter(INDUSTRY, label=_("Industry"))
    source = ItemFilter(SOURCE, label=_("Customer source"))
    pool_due = PoolDueFilter(Kind.CUSTOMER)
    fallen = FallenFilter(Kind.CUSTOMER)
    pool = PoolFilter(Kind.CUSTOMER)
    region = RegionFilter(field_name="region", label=_("Region"))
    tags = TagFilter(through=Customer.tags.through, owner="customer_id", label=_("Tags"))
    previous_owner = PersonFilter(label=_("Previous owner"))
    entered_pool = DateRangeFilter(field_name="pool_entered_at", label=_("In the pool since"))
    last_contact = DateRangeFilter(field_name="last_contact_at", label=_("Last contact"))


class ContactFilter(FilterSet):
    """Contacts by group, role at the customer and dates."""

    inline = ("groups", "is_decision_maker", "next_contact")

    groups = ChoiceFilter(
        field_name="groups",
        label=_("Contact groups"),
        choices=lambda: list(ContactGroup.objects.values_list("pk", "name")),
    )
    is_decision_maker = YesNoFilter(label=_("Key decision maker"))
    next_contact = DueFilter(field_name="next_contact_at", label=_("Next contact"))
    is_primary = YesNoFilter(label=_("Primary contact"))
    preferred_method = ItemFilter(METHOD, label=_("Preferred channel"))
    gender = ChoiceFilter(label=_("Gender"), choices=Gender.choices)
    owner = PersonFilter(field_name="customer__owner", label=_("Owner"))
    team = TeamFilter(field_name="customer__owner", label=_("Whose"))
    verified = VerifiedFilter(entered="created_at")
    created = DateRangeFilter(field_name="created_at", label=_("Created at"))
