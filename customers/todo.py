"""Contacts of my customers that are due today or overdue, on the list of things to do."""

from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.access import policies, verbs
from crm.access.masking import Masking
from crm.activities.models import FollowUp
from crm.core.phones import mask_phone
from crm.web.navigation import address
from crm.workbench.todos import Due, Number, Todo, TodoSource, moment_of, register_source
from customers import protection
from customers.home import Slice, due_today, overdue, until_tonight, works_on_customers
from customers.models import Customer
from customers.services.planning import plan_contact


class ContactsToMake(TodoSource):
    """需联系的客户: done by writing the follow-up."""

    name = "customers"
    label = gettext_lazy("Customer contact")
    icon = "phone"
    order = 10

    def is_for(self, user: Any) -> bool:
        return works_on_customers(user)

    def due(self, user: Any, limit: int) -> Due:
        masking = Masking(user, Customer)
        writes = bool(policies.can(user, verbs.ADD, FollowUp))
        tonight, late, today = until_tonight(user), overdue(user), due_today(user)
        rows = tonight.rows()
        numbers = (
            Number(_("Overdue"), self.number(late, tonight, rows), late.url, is_late=True),
            Number(_("To contact today"), self.number(today, tonight, rows), today.url),
        )
        locked = protection.locked_among([row["pk"] for row in rows[:limit]])
        todos = [
            self.todo(row, masking, writes=writes, locked=row["pk"] in locked)
            for row in rows[:limit]
        ]
        return Due(todos, numbers)

    def number(self, part: Slice, tonight: Slice, rows: list[dict[str, Any]]) -> str:
        """How many rows a part has: of those at hand where they are all, else asked for."""
        if tonight.has_more:
            return part.total_label
        first, behind = (part.moments[0], part.moments[1:])
        return str(
            sum(
                first <= row["next_contact_at"] < behind[0]
                if behind
                else row["next_contact_at"] < first
                for row in rows
            )
        )

    def todo(self, row: dict[str, Any], masking: Masking, *, writes: bool, locked: bool) -> Todo:
        """One customer: when, who, what was said last; nobody calls a locked duplicate."""
        number = row["person__mobile"] or row["person__phone"] or row["phone"]
        hidden = masking.hides(row["owner_id"])
        add = address("activities:follow_up_add", "customers.customer", row["pk"])
        return Todo(
            row["pk"],
            row["name"],
            address("customers:customer_detail", row["pk"]),
            row["next_contact_at"],
            {"label": _("Write follow-up"), "url": add if writes and not locked else ""},
            person=row["person__name"] or "",
            phone=mask_phone(number) if hidden and number else number,
            tel="" if hidden or locked else number,
            last=row["last_contact_summary"],
            last_at=row["last_contact_at"],
        )

    def put_off(self, user: Any, pk: int, until: str) -> None:
        customer = Customer.objects.visible_to(user).kept().filter(pk=pk).first()
        if customer is None:
            raise Http404
        plan_contact(customer, moment_of(until, customer.next_contact_at), actor=user)


register_source(ContactsToMake)
