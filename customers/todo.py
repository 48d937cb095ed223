"""Contacts of my customers that are due today or overdue, on the list of things to do."""

from collections.abc import Sequence
from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.access import policies, verbs
from crm.access.masking import Masking
from crm.activities.models import FollowUp
from crm.core.phones import mask_phone
from crm.core.prepared import Ask
from crm.web.navigation import address
from crm.web.paging import total_label
from crm.workbench.todos import Due, Number, Todo, TodoSource, moment_of, register_source
from customers.home import answer_of, due_today, overdue, until_tonight, works_on_customers
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

    def asks(self, user: Any, limit: int) -> Sequence[Ask]:
        return (until_tonight(user).ask(overdue(user), due_today(user), locks=True),)

    def due(self, user: Any, limit: int, *answers: Any) -> Due:
        masking = Masking(user, Customer)
        writes = bool(policies.can(user, verbs.ADD, FollowUp))
        late, today = overdue(user), due_today(user)
        rows, counts = answer_of(answers[0], 2)
        texts = [total_label(count) for count in counts]
        numbers = (
            Number(_("Overdue"), texts[0], late.url, is_late=True),
            Number(_("To contact today"), texts[1], today.url),
        )
        return Due([self.todo(row, masking, writes=writes) for row in rows[:limit]], numbers)

    def todo(self, row: dict[str, Any], masking: Masking, *, writes: bool) -> Todo:
        """One customer: when, who, what was said last; nobody calls a locked duplicate."""
        number = row["person__mobile"] or row["person__phone"] or row["phone"]
        hidden, locked = masking.hides(row["owner_id"]), row["locked"]
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
