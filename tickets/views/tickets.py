"""Pages of tickets: list with queues, detail, intake, bin."""

from typing import Any

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from crm.access import policies, verbs
from crm.access.masking import Masking
from crm.activities.attachments import attach_files
from crm.core.phones import clean_phone
from crm.core.rowkeys import key_of
from crm.dictionaries import lookups, settings
from crm.dictionaries.tagging import tag_keys, tags_of
from crm.jobs.exporting.actions import ExportSelected, export_action
from crm.web.listing import Searched
from crm.web.navigation import address
from crm.web.paging import COUNT_CAP, count_text
from crm.web.views.autocomplete import AutocompleteView, NamesView
from crm.web.views.base import ObjectMixin, PageView
from crm.web.views.bulk import BulkView
from crm.web.views.delete import BinView, DeleteView, RestoreView
from crm.web.views.detail import DetailView, PanelView
from crm.web.views.edit import CreateView, EditView
from crm.web.views.list import ListView
from customers.models import Contact, Customer
from tickets import actions, bulk, catalog, facts, lists, queues, rules
from tickets.choices import SOURCE, Phase, Priority, Via
from tickets.drafts import TicketDraft
from tickets.forms import TicketForm
from tickets.models import Ticket
from tickets.services.changing import reveal_ticket, update_ticket
from tickets.services.creating import create_ticket
from tickets.services.removing import delete_ticket, restore_ticket
from tickets.sla.showing import badge_of as sla_badge

PREFIX = "tickets:ticket"
#: Contacts that are offered for the number of a caller.
CALLERS = 5


class TicketListView(ListView):
    """The list of tickets with its queues (S02-06, S02-07, S11-37)."""

    spec = lists.TICKETS
    title = gettext_lazy("Tickets")
    url_prefix = PREFIX
    bulk_actions = (*bulk.TICKET_ACTIONS, ExportSelected)
    row_actions = (
        {
            "label": gettext_lazy("Assign"),
            "icon": "user-share",
            "url_name": "tickets:ticket_assign",
            "needs": verbs.ASSIGN,
            "dialog": True,
        },
        {
            "label": gettext_lazy("Edit"),
            "icon": "pencil",
            "url_name": "tickets:ticket_edit",
            "needs": verbs.CHANGE,
        },
    )
    empty = {
        "icon": "ticket",
        "title": gettext_lazy("No tickets here"),
        "text": gettext_lazy("Take in what customers ask for by phone, web or in person."),
    }

    def scene_links(self) -> list[dict[str, Any]]:
        """The queues with their numbers; 全部 is counted above the rows anyway."""
        links, scenes = super().scene_links(), self.listing.scenes
        names = [scene.name for scene in scenes if scene.name != queues.EVERYTHING]
        numbers = queues.counts(self.listing.reachable, self.request.user, names)
        for scene, link in zip(scenes, links, strict=True):
            if scene.name in numbers:
                number = numbers[scene.name]
                link["count"] = number if number <= COUNT_CAP else count_text(number)
        return links

    def more_actions(self) -> list[dict[str, Any]]:
        found = [self.keep_action()]
        if self.can(verbs.IMPORT):
            url = address("tickets:ticket_import")
            found.append({"label": _("Import"), "url": url, "icon": "upload", "name": "import"})
        if self.can(verbs.EXPORT):
            found.append(export_action(PREFIX, self.query(page=None, after=None)))
        if self.can(verbs.DELETE):
            url = address("tickets:ticket_bin")
            found.append({"label": _("Recycle bin"), "url": url, "icon": "trash", "name": "bin"})
        return found

    def keep_action(self) -> dict[str, Any]:
        """Keeps the list as it is filtered now as a queue of the desk."""
        query = self.query(page=None, after=None)
        url = address("tickets:queue_add")
        return {
            "label": _("Keep as a queue of mine"),
            "url": f"{url}?{query}" if query else url,
            "icon": "bookmark-plus",
            "name": "keep",
            "dialog": True,
            "with_query": True,
        }


class TicketRows(ObjectMixin):
    """Tickets that can be opened."""

    def rows(self) -> Any:
        return Ticket.objects.kept().select_related(
            "owner",
            "created_by",
            "customer",
            "contact",
            "group",
            "supervisor",
            "merged_into",
            "parent",
        )


class TaggedRows(TicketRows):
    """Tickets that come with their tags."""

    def rows(self) -> Any:
        return super().rows().annotate(tag_keys=tag_keys(Ticket))


class TicketDetailView(TaggedRows, DetailView):
    """The page of a ticket: conversation first, then what happened."""

    model = Ticket
    spec = lists.TICKETS
    url_prefix = PREFIX

    def header(self, obj: Ticket) -> dict[str, Any]:
        return {
            "number": obj.number,
            "badges": badges(obj),
            "tags": tags_of(obj),
            "owner": obj.owner,
            "owner_label": _("Handler"),
            "subtitle": "" if obj.owner else _("Nobody handles it yet"),
            "notices": notices(obj, self.request.user),
            "created_text": created_text(obj),
        }

    def facts(self, obj: Ticket) -> list[dict[str, Any]]:
        return facts.ticket_facts(obj, self.request.user)

    def actions(self, obj: Ticket) -> list[dict[str, Any]]:
        return actions.primary(obj, self.request.user)

    def more_actions(self, obj: Ticket) -> list[dict[str, Any]]:
        user = self.request.user
        found = actions.further(obj, user)
        if policies.can(user, verbs.CHANGE, obj):
            found.append(actions.link("edit", obj, _("Edit"), "pencil"))
        return found + self.reveal(obj) + super().more_actions(obj)

    def reveal(self, obj: Ticket) -> list[dict[str, Any]]:
        """The logged click that shows masked contact data."""
        user = self.request.user
        if not Masking(user, Ticket).hides(obj.owner_id) or not (obj.phone or obj.email):
            return []
        if not policies.can(user, verbs.REVEAL, obj):
            return []
        label = _("Reveal phone and e-mail")
        return [actions.link("reveal", obj, label, "eye", method="post", dialog=True)]


def badges(obj: Ticket) -> list[dict[str, Any]]:
    """State, priority, service level, type, mood."""
    status, kind = catalog.status(obj.status_id), lookups.item(obj.type_id)
    found = []
    if status:
        found.append({"text": status.label, "color": status.color})
    if obj.priority != Priority.MEDIUM:
        color = Priority.colors()[obj.priority]
        found.append({"text": obj.get_priority_display(), "color": color, "icon": "flag"})
    if level := sla_badge(obj):
        words = (level["text"], level["until"])
        found.append(level | {"text": " · ".join(word for word in words if word)})
    if obj.urge_count and obj.is_in_work:
        text = ngettext("Urged %(n)d time", "Urged %(n)d times", obj.urge_count)
        text %= {"n": obj.urge_count}
        found.append({"text": text, "color": "orange", "icon": "alarm"})
    if kind:
        found.append({"text": kind.label, "color": kind.color})
    if mood := lookups.item(obj.mood_id):
        found.append({"text": mood.label, "color": mood.color, "icon": "mood-smile"})
    if obj.is_incomplete:
        found.append({"text": _("Incomplete"), "color": "yellow", "icon": "alert-triangle"})
    return found


def notices(obj: Ticket, user: Any) -> list[dict[str, Any]]:
    """What somebody should know first."""
    found = [withdrawal(obj, user)] if obj.withdrawal_at else []
    if obj.phase == Phase.MERGED and obj.merged_into:
        found.append(merge_notice(obj, user))
    if obj.phase == Phase.RESOLVED and rules.is_complaint(obj.type_id):
        text = _("A complaint closes when somebody else than its handler has called the customer.")
        found.append({"level": "info", "text": text})
    if obj.phase == Phase.SCHEDULED:
        text = _("On hold until %(time)s: %(reason)s") % {
            "time": facts.moment(obj.wake_at),
            "reason": obj.reason,
        }
        found.append({"level": "info", "text": text})
    elif obj.reason:
        found.append({"level": "info", "text": _("Reason: %(text)s") % {"text": obj.reason}})
    if obj.customer is not None and obj.customer.deleted_at is not None:
        text = _("The customer is in the recycle bin; the ticket stays until it is done.")
        found.append({"level": "warning", "text": text})
    if obj.is_incomplete:
        text = _("An import kept this ticket although something is missing. Please complete it.")
        found.append({"level": "warning", "text": text})
    return found


def merge_notice(obj: Ticket, user: Any) -> dict[str, Any]:
    """Where the conversation goes on, with the way there."""
    target = obj.merged_into
    text = _("Merged into %(number)s; the conversation goes on there.") % {"number": target.number}
    label = _("Open %(number)s") % {"number": target.number}
    there = {"label": label, "url": target.get_absolute_url(), "icon": "git-merge"}
    seen = policies.can(user, verbs.VIEW, target)
    return {"level": "info", "text": text, "action": there if seen else None}


def withdrawal(obj: Ticket, user: Any) -> dict[str, Any]:
    """The wish of the customer; who may void the ticket does it from here."""
    text = _("The customer asked on %(time)s to withdraw this ticket: %(reason)s") % {
        "time": facts.moment(obj.withdrawal_at),
        "reason": obj.withdrawal_reason,
    }
    may_void = actions.may_move(obj, Phase.CANCELLED, user)
    void = actions.step(obj, Phase.CANCELLED) if may_void else None
    return {"level": "warning", "text": text, "action": void}


def created_text(obj: Ticket) -> str:
    """When and by whom the ticket was taken in."""
    day = date_format(localtime(obj.created_at), "DATETIME_FORMAT")
    name = obj.created_by.display_name if obj.created_by else _("the customer")
    return _("Taken in on %(day)s by %(name)s") % {"day": day, "name": name}


class TicketPanelView(TicketRows, PanelView):
    """One panel of a ticket's page."""

    model = Ticket


class TicketCreateView(CreateView):
    """业务受理: a new ticket."""

    model = Ticket
    form_class = TicketForm
    template = "tickets/intake.html"
    title = gettext_lazy("Take in a ticket")
    url_prefix = PREFIX

    def form_options(self) -> dict[str, Any]:
        """What the link names: customer, contact, number of the caller, category."""
        query = self.request.GET
        initial: dict[str, Any] = {"phone": query.get("phone", "")[:40]}
        for name in ("customer", "contact", "category"):
            if (key := key_of(query.get(name, ""))) is not None:
                initial[name] = key
        if "contact" in initial and (contact := self._seen(Contact, initial["contact"])):
            initial.setdefault("customer", contact.customer_id)
        initial["source"] = lookups.by_code(SOURCE, "phone").pk
        return {"initial": initial}

    def _seen(self, model: Any, pk: int) -> Any:
        return model.objects.kept().visible_to(self.request.user).filter(pk=pk).first()

    def save(self, form: TicketForm) -> Ticket:
        ticket = form.instance
        ticket.answers = form.answers()
        source = lookups.item(ticket.source_id)
        via = Via.PHONE if source and source.code in ("phone", "hotline") else Via.DESK
        draft = TicketDraft(ticket, via=via, tags=form.tag_ids())
        create_ticket(draft, actor=self.request.user)
        if files := form.cleaned_data.get("files"):
            attach_files(ticket, files, actor=self.request.user)
        return ticket

    def success_text(self, obj: Any) -> str:
        return _("The ticket %(number)s was taken in.") % {"number": obj.number}

    def extra(self) -> dict[str, Any]:
        return {"draft_key": "ticket-new", "aside": True}

    def context(self, form: Any) -> dict[str, Any]:
        return super().context(form) | {"asked": form.asked}


class TicketEditView(TicketRows, EditView):
    """Change what a ticket says."""

    model = Ticket
    form_class = TicketForm
    template = "tickets/intake.html"
    title = gettext_lazy("Edit ticket")
    url_prefix = PREFIX

    def save(self, form: TicketForm) -> Ticket:
        return update_ticket(
            self.object,
            changes=form.entity_values() | {"answers": form.answers()},
            actor=self.request.user,
            version=form.cleaned_data.get("version"),
            tags=form.tag_ids(),
        )

    def context(self, form: Any) -> dict[str, Any]:
        return super().context(form) | {"asked": form.asked, "aside": True}


class TicketDeleteView(TicketRows, DeleteView):
    """Put a ticket into the bin."""

    model = Ticket
    url_prefix = PREFIX

    def remove(self, obj: Ticket) -> None:
        delete_ticket(obj, actor=self.request.user)


class TicketBinView(BinView):
    """Deleted tickets."""

    model = Ticket
    url_prefix = PREFIX
    title = gettext_lazy("Recycle bin: tickets")

    def days(self) -> int:
        return int(settings.get("bin_days"))


class TicketRestoreView(RestoreView):
    """Bring a ticket back."""

    model = Ticket
    url_prefix = PREFIX

    def restore(self, obj: Ticket) -> None:
        restore_ticket(obj, actor=self.request.user)


class TicketRevealView(TicketRows, PageView):
    """Show masked contact data; the click is recorded."""

    model = Ticket
    verb = verbs.REVEAL
    template = "customers/revealed.html"
    partials = {"dialog-body": "customers/_revealed.html"}
    http_method_names = ["post"]

    def post(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        ticket = self.get_object()
        line = {"label": ticket.requester, **reveal_ticket(ticket, actor=request.user)}
        url = ticket.get_absolute_url()
        return self.show({"title": _("Contact data"), "lines": [line], "cancel_url": url})


class TicketBulkView(BulkView):
    """Bulk actions on tickets."""

    spec = lists.TICKETS
    actions = bulk.TICKET_ACTIONS
    url_prefix = PREFIX


class TicketOptionsView(AutocompleteView):
    """Tickets for remote selects: others with `?beside=`, with `?into=` those to merge it into."""

    model = Ticket

    def offered(self) -> Any:
        rows = super().offered().kept()
        beside, into = (key_of(self.request.GET.get(name, "")) for name in ("beside", "into"))
        if beside is not None:
            return rows.exclude(pk=beside)
        ticket = rows.filter(pk=into).first() if into is not None else None
        if ticket is None:
            return rows
        rows = rows.exclude(pk=ticket.pk).exclude(phase__in=(Phase.MERGED, Phase.CANCELLED))
        same = Q(customer_id=ticket.customer_id) | Q(customer=None)
        return rows.filter(same) if ticket.customer_id else rows

    def matching(self, rows: Any, text: str) -> Any:
        return lists.search_tickets(rows, text, self.request.user, Searched(None, ())).queryset

    def hint(self, obj: Ticket) -> str:
        return f"{obj.number} · {obj.get_phase_display()}"


class CategoryOptionsView(NamesView):
    """Active business categories with all above them, for the forms of tickets."""

    model = Ticket

    def names(self) -> list[tuple[int, str]]:
        return [(item.pk, item.full_name) for item in catalog.nodes()]


class IntakeCardView(PageView):
    """Beside the intake form: who the customer is, his people, his open tickets.

    While no customer is chosen: who has the number of the caller (S02-05).
    """

    model = Ticket
    verb = verbs.ADD
    template = "tickets/_intake_card.html"

    def get(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        customer = self._customer()
        more = self._about(customer) if customer else {"callers": self._callers()}
        return self.show({"customer": customer} | more)

    def _callers(self) -> list[Contact]:
        """Contacts in sight with exactly this number, the first ones."""
        number = clean_phone(self.request.GET.get("phone", "")[:60]).value
        if not number:
            return []
        user = self.request.user
        people = Contact.objects.reached_under([number])
        rows = Contact.objects.kept().visible_to(user).filter(pk__in=people.values("pk"))
        theirs = Customer.objects.kept().visible_to(user).filter(pk__in=people.values("customer"))
        rows = rows.filter(customer__in=theirs.values("pk")).select_related("customer")
        return list(rows.order_by("-is_primary", "pk")[:CALLERS])

    def _customer(self) -> Customer | None:
        key = key_of(self.request.GET.get("customer", ""))
        if key is None:
            return None
        rows = Customer.objects.kept().visible_to(self.request.user)
        return rows.filter(pk=key).select_related("owner").first()

    def _about(self, customer: Customer) -> dict[str, Any]:
        """Facts of a customer the reader sees."""
        user = self.request.user
        people = Contact.objects.kept().visible_to(user).filter(customer=customer)
        open_tickets = queues.in_work(
            Ticket.objects.kept().visible_to(user).filter(customer=customer)
        )
        grade = lookups.item(customer.grade_id)
        return {
            "people": list(people.order_by("-is_primary", "pk")[:8]),
            "open_tickets": list(open_tickets.order_by("-updated_at")[:5]),
            "grade": grade.label if grade else "",
            "region": lookups.region_text(customer.region_id) if customer.region_id else "",
        }


class QuestionsView(PageView):
    """The questions of a business category, below the intake form."""

    model = Ticket
    verb = verbs.ADD
    template = "tickets/_questions.html"

    def get(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        key = key_of(request.GET.get("category", ""))
        initial = {"category": key} if key is not None else {}
        return self.show({"asked": TicketForm(initial=initial, actor=request.user).asked})
