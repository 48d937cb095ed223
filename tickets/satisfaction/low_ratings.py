"""What a low rating sets off: a task of the leader and, where the company wants it, a complaint.

Written in the language of the company, whatever the customer's browser speaks.
"""

from typing import Any

from django.conf import settings as django_settings
from django.utils import translation
from django.utils.translation import gettext as _

from crm.access import policies, verbs
from crm.activities.planning.models import TITLE_LIMIT, Task
from crm.activities.planning.services.tasks import create_task
from crm.core import clock
from crm.dictionaries import settings
from customers.models import Customer
from tickets import rules
from tickets.choices import Via
from tickets.drafts import TicketDraft
from tickets.models import Ticket
from tickets.satisfaction.models import SurveyInvite, SurveyResponse
from tickets.satisfaction.parameters import LOW_COMPLAINT
from tickets.services.creating import create_ticket
from tickets.services.owning import distributor_of
from tickets.sla.book import in_force
from tickets.sla.calendar import moment, seconds

LOW = 2
#: Working hours in which a low score is followed up.
FOLLOW_UP_SECONDS = 4 * 3600
COMPANY = "company"


def follow_up(invite: SurveyInvite, response: SurveyResponse) -> None:
    """Task and complaint of a low rating, each once however often the rating is changed.

    In the transaction that stores the rating, which holds the rated ticket (`service.md` 8.4).
    """
    if response.score > LOW:
        return
    with translation.override(django_settings.LANGUAGE_CODE):
        if not response.is_followed_up:
            _give_task(invite, response)
        if settings.get(LOW_COMPLAINT) and response.complaint_id is None:
            _complain(invite.ticket, response)


def _said(ticket: Ticket, response: SurveyResponse) -> str:
    return _("Low rating %(score)s/5: %(number)s %(title)s") % {
        "score": response.score, "number": ticket.number, "title": ticket.title,
    }  # fmt: skip


def _give_task(invite: SurveyInvite, response: SurveyResponse) -> None:
    """A task of the leader, due within four working hours."""
    ticket = invite.ticket
    leader = distributor_of(ticket) or invite.owner
    if leader is None or not leader.is_active or not policies.can(leader, verbs.ADD, Task):
        return
    now = seconds(clock.now())
    due = in_force().history(COMPANY).at(now).reach(now, FOLLOW_UP_SECONDS)
    task = Task(
        title=_said(ticket, response)[:TITLE_LIMIT],
        description=response.comment,
        owner=leader,
        due_at=moment(due) if due else None,
        due_has_time=due is not None,
        is_demo=ticket.is_demo,
    )
    create_task(task, actor=leader, subject=_subject(ticket, leader))
    SurveyResponse.objects.filter(pk=response.pk).update(is_followed_up=True)
    response.is_followed_up = True


def _subject(ticket: Ticket, leader: Any) -> Any:
    """The customer, where the leader sees him."""
    rows = Customer.objects.visible_to(leader, verbs.VIEW).filter(deleted_at__isnull=True)
    return rows.filter(pk=ticket.customer_id).first() if ticket.customer_id else None


def _complain(ticket: Ticket, response: SurveyResponse) -> None:
    """从低分评价生成投诉: it follows the rated ticket and is assigned by the usual rules."""
    title = _said(ticket, response)
    fresh = Ticket(
        title=title[: Ticket._meta.get_field("title").max_length],
        description="\n".join([title, *response.reasons, response.comment]).strip(),
        type_id=rules.complaint_type(), category=ticket.category, source=ticket.source,
        customer=ticket.customer, contact=ticket.contact, requester=ticket.requester,
        phone=ticket.phone, email=ticket.email, group=ticket.group,
        follow_up_of=ticket, is_demo=ticket.is_demo,
    )  # fmt: skip
    note = _("Low rating of %(number)s") % {"number": ticket.number}
    response.complaint = create_ticket(TicketDraft(fresh, note=note, via=Via.PORTAL), actor=None)
    response.save(update_fields=["complaint"])
