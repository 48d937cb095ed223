"""Leads on the start page: those to contact within 24 hours, and those due again."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.access import policies, verbs
from crm.access.masking import Masking
from crm.activities.models import FollowUp
from crm.core import clock, prepared
from crm.core.phones import mask_phone
from crm.core.prepared import Ask
from crm.web.filters import DueFilter
from crm.web.navigation import address
from crm.web.paging import first_keys, total_label
from crm.workbench.todos import Due, Number, Todo, TodoSource, moment_of, register_source
from leads.choices import LeadState
from leads.deadlines import countdown
from leads.filters import FirstContactFilter
from leads.lists import LEADS
from leads.models import Lead
from leads.services.changing import update_lead

#: Days; no deadline lies further ahead.
FAR = 3650
#: What a thing to do is told by.
SHOWN = (
    "name", "status", "contact_name", "mobile", "phone", "owner_id", "last_contact_at",
    "last_contact_summary", "first_contact_due_at", "next_contact_at",
)  # fmt: skip


class LeadsToContact(TodoSource):
    """Base: my own leads until an instant of one column."""

    icon = "user-search"
    column = ""

    def is_for(self, user: Any) -> bool:
        return bool(policies.can(user, verbs.CHANGE, Lead))

    def waiting(self) -> Q:
        """The leads of the source, of any time."""
        return Q()

    def ask(
        self, user: Any, limit: int, until: datetime, *spans: tuple[datetime, ...]
    ) -> list[Ask]:
        """My first leads before an instant of the column, and how many lie in each span: between
        two instants, or before one, capped as lists are."""

        def rows(owner: int, *times: datetime) -> QuerySet:
            seen = LEADS.base(Lead.objects.visible_to(user)).filter(self.waiting(), owner_id=owner)
            return seen.filter(self.between(*times))

        def first(owner: int, end: datetime) -> QuerySet:
            return rows(owner, end).order_by(self.column, "pk").only(*SHOWN)[:limit]

        def number(owner: int, *times: datetime) -> QuerySet:
            return first_keys(rows(owner, *times))

        shape = self.name, limit, policies.shape(user, verbs.VIEW, Lead)
        counts = [Ask(prepared.COUNT, shape, number, (user.pk, *span)) for span in spans]
        return [Ask(prepared.OBJECTS, shape, first, (user.pk, until)), *counts]

    def between(self, first: datetime, behind: datetime | None = None) -> Q:
        """Before one instant, or from one until before another."""
        if behind is None:
            return Q(**{f"{self.column}__lt": first})
        return Q(**{f"{self.column}__gte": first, f"{self.column}__lt": behind})

    def number(self, label: str, count: int, *, is_late: bool = False, **query: str) -> Number:
        """A number that opens its rows."""
        url = f"{reverse('leads:lead_list')}?{urlencode({'scene': 'mine', **query})}"
        return Number(label, total_label(count), url, is_late=is_late)

    def todos(self, user: Any, leads: Sequence[Lead]) -> list[Todo]:
        """These leads as things to do."""
        masking = Masking(user, Lead)
        writes = bool(policies.can(user, verbs.ADD, FollowUp))
        return [self.todo(lead, masking, writes=writes) for lead in leads]

    def todo(self, lead: Lead, masking: Masking, *, writes: bool) -> Todo:
        """One lead; it is done by writing the follow-up."""
        number, hidden = lead.mobile or lead.phone, masking.hides(lead.owner_id)
        add = address("activities:follow_up_add", "leads.lead", lead.pk)
        return Todo(
            lead.pk,
            lead.name,
            lead.get_absolute_url(),
            getattr(lead, self.column),
            {"label": _("Write follow-up"), "url": add if writes else ""},
            person=lead.contact_name,
            phone=mask_phone(number) if hidden and number else number,
            tel="" if hidden else number,
            last=lead.last_contact_summary,
            last_at=lead.last_contact_at,
            when=self.when(lead),
        )

    def when(self, lead: Lead) -> str:
        """What stands instead of the hour."""
        return ""


class FirstContacts(LeadsToContact):
    """Leads nobody has talked to yet, with the time that is left (T2)."""

    name = "new-leads"
    label = gettext_lazy("First contact of a lead")
    order = 20
    column = "first_contact_due_at"
    put_offs = ()

    def waiting(self) -> Q:
        return Q(status=LeadState.NEW, first_contact_due_at__isnull=False)

    def asks(self, user: Any, limit: int) -> Sequence[Ask]:
        now = clock.now()
        far = clock.days_after(now, FAR)
        return self.ask(user, limit, far, (now,), (now, far))

    def due(self, user: Any, limit: int, *answers: Any) -> Due:
        leads, late, ahead = answers
        over, ahead_of = FirstContactFilter.OVERDUE, FirstContactFilter.OPEN
        numbers = (
            self.number(_("First contact overdue"), late, is_late=True, first_contact=over),
            self.number(_("First contact open"), ahead, first_contact=ahead_of),
        )
        return Due(self.todos(user, leads), numbers) if leads else Due(())

    def when(self, lead: Lead) -> str:
        return countdown(lead.first_contact_due_at, clock.now())


class LeadContacts(LeadsToContact):
    """Leads whose next contact is due."""

    name = "leads"
    label = gettext_lazy("Lead contact")
    order = 30
    column = "next_contact_at"

    def asks(self, user: Any, limit: int) -> Sequence[Ask]:
        start, end = clock.day_bounds(clock.today())
        return self.ask(user, limit, end, (clock.now(),), (start, end))

    def due(self, user: Any, limit: int, *answers: Any) -> Due:
        leads, late, today = answers
        numbers = (
            self.number(_("Leads overdue"), late, is_late=True, next_contact=DueFilter.OVERDUE),
            self.number(_("Leads today"), today, next_contact=DueFilter.TODAY),
        )
        return Due(self.todos(user, leads), numbers) if leads else Due(())

    def put_off(self, user: Any, pk: int, until: str) -> None:
        lead = LEADS.base(Lead.objects.visible_to(user)).filter(pk=pk).first()
        if lead is None:
            raise Http404
        update_lead(
            lead, changes={"next_contact_at": moment_of(until, lead.next_contact_at)}, actor=user
        )


for source in (FirstContacts, LeadContacts):
    register_source(source)
