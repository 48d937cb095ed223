"""Create, change and remove contacts; the customer's search document follows."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from crm.access import policies, verbs
from crm.audit.services import record
from crm.core import clock
from crm.core.changes import difference, touch, write_changes
from crm.core.errors import InvalidValue
from customers import next_contacts, protection, rules
from customers.models import Contact
from customers.services.removing import require_kept
from customers.services.writing import contact_spelling, reindex, spell_contact


@transaction.atomic
def create_contact(contact: Contact, *, actor: Any, groups: Any = ()) -> Contact:
    """Add a contact to a customer the actor may view (D04-1). The first one is the primary."""
    policies.require(actor, verbs.ADD, Contact)
    policies.require(actor, verbs.VIEW, contact.customer)
    protection.require_unlocked(contact.customer)
    _check(contact)
    now = clock.now()
    contact.created_at = contact.updated_at = now
    contact.created_by = actor
    spell_contact(contact)
    others = Contact.objects.filter(customer=contact.customer).primary()
    if not others.exists():
        contact.is_primary = True
    elif contact.is_primary:
        others.update(is_primary=False)
    contact.full_clean(exclude=["created_by", "customer"], validate_constraints=False)
    contact.save(force_insert=True)
    if groups:
        contact.groups.set(groups)
    reindex([contact.customer_id])
    if contact.next_contact_at is not None:
        next_contacts.replan_contacts([contact.pk])
    record("customers.contact.created", contact, actor=actor, about=[contact.customer])
    return contact


@transaction.atomic
def update_contact(
    contact: Contact,
    *,
    changes: dict[str, Any],
    actor: Any,
    version: int | None = None,
    groups: Any = None,
    note: str = "",
) -> Contact:
    """Change a contact (D04-1). Becoming primary takes that from the one before."""
    policies.require(actor, verbs.CHANGE, contact)
    protection.require_unlocked(contact.customer)
    if changes.get("is_primary") is False and contact.is_primary:
        raise InvalidValue(
            _("Saving failed: a customer needs a primary contact. Make another one primary."),
            field="is_primary",
        )
    if changes.get("is_primary") and not contact.is_primary:
        Contact.objects.filter(customer=contact.customer).primary().update(is_primary=False)
    if "name" in changes:
        changes = {**changes, **contact_spelling(changes["name"])}
    probe = Contact(**{name: getattr(contact, name) for name in ("name", "position", "email")})
    for name, (_old, value) in difference(contact, changes).items():
        setattr(probe, name, value)
    rules.refuse(rules.contact_problems(probe))
    diff = write_changes(contact, changes, version=version)
    shown = {name: pair for name, pair in diff.items() if not name.startswith("name_")}
    linked = _replace_groups(contact, groups)
    if linked and not diff:
        touch(contact)
    shown.update(linked)
    if diff:
        reindex([contact.customer_id])
    if next_contacts.PLANNED & diff.keys():
        next_contacts.replan_contacts([contact.pk])
    if shown:
        record(
            "customers.contact.updated",
            contact,
            actor=actor,
            changes=shown,
            about=[contact.customer],
            note=note,
        )
    return contact


def _replace_groups(contact: Contact, wanted: Any) -> dict[str, list[str]]:
    if wanted is None:
        return {}
    old, new = list(contact.groups.all()), list(wanted)
    if {group.pk for group in old} == {group.pk for group in new}:
        return {}
    contact.groups.set(new)
    return {"groups": ["、".join(map(str, old)), "、".join(map(str, new))]}


@transaction.atomic
def delete_contact(contact: Contact, *, actor: Any) -> None:
    """Put a contact into the bin. The primary one hands over to the next, if there is one."""
    policies.require(actor, verbs.DELETE, contact)
    _delete(contact, actor)


def _delete(contact: Contact, actor: Any) -> None:
    was_primary = contact.is_primary
    changes = {"deleted_at": clock.now(), "deleted_by": actor, "is_primary": False}
    write_changes(contact, changes)
    if was_primary:
        heir = Contact.objects.filter(customer=contact.customer, deleted_at__isnull=True)
        first = heir.order_by("id").values_list("pk", flat=True).first()
        Contact.objects.filter(pk=first).update(is_primary=True)
    reindex([contact.customer_id])
    next_contacts.replan_contacts([contact.pk])
    record("customers.contact.deleted", contact, actor=actor, about=[contact.customer])


@transaction.atomic
def purge_contact(contact: Contact, *, actor: Any) -> None:
    """Remove a contact for good, as the undo of its import does; the log keeps its name.

    Raises NotAllowed without the right to import.
    """
    policies.require(actor, verbs.IMPORT, contact)
    _delete(contact, actor)
    Contact.objects.filter(pk=contact.pk).delete()


@transaction.atomic
def restore_contact(contact: Contact, *, actor: Any) -> Contact:
    """Bring a contact back. Raises InvalidTransition while its customer lies in the bin."""
    policies.require(actor, verbs.DELETE, contact)
    require_kept(contact.customer)
    others = Contact.objects.filter(customer=contact.customer).primary().exists()
    changes = {"deleted_at": None, "deleted_by": None, "is_primary": not others}
    write_changes(contact, changes)
    reindex([contact.customer_id])
    next_contacts.replan_contacts([contact.pk])
    record("customers.contact.restored", contact, actor=actor, about=[contact.customer])
    return contact


@transaction.atomic
def reveal_contact(contact: Contact, *, actor: Any) -> dict[str, str]:
    """Show a contact's masked phones and e-mail: a click that is recorded."""
    policies.require(actor, verbs.REVEAL, contact)
    protection.require_unlocked(contact.customer)
    record("customers.contact.revealed", contact, actor=actor, about=[contact.customer])
    return {"phones": "、".join(contact.phones), "email": contact.email}


def _check(contact: Contact) -> None:
    rules.refuse(rules.contact_problems(contact))
    if contact.customer.deleted_at is not None:
        raise InvalidValue(
            _("Saving failed: the customer is in the recycle bin."), field="customer"
        )
