"""Pages of customers."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from crm.access import policies, verbs
from crm.access.masking import Masking
from crm.activities.composer import composer_for
from crm.activities.models import FollowUp
from crm.core import clock
from crm.core.expressions import linked_keys
from crm.core.messages import listed
from crm.dictionaries import lookups, settings
from crm.dictionaries.tagging import tag_keys, tags_of
from crm.jobs.exporting.actions import ExportSelected, export_action
from crm.pool.texts import badges_of as pool_badges
from crm.pool.verbs import TRANSFER
from crm.pool.views import actions_for as pool_actions
from crm.web.listing import Searched
from crm.web.navigation import address
from crm.web.templatetags.ui import relative_text
from crm.web.views.autocomplete import AutocompleteView
from crm.web.views.base import ObjectMixin, PageView
from crm.web.views.bulk import BulkView
from crm.web.views.choose import ChooseView
from crm.web.views.delete import BinView, DeleteView, RestoreView
from crm.web.views.detail import DetailView, PanelView
from crm.web.views.edit import CreateView, EditView
from crm.web.views.list import ListView
from customers import bulk, duplicates, facts, leaving, lists, protection, states
from customers.choices import LifeCycle
from customers.drafts import CustomerDraft
from customers.forms import CustomerForm
from customers.models import Contact, Customer, CustomerShare
from customers.services.changing import (
    reveal_customer,
    set_life_cycle,
    update_customer,
)
from customers.services.creating import create_customer
from customers.services.removing import delete_customer, restore_customer

PREFIX = "customers:customer"


class CustomerListView(ListView):
    """The list of customers."""

    spec = lists.CUSTOMERS
    title = gettext_lazy("Customers")
    url_prefix = PREFIX
    bulk_actions = (*bulk.CUSTOMER_ACTIONS, ExportSelected)
    row_actions = (
        {
            "label": gettext_lazy("Write follow-up"),
            "icon": "message-plus",
            "url_name": "activities:follow_up_add",
            "args": ("customers.customer",),
            "needs": verbs.ADD,
            "on": FollowUp,
            "dialog": True,
        },
        {
            "label": gettext_lazy("Edit"),
            "icon": "pencil",
            "url_name": "customers:customer_edit",
            "needs": verbs.CHANGE,
        },
    )
    empty = {
        "icon": "building",
        "title": gettext_lazy("No customers yet"),
        "text": gettext_lazy("Create the first one, or bring your old list in from Excel."),
    }

    def more_actions(self) -> list[dict[str, Any]]:
        found = []
        if self.can(verbs.IMPORT):
            url = address("customers:customer_import")
            found.append({"label": _("Import"), "url": url, "icon": "upload", "name": "import"})
        if self.can(verbs.EXPORT):
            found.append(export_action(PREFIX, self.query(page=None, after=None)))
        reach = policies.policy_for(Customer).reach(self.request.user, TRANSFER)
        if reach.everything or reach.owners - {self.request.user.pk}:
            url = address("customers:customer_handover")
            label = _("Leaver's hand-over")
            found.append({"label": label, "url": url, "icon": "transfer", "name": "handover"})
        if self.can(verbs.DELETE):
            url = address("customers:customer_bin")
            found.append({"label": _("Recycle bin"), "url": url, "icon": "trash", "name": "bin"})
        return found


class CustomerDetailView(DetailView):
    """The 360° page of a customer."""

    model = Customer
    spec = lists.CUSTOMERS
    url_prefix = PREFIX
    #: Why this duplicate is locked; empty where it is not.
    locked = ""

    def rows(self) -> Any:
        rows = Customer.objects.kept().select_related("owner", "previous_owner", "created_by")
        keys = linked_keys(Customer, "categories")
        return rows.annotate(tag_keys=tag_keys(Customer), category_keys=keys)

    def get_object(self) -> Customer:
        customer = super().get_object()
        self.locked = protection.why_locked(customer)
        return customer

    def header(self, obj: Customer) -> dict[str, Any]:
        created = date_format(localtime(obj.created_at), "DATE_FORMAT")
        creator = obj.created_by.display_name if obj.created_by else _("The system")
        return {
            "number": obj.number,
            "badges": self.badges(obj),
            "tags": tags_of(obj),
            "owner": obj.owner,
            "owner_label": _("Owner"),
            "next_step": next_step(obj),
            "notices": self.notices(obj),
            "composer": None
            if self.locked
            else composer_for(obj, self.request.user, next_url=self.next_url),
            "created_text": _("Created on %(day)s by %(name)s") % {"day": created, "name": creator},
        }

    def actions(self, obj: Customer) -> list[dict[str, Any]]:
        if self.locked:
            return []
        hidden = Masking(self.request.user, Customer).hides(obj.owner_id)
        return facts.reach_actions(obj.phone, obj.email, hidden) + super().actions(obj)

    def badges(self, obj: Customer) -> list[dict[str, Any]]:
        """Life cycle, grade and nature."""
        color = LifeCycle.colors()[obj.life_cycle]
        found = [{"text": obj.get_life_cycle_display(), "color": color}]
        grade = lookups.item(obj.grade_id)
        if grade:
            title = _("Grade %(grade)s") % {"grade": grade.label}
            found.append({"text": title, "color": grade.color})
        if obj.is_incomplete:
            found.append({"text": _("Incomplete"), "color": "yellow", "icon": "alert-triangle"})
        return found + pool_badges(obj)

    def notices(self, obj: Customer) -> list[dict[str, Any]]:
        """What somebody should look at."""
        found = [{"level": "warning", "text": self.locked}] if self.locked else []
        if not obj.is_incomplete:
            return found
        message = _(
            "An import kept this customer although something is missing. Please complete it."
        )
        return [*found, {"level": "warning", "text": message}]

    def facts(self, obj: Customer) -> list[dict[str, Any]]:
        found = facts.customer_facts(obj, self.request.user)
        return facts.undialled(found) if self.locked else found

    def more_actions(self, obj: Customer) -> list[dict[str, Any]]:
        found = []
        if not self.locked and policies.can(self.request.user, verbs.CHANGE, obj):
            for step in states.LIFE_CYCLE.leaving(obj.life_cycle):
                url = address("customers:customer_life_cycle", obj.pk, step.target)
                found.append(
                    {
                        "label": step.label,
                        "url": url,
                        "icon": "git-branch",
                        "method": "post",
                        "name": step.name,
                    }
                )
            found.append(verify_action(obj))
        if policies.can(self.request.user, TRANSFER, obj):
            found.append(
                {
                    "label": _("Transfer"),
                    "url": address("customers:customer_transfer", obj.pk),
                    "icon": "transfer",
                    "dialog": True,
                    "name": "transfer",
                }
            )
        pooled = pool_actions(obj, self.request.user, PREFIX)
        found += [each for each in pooled if not (self.locked and each["name"] == "protect")]
        found += [] if self.locked else reveal_action(obj, self.request.user)
        return found + super().more_actions(obj)


def reveal_action(obj: Customer | Contact, user: Any) -> list[dict[str, Any]]:
    """The logged click that shows masked contact data, where it is masked and permitted."""
    masking = Masking(user, type(obj))
    if not masking.hides(obj.owner_id) or not policies.can(user, verbs.REVEAL, obj):
        return []
    kind = "customer" if isinstance(obj, Customer) else "contact"
    return [
        {
            "label": _("Reveal phone and e-mail"),
            "url": address(f"customers:{kind}_reveal", obj.pk),
            "icon": "eye",
            "method": "post",
            "name": "reveal",
            "dialog": True,
        }
    ]


def verify_action(obj: Customer | Contact) -> dict[str, Any]:
    """The click that says: this contact data is right today."""
    kind = "customer" if isinstance(obj, Customer) else "contact"
    return {
        "label": _("Contact data verified"),
        "url": address(f"customers:{kind}_verify", obj.pk),
        "icon": "circle-check",
        "method": "post",
        "name": "verify",
    }


def next_step(obj: Customer) -> dict[str, Any]:
    """What was said last, what is promised next, and by when (`design.md` principle 1)."""
    overdue = obj.next_contact_at is not None and obj.next_contact_at < clock.now()
    return {
        "label": _("Next contact"),
        "text": due_text(obj.next_contact_at, overdue=overdue) if obj.next_contact_at else "",
        "overdue": overdue,
        "last_label": _("Last contact"),
        "last_text": obj.last_contact_summary,
        "last_at": obj.last_contact_at,
    }


def due_text(moment: Any, *, overdue: bool) -> str:
    """When the next contact is due, and by how many days it is late."""
    text = relative_text(moment)
    days = (clock.now() - moment).days
    if not overdue or days < 1:
        return text
    late = ngettext("%(n)s day overdue", "%(n)s days overdue", days) % {"n": days}
    return f"{text} · {late}"


class CustomerPanelView(PanelView):
    """One panel of a customer's page."""

    model = Customer

    def rows(self) -> Any:
        return Customer.objects.kept()


class CustomerCreateView(CreateView):
    """A new customer with its first contact."""

    model = Customer
    form_class = CustomerForm
    title = gettext_lazy("New customer")
    url_prefix = PREFIX

    def save(self, form: CustomerForm) -> Customer:
        customer = form.instance
        customer.region_id = form.cleaned_data["region_id"]
        if "owner" not in form.fields:
            customer.owner = self.request.user
        by_rules = form.cleaned_data.get("by_rules", False)
        if by_rules:
            customer.owner = None
        self.check_duplicate(form)
        classes = form.cleaned_data["categories"]
        people, tags = [form.contact()], form.tag_ids()
        draft = CustomerDraft(customer, people, tags, classes, by_rules=by_rules)
        return create_customer(draft, actor=self.request.user)

    def check_duplicate(self, form: CustomerForm) -> None:
        """The same name or credit code needs a second, conscious click."""
        data = form.cleaned_data
        typed = duplicates.Typed(name=data["name"], credit_code=data.get("credit_code") or "")
        if data.get("confirm_duplicate") or not duplicates.is_taken(typed):
            return
        field = form.fields["confirm_duplicate"]
        field.widget = forms.CheckboxInput()
        raise forms.ValidationError({"name": taken_text(typed)})

    def extra(self) -> dict[str, Any]:
        fields = "name,credit_code,phone,contact_mobile,contact_email"
        return {
            "duplicate_check": {
                "url": address("customers:customer_duplicates"),
                "fields": fields,
            },
            "draft_key": "customer-new",
        }


def taken_text(typed: duplicates.Typed) -> str:
    """Why a new customer with this name or credit code needs a second click."""
    twin = duplicates.protected(typed)
    if twin is None:
        return _(
            "Saving failed: a customer with this name or credit code exists already. "
            "Look at it, or tick the box below to create it all the same."
        )
    text = _(
        "Saving failed: %(owner)s protects a customer with this name or credit code until "
        "%(day)s; a duplicate is locked until then. Look at it, or tick the box below to create "
        "it all the same."
    )
    return text % protection.said_of(twin)


class CustomerEditView(EditView):
    """Change a customer."""

    model = Customer
    form_class = CustomerForm
    title = gettext_lazy("Edit customer")
    url_prefix = PREFIX

    def rows(self) -> Any:
        return Customer.objects.kept()

    def save(self, form: CustomerForm) -> Customer:
        changes = form.entity_values() | {"region": form.cleaned_data["region_id"]}
        if changes.get("entered_on") is None:
            changes.pop("entered_on", None)
        return update_customer(
            self.object,
            changes=changes,
            actor=self.request.user,
            version=form.cleaned_data.get("version"),
            tags=form.tag_ids(),
            classes=form.cleaned_data["categories"],
        )

    def extra(self) -> dict[str, Any]:
        url = f"{reverse('customers:customer_duplicates')}?exclude={self.object.pk}"
        return {"duplicate_check": {"url": url, "fields": "name,credit_code,phone"}}


class CustomerDeleteView(DeleteView):
    """Put a customer into the bin."""

    model = Customer
    url_prefix = PREFIX

    def rows(self) -> Any:
        return Customer.objects.kept()

    def consequences(self, obj: Customer) -> list[dict[str, Any]]:
        return leaving.consequences([obj.pk])

    def remove(self, obj: Customer) -> None:
        delete_customer(obj, actor=self.request.user)


class CustomerBinView(BinView):
    """Deleted customers."""

    model = Customer
    url_prefix = PREFIX
    title = gettext_lazy("Recycle bin: customers")

    def days(self) -> int:
        return int(settings.get("bin_days"))


class CustomerRestoreView(RestoreView):
    """Bring a customer back."""

    model = Customer
    url_prefix = PREFIX

    def restore(self, obj: Customer) -> None:
        restore_customer(obj, actor=self.request.user)


class CustomerLifeCycleView(ObjectMixin, PageView):
    """Move a customer to another stage of its life."""

    model = Customer
    verb = verbs.CHANGE
    http_method_names = ["post"]

    def rows(self) -> Any:
        return Customer.objects.kept()

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        customer = self.get_object()
        if kwargs["state"] not in LifeCycle.values:
            raise Http404
        set_life_cycle(customer, kwargs["state"], actor=request.user)
        stage = customer.get_life_cycle_display()
        messages.success(request, _("The life cycle is now “%(stage)s”.") % {"stage": stage})
        return redirect(customer.get_absolute_url())


class CustomerRevealView(ObjectMixin, PageView):
    """Show a masked phone and e-mail; the click is recorded."""

    model = Customer
    verb = verbs.REVEAL
    template = "customers/revealed.html"
    partials = {"dialog-body": "customers/_revealed.html"}
    http_method_names = ["post"]

    def rows(self) -> Any:
        return Customer.objects.kept()

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        customer = self.get_object()
        reveal_customer(customer, actor=request.user)
        people = Contact.objects.filter(customer=customer, deleted_at__isnull=True)
        lines = [{"label": customer.name, "phones": customer.phone, "email": customer.email}]
        lines += [
            {
                "label": person.name,
                "phones": listed(person.phones),
                "email": person.email,
            }
            for person in people[:20]
        ]
        url = customer.get_absolute_url()
        return self.show({"title": _("Contact data"), "lines": lines, "cancel_url": url})


class CustomerBulkView(BulkView):
    """Bulk actions on customers."""

    spec = lists.CUSTOMERS
    actions = bulk.CUSTOMER_ACTIONS
    url_prefix = PREFIX


class CustomerChooseView(ChooseView):
    """The dialog of fields that name a customer."""

    spec = lists.CUSTOMERS
    title = gettext_lazy("Choose a customer")
    url_prefix = PREFIX
    shown = ("name", "number", "life_cycle", "contact", "owner", "region")


class CustomerOptionsView(AutocompleteView):
    """Customers for remote selects: newest first, or those that match what is typed."""

    model = Customer

    def offered(self) -> Any:
        return super().offered().kept()

    def matching(self, rows: Any, text: str) -> Any:
        searched = Searched(None, tuple(CustomerShare.shared_with(self.request.user, verbs.VIEW)))
        return lists.search_customers(rows, text, self.request.user, searched).queryset

    def hint(self, obj: Customer) -> str:
        return obj.number
