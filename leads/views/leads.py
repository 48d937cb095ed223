"""Pages of leads: list, detail, forms, bin."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.access import policies, verbs
from crm.access.masking import Masking
from crm.activities.composer import composer_for
from crm.activities.models import FollowUp
from crm.core import clock
from crm.core.rowkeys import key_of
from crm.dictionaries import settings
from crm.dictionaries.tagging import tags_of
from crm.jobs.exporting.actions import ExportSelected, export_action
from crm.pool.texts import badges_of as pool_badges
from crm.pool.verbs import TRANSFER
from crm.pool.views import actions_for as pool_actions
from crm.web.errors import refused
from crm.web.listing import Searched
from crm.web.navigation import address
from crm.web.views.autocomplete import AutocompleteView
from crm.web.views.base import ObjectMixin, PageView
from crm.web.views.bulk import BulkView
from crm.web.views.delete import BinView, DeleteView, RestoreView
from crm.web.views.detail import DetailView, PanelView
from crm.web.views.edit import CreateView, EditView
from crm.web.views.list import ListView
from customers.models import Customer
from customers.views.customers import due_text
from leads import bulk, duplicates, facts, lists
from leads.choices import LeadState
from leads.deadlines import countdown
from leads.drafts import LeadDraft
from leads.forms import LeadForm
from leads.models import Lead
from leads.services.changing import reveal_lead, update_lead
from leads.services.creating import create_lead
from leads.services.removing import delete_lead, restore_lead

PREFIX = "leads:lead"
CHECKED = "name,phone,mobile,email"


class LeadListView(ListView):
    """The list of leads; converted ones are not in it (E6)."""

    spec = lists.LEADS
    title = gettext_lazy("Leads")
    url_prefix = PREFIX
    bulk_actions = (*bulk.LEAD_ACTIONS, ExportSelected)
    row_actions = (
        {
            "label": gettext_lazy("Write follow-up"),
            "icon": "message-plus",
            "url_name": "activities:follow_up_add",
            "args": ("leads.lead",),
            "needs": verbs.ADD,
            "on": FollowUp,
            "dialog": True,
        },
        {
            "label": gettext_lazy("Edit"),
            "icon": "pencil",
            "url_name": "leads:lead_edit",
            "needs": verbs.CHANGE,
        },
    )
    empty = {
        "icon": "target-arrow",
        "title": gettext_lazy("No leads yet"),
        "text": gettext_lazy("Enter the first enquiry: an exhibition card, a call, an e-mail."),
    }

    def more_actions(self) -> list[dict[str, Any]]:
        found = []
        if self.can(verbs.IMPORT):
            url = address("leads:lead_import")
            found.append({"label": _("Import"), "url": url, "icon": "upload", "name": "import"})
        if self.can(verbs.EXPORT):
            found.append(export_action(PREFIX, self.query(page=None, after=None)))
        url = address("leads:report")
        found.append(
            {
                "label": _("Potential customer report"),
                "url": url,
                "icon": "report-analytics",
                "name": "report",
            }
        )
        if self.can(verbs.DELETE):
            url = address("leads:lead_bin")
            found.append({"label": _("Recycle bin"), "url": url, "icon": "trash", "name": "bin"})
        return found


class LeadRows(ObjectMixin):
    """Leads that can be opened: neither in the bin nor converted."""

    def rows(self) -> Any:
        return Lead.objects.usable().select_related("owner", "created_by", "abandon_reason")


class ConvertedMixin:
    """Says of a lead that became a customer where it stands now; its page is gone all the same."""

    request: HttpRequest
    kwargs: dict[str, Any]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().get(request, *args, **kwargs)
        except Http404:
            rows = Lead.objects.kept().visible_to(request.user)
            if not rows.filter(pk=self.kwargs["pk"], status=LeadState.CONVERTED).exists():
                raise
        reason = _("The lead became a customer. What stood on it is in the report.")
        way = address("leads:report_detail", self.kwargs["pk"]), _("Open the converted lead")
        return refused(request, 404, reason, way=way)


class LeadDetailView(ConvertedMixin, LeadRows, DetailView):
    """The 360° page of a lead."""

    model = Lead
    spec = lists.LEADS
    url_prefix = PREFIX

    def header(self, obj: Lead) -> dict[str, Any]:
        return {
            "number": obj.number,
            "badges": badges(obj),
            "tags": tags_of(obj),
            "owner": obj.owner,
            "owner_label": _("Owner"),
            "next_step": next_step(obj),
            "notices": notices(obj),
            "composer": composer_for(obj, self.request.user, next_url=self.next_url),
            "created_text": created_text(obj),
        }

    def facts(self, obj: Lead) -> list[dict[str, Any]]:
        return facts.lead_facts(obj, self.request.user)

    def actions(self, obj: Lead) -> list[dict[str, Any]]:
        found = super().actions(obj)
        if not policies.can(self.request.user, verbs.CHANGE, obj):
            return found
        if obj.status == LeadState.ABANDONED:
            return [_action("reactivate", obj, _("Take up again"), "refresh", method="post")]
        return [
            *self.convert(obj),
            *found,
            _action("abandon", obj, _("Abandon"), "user-off", dialog=True),
        ]

    def convert(self, obj: Lead) -> list[dict[str, Any]]:
        """转为客户, for those who may make customers."""
        if not policies.can(self.request.user, verbs.ADD, Customer):
            return []
        label = _("Convert to customer")
        return [_action("convert", obj, label, "user-check", dialog=True, style="primary")]

    def more_actions(self, obj: Lead) -> list[dict[str, Any]]:
        user = self.request.user
        given = self.giving(obj) + pool_actions(obj, user, PREFIX)
        return given + self.reveal(obj) + super().more_actions(obj)

    def giving(self, obj: Lead) -> list[dict[str, Any]]:
        """Assign and transfer, as far as the user may."""
        user, found = self.request.user, []
        if policies.can(user, verbs.ASSIGN, obj):
            found.append(_action("assign", obj, _("Assign"), "user-share", dialog=True))
        if obj.owner_id is not None and policies.can(user, TRANSFER, obj):
            found.append(_action("transfer", obj, _("Transfer"), "transfer", dialog=True))
        return found

    def reveal(self, obj: Lead) -> list[dict[str, Any]]:
        """The logged click that shows masked contact data."""
        user = self.request.user
        if not Masking(user, Lead).hides(obj.owner_id) or not policies.can(user, verbs.REVEAL, obj):
            return []
        label = _("Reveal phone and e-mail")
        return [_action("reveal", obj, label, "eye", method="post", dialog=True)]


def _action(name: str, obj: Lead, label: str, icon: str, **more: Any) -> dict[str, Any]:
    url = address(f"leads:lead_{name}", obj.pk)
    return {"label": label, "url": url, "icon": icon, "name": name, **more}


def badges(obj: Lead) -> list[dict[str, Any]]:
    """State and score; what is missing."""
    found = [{"text": obj.get_status_display(), "color": LeadState.colors()[obj.status]}]
    if obj.is_incomplete:
        found.append({"text": _("Incomplete"), "color": "yellow", "icon": "alert-triangle"})
    return found + pool_badges(obj)


def next_step(obj: Lead) -> dict[str, Any]:
    """What was said last and what comes next; before the first contact, the time left (T2)."""
    now = clock.now()
    if obj.awaits_first_contact and obj.next_contact_at is None:
        return {
            "label": _("First contact"),
            "text": countdown(obj.first_contact_due_at, now),
            "overdue": obj.first_contact_due_at < now,
            "last_label": _("Last contact"),
            "last_text": "",
            "last_at": None,
        }
    overdue = obj.next_contact_at is not None and obj.next_contact_at < now
    return {
        "label": _("Next contact"),
        "text": due_text(obj.next_contact_at, overdue=overdue) if obj.next_contact_at else "",
        "overdue": overdue,
        "last_label": _("Last contact"),
        "last_text": obj.last_contact_summary,
        "last_at": obj.last_contact_at,
    }


def notices(obj: Lead) -> list[dict[str, Any]]:
    """What somebody should look at."""
    found = []
    if obj.is_incomplete:
        text = _("An import kept this lead although something is missing. Please complete it.")
        found.append({"level": "warning", "text": text})
    if obj.status == LeadState.ABANDONED:
        text = _("Abandoned: %(reason)s. %(note)s") % {
            "reason": obj.abandon_reason,
            "note": obj.abandon_note,
        }
        found.append({"level": "info", "text": text})
    return found


def created_text(obj: Lead) -> str:
    """When and by whom the lead came in."""
    day = date_format(localtime(obj.created_at), "DATE_FORMAT")
    name = obj.created_by.display_name if obj.created_by else _("The system")
    return _("Created on %(day)s by %(name)s") % {"day": day, "name": name}


class LeadPanelView(LeadRows, PanelView):
    """One panel of a lead's page."""

    model = Lead


class LeadCreateView(CreateView):
    """A new lead."""

    model = Lead
    form_class = LeadForm
    title = gettext_lazy("New lead")
    url_prefix = PREFIX

    def save(self, form: LeadForm) -> Lead:
        lead = form.instance
        lead.region_id = form.cleaned_data["region_id"]
        if "owner" not in form.fields:
            lead.owner = self.request.user
        by_rules = form.cleaned_data.get("by_rules", False)
        if by_rules:
            lead.owner = None
        self.check_duplicate(form)
        draft = LeadDraft(lead, form.tag_ids(), by_rules=by_rules)
        return create_lead(draft, actor=self.request.user)

    def check_duplicate(self, form: LeadForm) -> None:
        """The same name needs a second, conscious click."""
        data = form.cleaned_data
        typed = duplicates.Typed(name=data["name"])
        if data.get("confirm_duplicate") or not duplicates.is_taken(typed):
            return
        form.fields["confirm_duplicate"].widget = forms.CheckboxInput()
        raise forms.ValidationError(
            {
                "name": _(
                    "Saving failed: a lead or a customer with this name exists already. "
                    "Look at it, or tick the box below to create it all the same."
                )
            }
        )

    def extra(self) -> dict[str, Any]:
        url = address("leads:lead_duplicates")
        return {"duplicate_check": {"url": url, "fields": CHECKED}, "draft_key": "lead-new"}


class LeadEditView(ConvertedMixin, LeadRows, EditView):
    """Change a lead."""

    model = Lead
    form_class = LeadForm
    title = gettext_lazy("Edit lead")
    url_prefix = PREFIX

    def save(self, form: LeadForm) -> Lead:
        return update_lead(
            self.object,
            changes=form.entity_values() | {"region": form.cleaned_data["region_id"]},
            actor=self.request.user,
            version=form.cleaned_data.get("version"),
            tags=form.tag_ids(),
        )

    def extra(self) -> dict[str, Any]:
        url = f"{reverse('leads:lead_duplicates')}?exclude={self.object.pk}"
        return {"duplicate_check": {"url": url, "fields": CHECKED}}


class LeadDuplicatesView(PageView):
    """Live duplicate check among leads, customers and contacts: values in, cards out."""

    model = Lead
    verb = verbs.ADD
    template = "components/_duplicates.html"
    http_method_names = ["post"]

    def check_right(self) -> None:
        user = self.request.user
        if not policies.can(user, verbs.ADD, Lead):
            policies.require(user, verbs.CHANGE, Lead)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        exclude = key_of(request.GET.get("exclude", ""))
        typed = duplicates.typed_from(request.POST)
        cards = duplicates.answer(typed, request.user, exclude=exclude)
        for card in cards:
            if token := card.pop("request_token", ""):
                card["request_url"] = address("customers:customer_request", token)
        return self.show({"duplicates": cards})


class LeadDeleteView(LeadRows, DeleteView):
    """Put a lead into the bin."""

    model = Lead
    url_prefix = PREFIX

    def remove(self, obj: Lead) -> None:
        delete_lead(obj, actor=self.request.user)


class LeadBinView(BinView):
    """Deleted leads."""

    model = Lead
    url_prefix = PREFIX
    title = gettext_lazy("Recycle bin: leads")

    def days(self) -> int:
        return int(settings.get("bin_days"))


class LeadRestoreView(RestoreView):
    """Bring a lead back."""

    model = Lead
    url_prefix = PREFIX

    def restore(self, obj: Lead) -> None:
        restore_lead(obj, actor=self.request.user)


class LeadRevealView(LeadRows, PageView):
    """Show masked contact data; the click is recorded."""

    model = Lead
    verb = verbs.REVEAL
    template = "customers/revealed.html"
    partials = {"dialog-body": "customers/_revealed.html"}
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        lead = self.get_object()
        line = {"label": lead.name, **reveal_lead(lead, actor=request.user)}
        url = lead.get_absolute_url()
        return self.show({"title": _("Contact data"), "lines": [line], "cancel_url": url})


class LeadBulkView(BulkView):
    """Bulk actions on leads."""

    spec = lists.LEADS
    actions = bulk.LEAD_ACTIONS
    url_prefix = PREFIX


class LeadOptionsView(AutocompleteView):
    """Leads for remote selects."""

    model = Lead

    def offered(self) -> Any:
        return super().offered().usable()

    def matching(self, rows: Any, text: str) -> Any:
        return lists.search_leads(rows, text, self.request.user, Searched(None, ())).queryset

    def hint(self, obj: Lead) -> str:
        return obj.number
