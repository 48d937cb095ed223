"""Bulk actions on customers (D03-12): assign, distribute, edit, tag, classify, verify, delete."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from crm.access import verbs
from crm.dictionaries import tagging
from crm.pool import bulk as pooled
from crm.pool.verbs import TRANSFER
from crm.web.bulk import BulkAction, register
from customers import bulk_forms, forms, leaving, lists, pool_lists
from customers.models import Category, Contact, Customer
from customers.services.changing import (
    assign_customer,
    classify_customer,
    set_life_cycle,
    tag_customer,
    update_customer,
)
from customers.services.contacts import delete_contact
from customers.services.distributing import allocate_customer, distribute_customer
from customers.services.removing import delete_customer
from customers.services.transferring import transfer_customer
from customers.services.verifying import verify_contact, verify_customer


@register
class AssignCustomers(BulkAction):
    """Give the marked customers to another owner."""

    spec = lists.CUSTOMERS
    name = "assign"
    label = _("Assign")
    icon = "user-share"
    verb = verbs.ASSIGN
    form_class = forms.AssignForm

    def perform(self, obj: Customer, data: dict[str, Any], actor: Any) -> None:
        assign_customer(obj, data["owner"], actor=actor, note=data.get("note", ""))


@register
class DistributeCustomers(BulkAction):
    """Give the marked customers to several people, in turn or by load (D03-15)."""

    spec = lists.CUSTOMERS
    name = "distribute"
    label = _("Distribute")
    icon = "arrows-shuffle"
    verb = verbs.ASSIGN
    form_class = bulk_forms.DistributeForm

    def perform(self, obj: Customer, data: dict[str, Any], actor: Any) -> None:
        distribute_customer(
            obj, data["people"], way=data["way"], actor=actor, note=data.get("note", "")
        )


@register
class AllocateCustomers(BulkAction):
    """Give the marked customers to whom the rules of allocation say (D03-15)."""

    spec = lists.CUSTOMERS
    name = "allocate"
    label = _("Allocate by rules")
    icon = "git-branch"
    verb = verbs.ASSIGN

    def perform(self, obj: Customer, data: dict[str, Any], actor: Any) -> None:
        allocate_customer(obj, actor=actor)


@register
class EditCustomers(BulkAction):
    """Give the marked customers the same values in some fields."""

    spec = lists.CUSTOMERS
    name = "edit"
    label = _("Edit fields")
    icon = "pencil"
    form_class = bulk_forms.FieldsForm

    def perform(self, obj: Customer, data: dict[str, Any], actor: Any) -> None:
        changes = {name: value for name, value in data.items() if value}
        update_customer(obj, changes=changes, actor=actor, completes=False)


@register
class TagCustomers(BulkAction):
    """Put tags on the marked customers and take tags off."""

    spec = lists.CUSTOMERS
    name = "tag"
    label = _("Tag")
    icon = "tag"
    form_class = tagging.TagForm

    def perform(self, obj: Customer, data: dict[str, Any], actor: Any) -> None:
        tag_customer(obj, **tagging.chosen(data, actor), actor=actor)


@register
class ClassifyCustomers(BulkAction):
    """Put the marked customers into a class."""

    spec = lists.CUSTOMERS
    name = "classify"
    label = _("Classify")
    icon = "category"
    form_class = bulk_forms.ClassifyForm

    def perform(self, obj: Customer, data: dict[str, Any], actor: Any) -> None:
        classify_customer(obj, Category.objects.get(pk=data["category"]), actor=actor)


@register
class MoveLifeCycle(BulkAction):
    """Move the marked customers to a stage of the life cycle."""

    spec = lists.CUSTOMERS
    name = "life-cycle"
    label = _("Change life cycle")
    icon = "git-branch"
    form_class = bulk_forms.LifeCycleForm

    def perform(self, obj: Customer, data: dict[str, Any], actor: Any) -> None:
        set_life_cycle(obj, data["life_cycle"], actor=actor)


@register
class VerifyCustomers(BulkAction):
    """Note that the contact data of the marked customers is right today (T14)."""

    spec = lists.CUSTOMERS
    name = "verify"
    label = _("Contact data verified")
    icon = "circle-check"

    def perform(self, obj: Customer, data: dict[str, Any], actor: Any) -> None:
        verify_customer(obj, actor=actor)


@register
class DeleteCustomers(BulkAction):
    """Put the marked customers into the recycle bin (P20)."""

    spec = lists.CUSTOMERS
    name = "delete"
    label = _("Confirm deletion")
    icon = "trash"
    verb = verbs.DELETE
    danger = True

    def consequences(self, rows: QuerySet) -> list[dict[str, Any]]:
        return leaving.consequences_of_many(rows)

    def perform(self, obj: Customer, data: dict[str, Any], actor: Any) -> None:
        delete_customer(obj, actor=actor)


@register
class TransferCustomers(BulkAction):
    """Give the marked customers to a colleague."""

    spec = lists.CUSTOMERS
    name = "transfer"
    label = _("Transfer")
    icon = "transfer"
    verb = TRANSFER
    form_class = forms.TransferForm

    def perform(self, obj: Customer, data: dict[str, Any], actor: Any) -> None:
        transfer_customer(
            obj,
            data["owner"],
            actor=actor,
            old_owner=data.get("old_owner", ""),
            along=data.get("along", ()),
            note=data.get("note", ""),
        )


@register
class ReleaseCustomers(pooled.ReleaseMany):
    """Put the marked customers into the pool."""

    spec = lists.CUSTOMERS


@register
class LockCustomers(pooled.LockMany):
    """Lock the marked customers against the pool."""

    spec = lists.CUSTOMERS


@register
class ProtectCustomers(pooled.ProtectMany):
    """Protect the marked customers for some days."""

    spec = lists.CUSTOMERS


@register
class ClaimCustomers(pooled.ClaimMany):
    """Claim the marked customers."""

    spec = pool_lists.POOL


@register
class AssignPoolCustomers(BulkAction):
    """Give the marked customers of the pool to somebody."""

    spec = pool_lists.POOL
    name = "assign"
    label = _("Assign")
    icon = "user-share"
    verb = verbs.ASSIGN
    form_class = forms.PoolAssignForm

    def perform(self, obj: Customer, data: dict[str, Any], actor: Any) -> None:
        assign_customer(obj, data["owner"], actor=actor, note=data.get("note", ""))


@register
class DistributePoolCustomers(DistributeCustomers):
    """Give the marked customers of the pool to several people."""

    spec = pool_lists.POOL


@register
class AllocatePoolCustomers(AllocateCustomers):
    """Give the marked customers of the pool to whom the rules of allocation say."""

    spec = pool_lists.POOL


@register
class DeletePoolCustomers(BulkAction):
    """Put the marked customers of the pool into the recycle bin."""

    spec = pool_lists.POOL
    name = "delete"
    label = _("Confirm deletion")
    icon = "trash"
    verb = verbs.DELETE
    danger = True

    def consequences(self, rows: QuerySet) -> list[dict[str, Any]]:
        return leaving.consequences_of_many(rows)

    def perform(self, obj: Customer, data: dict[str, Any], actor: Any) -> None:
        delete_customer(obj, actor=actor)


@register
class VerifyContacts(BulkAction):
    """Note that the data of the marked contacts is right today (T14)."""

    spec = lists.CONTACTS
    name = "verify"
    label = _("Contact data verified")
    icon = "circle-check"

    def perform(self, obj: Contact, data: dict[str, Any], actor: Any) -> None:
        verify_contact(obj, actor=actor)


@register
class DeleteContacts(BulkAction):
    """Put the marked contacts into the recycle bin."""

    spec = lists.CONTACTS
    name = "delete"
    label = _("Confirm deletion")
    icon = "trash"
    verb = verbs.DELETE
    danger = True

    def perform(self, obj: Contact, data: dict[str, Any], actor: Any) -> None:
        delete_contact(obj, actor=actor)


CUSTOMER_ACTIONS = (
    AssignCustomers,
    DistributeCustomers,
    AllocateCustomers,
    TransferCustomers,
    EditCustomers,
    TagCustomers,
    ClassifyCustomers,
    MoveLifeCycle,
    VerifyCustomers,
    ReleaseCustomers,
    LockCustomers,
    ProtectCustomers,
    DeleteCustomers,
)
POOL_ACTIONS = (
    ClaimCustomers,
    AssignPoolCustomers,
    DistributePoolCustomers,
    AllocatePoolCustomers,
    DeletePoolCustomers,
)
CONTACT_ACTIONS = (VerifyContacts, DeleteContacts)
