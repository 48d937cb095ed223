"""Rules of tickets that need more than one field; form, import and public form share them.

A rule answers with problems, it never raises, so that an import can show all of them.
"""

from django.utils.translation import gettext as _

from crm.dictionaries import lookups, settings
from customers.rules import Problem, refuse
from tickets.choices import COMPLAINT, IN_WORK, SUPERVISED, TYPE, Liability, Priority
from tickets.models import Complaint, Ticket
from tickets.parameters import CHILDREN_WARN

TEXTS = ("title", "description", "impact", "requester", "phone", "email", "solution", "response")
#: Types that are no trouble: nothing happened, so there is no time and no effect of it.
HARMLESS = {"enquiry", "suggestion"}
#: Stands in the description of every complaint (P12); companies search for it.
URGENT_MARK = "紧急"


def is_complaint(type_id: int | None) -> bool:
    """Whether a type is 投诉."""
    value = lookups.item(type_id)
    return value is not None and value.code == COMPLAINT


def complaint_type() -> int:
    """Key of 投诉."""
    return lookups.by_code(TYPE, COMPLAINT).pk


def describes_trouble(type_id: int | None) -> bool:
    """Whether the problem must tell when it began and whom it hits (S11-33)."""
    value = lookups.item(type_id)
    return value is not None and value.code not in HARMLESS


def lacks_findings(ticket: Ticket) -> bool:
    """Whether a ticket is a complaint of which nobody has said yet who is to blame, and why."""
    if not is_complaint(ticket.type_id):
        return False
    known = Complaint.objects.filter(ticket=ticket).exclude(root_cause="")
    return not known.exclude(liability=Liability.UNDETERMINED).exists()


def default_type() -> int:
    """咨询."""
    return lookups.by_code(TYPE, "enquiry").pk


def only_warns(type_id: int | None) -> bool:
    """Whether tickets of a type may be solved while child tickets are open, once that was read."""
    value = lookups.item(type_id)
    return value is not None and value.code in settings.get(CHILDREN_WARN)


def open_children(ticket: Ticket) -> list[str]:
    """Numbers of child tickets in work, the first ones."""
    rows = ticket.children.kept().filter(phase__in=IN_WORK).order_by("pk")
    return list(rows.values_list("number", flat=True)[:3])


def ticket_problems(ticket: Ticket) -> list[Problem]:
    """Everything that forbids storing this ticket."""
    problems = []
    if not ticket.title.strip():
        problems.append(Problem("title", _("The subject is missing.")))
    if ticket.contact_id and ticket.customer_id != ticket.contact.customer_id:
        message = _("This contact belongs to another customer.")
        problems.append(Problem("contact", message))
    for name in TEXTS:
        field = ticket._meta.get_field(name)
        value = getattr(ticket, name)
        if value and field.max_length and len(value) > field.max_length:
            message = _("%(field)s is longer than %(limit)d characters.")
            values = {"field": field.verbose_name, "limit": field.max_length}
            problems.append(Problem(name, message % values))
    return problems


def as_complaint(ticket: Ticket) -> None:
    """P12: a complaint is high at least, and its description says that it is urgent."""
    if ticket.priority not in SUPERVISED:
        ticket.priority = Priority.HIGH
    if URGENT_MARK not in ticket.description:
        ticket.description = f"【{URGENT_MARK}】{ticket.description}"


__all__ = [
    "Problem", "as_complaint", "complaint_type", "default_type", "describes_trouble",
    "is_complaint", "lacks_findings", "only_warns", "open_children", "refuse", "ticket_problems",
]  # fmt: skip
