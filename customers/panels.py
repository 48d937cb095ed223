"""Panels of the customer page: contacts, team, files."""

from typing import Any, NamedTuple

from django.db import models
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.access import policies, verbs
from crm.access.masking import Masking
from crm.activities.panels import FilesPanel
from crm.core import clock, prepared
from crm.core.phones import mask_phone
from crm.web.navigation import address
from crm.web.panels import Panel, register
from customers import protection
from customers.models import Contact, Customer, CustomerShare

LIMIT = 20
#: Members read, ended ones with them.
MOST_SHARES = 200


class Person(NamedTuple):
    """What the panel shows of a contact."""

    pk: int
    name: str
    position: str
    mobile: str
    phone: str
    is_primary: bool
    is_decision_maker: bool


class ContactsPanel(Panel):
    """The people at the customer, the primary one first."""

    name = "contacts"
    title = gettext_lazy("Contacts")
    icon = "users"
    side = "left"
    order = 10
    lazy = False
    model = Contact
    empty = gettext_lazy("No contact yet. Add the person you talk to.")

    def context(self, obj: models.Model, user: Any) -> dict[str, Any]:
        found = prepared.rows("contacts of a customer", _contacts_of, obj.pk, by_key=True)
        people = [Person(*row) for row in found]
        hidden = Masking(user, Contact).hides(obj.owner_id)
        rows = [self.row(person, hidden) for person in people[:LIMIT]]
        if protection.why_locked(obj):
            rows = [{**row, "tel": ""} for row in rows]
        more = f"{address('customers:contact_list')}?q={obj.number}" if len(people) > LIMIT else ""
        return {"rows": rows, "count": len(rows), "more_url": more}

    def row(self, person: Person, hidden: bool) -> dict[str, Any]:
        """One line: name, position, number."""
        number = person.mobile or person.phone
        badge = None
        if person.is_primary:
            badge = {"text": _("Primary"), "color": "teal"}
        elif person.is_decision_maker:
            badge = {"text": _("Decision maker"), "color": "purple"}
        shown = mask_phone(number) if hidden and number else number
        return {
            "title": person.name,
            "url": address("customers:contact_detail", person.pk),
            "meta": " · ".join(filter(None, [person.position, shown])),
            "badge": badge,
            "tel": "" if hidden else number,
        }

    def actions(self, obj: models.Model, user: Any) -> list[dict[str, Any]]:
        if not policies.can(user, verbs.ADD, Contact) or protection.why_locked(obj):
            return []
        url = f"{address('customers:contact_add')}?customer={obj.pk}"
        return [{"label": _("New contact"), "url": url, "icon": "plus", "dialog": True}]


class TeamPanel(Panel):
    """Colleagues who work on the customer besides its owner."""

    name = "team"
    title = gettext_lazy("Team members")
    icon = "users-group"
    side = "left"
    order = 20
    lazy = False
    empty = gettext_lazy("Only the owner works on this customer.")

    def context(self, obj: models.Model, user: Any) -> dict[str, Any]:
        now, may_change = clock.now(), bool(policies.can(user, verbs.SHARE, obj))
        rows = [
            self.row(share, obj, user, may_change or share.user_id == user.pk)
            for share in prepared.objects("team of a customer", _shares_of, obj.pk)
            if share.expires_at is None or share.expires_at > now
        ][:LIMIT]
        empty = self.empty if obj.owner_id else _("Nobody works on it while it is in the pool.")
        return {"rows": rows, "count": len(rows), "empty": empty}

    def row(
        self, share: CustomerShare, obj: models.Model, user: Any, removable: bool
    ) -> dict[str, Any]:
        """One member with the right and its validity; everybody may leave by himself."""
        is_me = share.user_id == user.pk
        until = f"{_('until')} {localtime(share.expires_at):%Y-%m-%d}" if share.expires_at else ""
        right = _("Read and write") if share.may_change else _("Read only")
        actions = []
        if removable:
            url = address("customers:customer_unshare", obj.pk, share.user_id)
            actions.append(
                {
                    "label": _("Leave the team") if is_me else _("Remove"),
                    "url": url,
                    "icon": "x",
                    "method": "post",
                    "confirm": _("Leave the team of this customer?")
                    if is_me
                    else _("Remove this person from the team?"),
                }
            )
        return {
            "title": share.user.display_name,
            "person": share.user,
            "meta": " · ".join(filter(None, [right, until])),
            "actions": actions,
        }

    def actions(self, obj: models.Model, user: Any) -> list[dict[str, Any]]:
        if obj.owner_id is None or not policies.can(user, verbs.SHARE, obj):
            return []
        url = address("customers:customer_share", obj.pk)
        return [{"label": _("Add team member"), "url": url, "icon": "plus", "dialog": True}]


def _contacts_of(customer_id: int) -> models.QuerySet:
    people = Contact.objects.filter(customer_id=customer_id, deleted_at__isnull=True)
    return people.values_list(*Person._fields)[: LIMIT + 1]


def _shares_of(customer_id: int) -> models.QuerySet:
    shares = CustomerShare.objects.filter(content_object_id=customer_id)
    return shares.select_related("user", "permission").order_by("pk")[:MOST_SHARES]


class CustomerPanel(Panel):
    """On a contact's page: the customer it belongs to."""

    name = "customer"
    title = gettext_lazy("Customer")
    icon = "building"
    side = "left"
    order = 10
    lazy = False
    model = Customer

    def context(self, obj: models.Model, user: Any) -> dict[str, Any]:
        customer = obj.customer
        return {
            "rows": [
                {
                    "title": customer.name,
                    "url": customer.get_absolute_url(),
                    "meta": customer.number,
                }
            ]
        }


register(Customer, ContactsPanel)
register(Customer, TeamPanel)
register(Customer, FilesPanel)
register(Contact, CustomerPanel)
register(Contact, FilesPanel)
