"""Pages of customers in the pool, and of those that change hands: release, lock, transfer."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from crm.access import policies, verbs
from crm.core.errors import DomainError
from crm.core.messages import sentences
from crm.jobs.exporting.actions import ExportSelected
from crm.pool import views
from crm.pool.verbs import CLAIM, TRANSFER
from crm.web import bulk as kit
from crm.web import htmx
from crm.web.navigation import address
from crm.web.views.base import ObjectMixin, PageView
from customers import bulk, handover, pool_lists
from customers.forms import LeaverForm, TransferForm
from customers.models import Contact, Customer
from customers.services.transferring import transfer_customer
from customers.tables import CustomerPoolTable

PREFIX = "customers:customer_pool"


class Kept:
    """Customers outside the recycle bin."""

    def rows(self) -> Any:
        """The customers that the page may find, before rights."""
        return Customer.objects.kept()


class CustomerPoolListView(views.PoolListView):
    """公海客户: claim here; what one has claimed and what will fall stand in the next tabs."""

    spec = pool_lists.POOL
    title = gettext_lazy("Customer pool")
    url_prefix = PREFIX
    bulk_actions = (*bulk.POOL_ACTIONS, ExportSelected)
    row_actions = (
        {
            "label": gettext_lazy("Claim"),
            "icon": "hand-grab",
            "url_name": "customers:customer_pool_detail",
            "needs": CLAIM,
            "dialog": True,
        },
    )

    def owned_url(self, pk: int) -> str:
        return address("customers:customer_detail", pk)


class CustomerPoolBulkView(views.PoolBulkView):
    """Bulk actions on customers in the pool."""

    spec = pool_lists.POOL
    actions = bulk.POOL_ACTIONS
    url_prefix = PREFIX


class CustomerPoolDetailView(Kept, views.PoolDetailView):
    """What a member may know of a customer before claiming it."""

    model = Customer
    table = CustomerPoolTable
    url_prefix = PREFIX


class CustomerClaimView(Kept, views.ClaimView):
    """Claim a customer."""

    model = Customer
    url_prefix = PREFIX


class CustomerReleaseView(Kept, views.ReleaseView):
    """Put a customer into the pool."""

    model = Customer


class CustomerLockView(Kept, views.LockView):
    """Lock a customer against the pool, or unlock it."""

    model = Customer


class CustomerProtectView(Kept, views.ProtectView):
    """Protect a customer for some days."""

    model = Customer


class CustomerUnprotectView(Kept, views.UnprotectView):
    """End the protection of a customer."""

    model = Customer


class CustomerTransferView(Kept, ObjectMixin, PageView):
    """Give a customer to a colleague; says before what goes along."""

    model = Customer
    verb = TRANSFER
    template = "generic/form.html"
    partials = {"dialog-body": "generic/_form.html"}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.show(self.context(self.get_object(), TransferForm(actor=request.user)))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        customer, form = self.get_object(), TransferForm(request.POST, actor=request.user)
        if form.is_valid():
            try:
                transfer_customer(customer, actor=request.user, **form.cleaned_data)
            except DomainError as error:
                form.add_error(error.field if error.field in form.fields else None, error.message)
            else:
                return self.done(customer)
        return self.show(self.context(customer, form), status=422)

    def done(self, customer: Customer) -> HttpResponse:
        """To the customer where the user still sees it, else to the list."""
        text = _("“%(name)s” belongs to %(owner)s now.")
        values = {"name": customer.name, "owner": customer.owner.name}
        messages.success(self.request, text % values)
        seen = policies.can(self.request.user, verbs.VIEW, customer)
        url = customer.get_absolute_url() if seen else address("customers:customer_list")
        return htmx.redirect(url) if self.request.htmx else redirect(url)

    def context(self, customer: Customer, form: TransferForm) -> dict[str, Any]:
        """Values of the form page; the help counts what goes along."""
        return {
            "title": _("Transfer “%(name)s”") % {"name": customer.name},
            "form": form,
            "help": preview(customer),
            "submit_label": _("Transfer"),
            "cancel_url": customer.get_absolute_url(),
            "action_url": self.request.path,
        }


def preview(customer: Customer) -> str:
    """How much goes along with a customer: 3 contacts, 2 opportunities."""
    people = Contact.objects.filter(customer=customer, deleted_at__isnull=True).count()
    text = ngettext(
        "%(n)d contact and all follow-ups go along.",
        "%(n)d contacts and all follow-ups go along.",
        people,
    )
    found = [text % {"n": people}]
    for part in handover.PARTS.values():
        found.append(part_text(part, [customer.pk], customer.owner))
    return sentences(found)


def part_text(part: handover.Part, keys: list[int], owner: Any) -> str:
    """How many records of a kind go along."""
    return _("%(label)s: %(n)d.") % {"label": part.label, "n": part.count(keys, owner)}


class CustomerLeaverView(PageView):
    """离职交接: the customers of somebody who leaves go to a colleague, with a report per row."""

    model = Customer
    verb = TRANSFER
    template = "generic/form.html"
    partials = {"dialog-body": "generic/_form.html"}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        asked = "person" in request.GET
        form = LeaverForm(request.GET if asked else None, actor=request.user)
        person = form.leaver() if asked else None
        if asked:  # the other fields are asked in the next step
            form = LeaverForm(initial={"person": person}, actor=request.user)
        return self.show(self.context(form, person))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = LeaverForm(request.POST, actor=request.user)
        if not form.is_valid():
            return self.show(self.context(form, form.leaver()), status=422)
        data = dict(form.cleaned_data)
        person = data.pop("person")
        if data.pop("counted") != person.pk:  # first say how much it is, then do it
            return self.show(self.context(form.asking_again(), person))
        rows = self.customers_of(person)
        keys = list(rows.values_list("pk", flat=True))
        if len(keys) > kit.AT_ONCE:
            return self.later(keys)
        return self.report(bulk.TransferCustomers().run(rows, data, request.user))

    def later(self, keys: list[int]) -> HttpResponse:
        """Have a job do it, and show that job."""
        order = kit.Order(
            bulk.TransferCustomers(),
            self.request.user,
            keys,
            data=kit.sent_fields(self.request.POST),
            back=address("customers:customer_list"),
        )
        url = kit.run_later[0](order)
        return htmx.redirect(url) if self.request.htmx else redirect(url)

    def customers_of(self, person: Any) -> Any:
        """Those of a person's customers that the user may transfer, the oldest first."""
        rows = Customer.objects.kept().visible_to(self.request.user, TRANSFER)
        return rows.filter(owner=person).order_by("pk")

    def report(self, report: kit.Report) -> HttpResponse:
        """The result per row."""
        self.template, self.partials = "generic/bulk_result.html", {}
        rows = [
            {"label": row.label, "url": "", "state": row.state, "reason": row.reason}
            for row in report.rows
        ]
        counts = {state: report.count(state) for state in ("done", "refused", "failed")}
        title = _("Result: %(action)s") % {"action": _("Leaver's hand-over")}
        back = address("customers:customer_list")
        return self.show({"title": title, **counts, "rows": rows, "back_url": back})

    def context(self, form: LeaverForm, person: Any) -> dict[str, Any]:
        """Values of the form page; with a person the help counts what he has."""
        return {
            "title": _("Leaver's hand-over"),
            "form": form,
            "help": self.preview(person) if person else "",
            "submit_label": _("Transfer"),
            "cancel_url": address("customers:customer_list"),
            "action_url": self.request.path,
        }

    def preview(self, person: Any) -> str:
        """What a person has: 38 customers, 12 open opportunities."""
        keys = list(self.customers_of(person).values_list("pk", flat=True)[: kit.AT_ONCE])
        total = self.customers_of(person).count()
        text = ngettext("%(name)s has %(n)d customer.", "%(name)s has %(n)d customers.", total)
        found = [text % {"name": person.name, "n": total}]
        for part in handover.PARTS.values():
            found.append(part_text(part, keys, person))
        return sentences(found)
