"""Pages of contacts."""

from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.access import policies, verbs
from crm.access.masking import Masking
from crm.activities.composer import composer_for
from crm.activities.models import FollowUp
from crm.core.rowkeys import key_of
from crm.dictionaries import settings
from crm.jobs.exporting.actions import ExportSelected, export_action
from crm.web.views.autocomplete import AutocompleteView
from crm.web.views.base import ObjectMixin, PageView
from crm.web.views.bulk import BulkView
from crm.web.views.delete import BinView, DeleteView, RestoreView
from crm.web.views.detail import DetailView, PanelView
from crm.web.views.edit import CreateView, EditView
from crm.web.views.list import ListView
from customers import bulk, facts, lists, protection
from customers.forms import ContactForm
from customers.models import Contact
from customers.services.contacts import (
    create_contact,
    delete_contact,
    restore_contact,
    reveal_contact,
    update_contact,
)
from customers.views.customers import reveal_action, verify_action

PREFIX = "customers:contact"


class ContactListView(ListView):
    """The list of contacts."""

    spec = lists.CONTACTS
    title = gettext_lazy("Contacts")
    url_prefix = PREFIX
    bulk_actions = (*bulk.CONTACT_ACTIONS, ExportSelected)
    row_actions = (
        {
            "label": gettext_lazy("Write follow-up"),
            "icon": "message-plus",
            "url_name": "activities:follow_up_add",
            "args": ("customers.contact",),
            "needs": verbs.ADD,
            "on": FollowUp,
            "dialog": True,
        },
        {
            "label": gettext_lazy("Edit"),
            "icon": "pencil",
            "url_name": "customers:contact_edit",
            "needs": verbs.CHANGE,
        },
    )
    empty = {
        "icon": "users",
        "title": gettext_lazy("No contacts yet"),
        "text": gettext_lazy("People appear here with the customers they belong to."),
    }

    def more_actions(self) -> list[dict[str, Any]]:
        found = []
        if self.can(verbs.IMPORT):
            url = reverse("customers:contact_import")
            found.append({"label": _("Import"), "url": url, "icon": "upload", "name": "import"})
        if self.can(verbs.EXPORT):
            found.append(export_action(PREFIX, self.query(page=None, after=None)))
        if self.can(verbs.DELETE):
            url = reverse("customers:contact_bin")
            found.append({"label": _("Recycle bin"), "url": url, "icon": "trash", "name": "bin"})
        return found


class ContactRows(ObjectMixin):
    """Contacts with their customer; neither of them in the bin."""

    def rows(self) -> Any:
        return Contact.objects.kept().select_related("customer", "reports_to", "created_by")


class ContactDetailView(ContactRows, DetailView):
    """The page of a contact."""

    model = Contact
    spec = lists.CONTACTS
    url_prefix = PREFIX
    #: Why its customer, a duplicate, is locked; empty where it is not.
    locked = ""

    def get_object(self) -> Contact:
        contact = super().get_object()
        self.locked = protection.why_locked(contact.customer)
        return contact

    def header(self, obj: Contact) -> dict[str, Any]:
        badges = []
        if obj.is_primary:
            badges.append({"text": _("Primary contact"), "color": "teal"})
        if obj.is_decision_maker:
            badges.append({"text": _("Key decision maker"), "color": "purple"})
        place = " · ".join(filter(None, [obj.customer.name, obj.department, obj.position]))
        return {
            "title": f"{obj.name} {obj.salutation}".strip(),
            "subtitle": place,
            "badges": badges,
            "notices": [{"level": "warning", "text": self.locked}] if self.locked else [],
            "composer": None
            if self.locked
            else composer_for(obj, self.request.user, next_url=self.next_url),
        }

    def actions(self, obj: Contact) -> list[dict[str, Any]]:
        if self.locked:
            return []
        hidden = Masking(self.request.user, Contact).hides(obj.owner_id)
        number = obj.mobile or obj.phone
        return facts.reach_actions(number, obj.email, hidden) + super().actions(obj)

    def facts(self, obj: Contact) -> list[dict[str, Any]]:
        found = facts.contact_facts(obj, self.request.user)
        return facts.undialled(found) if self.locked else found

    def more_actions(self, obj: Contact) -> list[dict[str, Any]]:
        found = [] if self.locked else reveal_action(obj, self.request.user)
        if not self.locked and policies.can(self.request.user, verbs.CHANGE, obj):
            found.append(verify_action(obj))
        return found + super().more_actions(obj)


class ContactPanelView(ContactRows, PanelView):
    """One panel of a contact's page."""

    model = Contact


class ContactCreateView(CreateView):
    """A new contact, often from a customer's page (`?customer=`)."""

    model = Contact
    form_class = ContactForm
    title = gettext_lazy("New contact")
    url_prefix = PREFIX

    def form_options(self) -> dict[str, Any]:
        customer = key_of(self.request.GET.get("customer", ""))
        return {"initial": {"customer": customer}} if customer is not None else {}

    def save(self, form: ContactForm) -> Contact:
        groups = form.cleaned_data["groups"]
        return create_contact(form.instance, actor=self.request.user, groups=groups)

    def success_url(self, obj: Contact) -> str:
        return obj.customer.get_absolute_url()

    def extra(self) -> dict[str, Any]:
        url = reverse("customers:customer_duplicates")
        return {"duplicate_check": {"url": url, "fields": "mobile,phone,email"}}


class ContactEditView(ContactRows, EditView):
    """Change a contact."""

    model = Contact
    form_class = ContactForm
    title = gettext_lazy("Edit contact")
    url_prefix = PREFIX

    def save(self, form: ContactForm) -> Contact:
        return update_contact(
            self.object,
            changes=form.entity_values(),
            actor=self.request.user,
            version=form.cleaned_data.get("version"),
            groups=form.cleaned_data["groups"],
        )


class ContactDeleteView(ContactRows, DeleteView):
    """Put a contact into the bin."""

    model = Contact
    url_prefix = PREFIX

    def remove(self, obj: Contact) -> None:
        delete_contact(obj, actor=self.request.user)


class ContactBinView(BinView):
    """Deleted contacts."""

    model = Contact
    url_prefix = PREFIX
    title = gettext_lazy("Recycle bin: contacts")

    def days(self) -> int:
        return int(settings.get("bin_days"))


class ContactRestoreView(RestoreView):
    """Bring a contact back."""

    model = Contact
    url_prefix = PREFIX

    def restore(self, obj: Contact) -> None:
        restore_contact(obj, actor=self.request.user)

    def remedy(self, obj: Contact) -> str:
        return facts.bin_url(obj.customer, self.request.user)


class ContactRevealView(ContactRows, PageView):
    """Show masked contact data; the click is recorded."""

    model = Contact
    verb = verbs.REVEAL
    template = "customers/revealed.html"
    partials = {"dialog-body": "customers/_revealed.html"}
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        contact = self.get_object()
        line = {"label": contact.name, **reveal_contact(contact, actor=request.user)}
        url = contact.get_absolute_url()
        return self.show({"title": _("Contact data"), "lines": [line], "cancel_url": url})


class ContactBulkView(BulkView):
    """Bulk actions on contacts."""

    spec = lists.CONTACTS
    actions = bulk.CONTACT_ACTIONS
    url_prefix = PREFIX


class ContactOptionsView(AutocompleteView):
    """Contacts for remote selects, of one customer with `?customer=`."""

    model = Contact

    def offered(self) -> Any:
        rows = super().offered().kept().select_related("customer")
        customer = key_of(self.request.GET.get("customer", ""))
        return rows.filter(customer_id=customer) if customer is not None else rows

    def matching(self, rows: Any, text: str) -> Any:
        spelled = text.lower().replace(" ", "")
        return rows.filter(Q(name__icontains=text) | Q(name_initials__startswith=spelled))

    def hint(self, obj: Contact) -> str:
        return obj.customer.name
