"""Pages of follow-ups: the composer and its dialog, the list, edit, delete."""

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.access import verbs
from crm.activities import composer, services
from crm.activities.anchors import anchors_of
from crm.activities.forms import FollowUpForm
from crm.activities.lists import FOLLOW_UPS
from crm.activities.models import ADDRESS_LIMIT, FollowUp
from crm.activities.views import base
from crm.activities.views.base import SubjectMixin, saved_in_dialog
from crm.core.errors import DomainError
from crm.jobs.exporting.actions import ExportSelected, export_action
from crm.web import htmx
from crm.web.navigation import address
from crm.web.views.base import ObjectMixin, PageView
from crm.web.views.edit import EditView
from crm.web.views.list import ListView

IN_DIALOG = "?dialog=1"
#: The composer's button carries the next record's address under this name.
NEXT = "_next"
#: Options of a picker that stand in a page by itself; more are found by typing.
FIRST_OPTIONS = 50


class FollowUpAddView(SubjectMixin, PageView):
    """Write a follow-up on a record."""

    model = FollowUp
    verb = verbs.ADD
    template = "generic/form.html"
    partials = {
        "composer": "components/_composer.html",
        "dialog-body": "activities/_dialog.html",
    }

    @cached_property
    def is_part(self) -> bool:
        """Whether the composer or the dialog asks."""
        return bool(self.request.htmx) and self.request.htmx.target in self.partials

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.form()
        form.initial.update(self.prefilled())
        return self.show(self.context(self.subject, form))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        subject, form = self.subject, self.form(request.POST, request.FILES)
        if form.is_valid():
            try:
                services.create_follow_up(
                    subject, form.said(), actor=request.user, token=form.cleaned_data["token"]
                )
                return self.done(subject)
            except (DomainError, ValidationError) as error:
                form.add_domain_error(error)
        return self.show(self.context(subject, form), status=422)

    def form(self, data: Any = None, files: Any = None) -> FollowUpForm:
        """The form of the composer, or that of the page."""
        if self.is_part:
            return composer.blank_form(self.subject, self.request.user, data, files)
        user = self.request.user
        return FollowUpForm(data, files, subject=self.subject, actor=user, first=FIRST_OPTIONS)

    def prefilled(self) -> dict[str, Any]:
        """What the address gives: `?method=phone&address=…` after a number was dialled."""
        method = composer.method_keys().get(self.request.GET.get("method", ""))
        reached = self.request.GET.get("address", "")[:ADDRESS_LIMIT]
        return {"method": method, "address": reached} if method else {}

    def context(self, subject: Any, form: FollowUpForm) -> dict[str, Any]:
        """Values of the composer, of the dialog around it, and of the page without scripts."""
        query = IN_DIALOG if self.is_dialog else ""
        return {
            "title": _("Write follow-up: %(name)s") % {"name": subject},
            "composer": composer.filled(
                subject, form, query=query, next_url=self.request.POST.get(NEXT, "")
            ),
            "form": form,
            "action_url": self.request.path,
            "cancel_url": subject.get_absolute_url(),
            "submit_label": _("Save follow-up"),
            "draft_key": f"follow-up-{subject._meta.model_name}-{subject.pk}",
        }

    @property
    def next_url(self) -> str:
        """Where "Save and next record" leads: a page of this site, else nowhere."""
        url = self.request.POST.get(NEXT, "")
        return url if url_has_allowed_host_and_scheme(url, allowed_hosts=None) else ""

    @property
    def is_dialog(self) -> bool:
        """Whether the composer stands in the dialog: opened there, or posted from there."""
        return self.is_part and (
            self.request.htmx.target == "dialog-body" or "dialog" in self.request.GET
        )

    def done(self, subject: Any) -> HttpResponse:
        """A new empty composer, a closed dialog, or back to the record."""
        text = _("The follow-up was saved.")
        if self.is_dialog:
            return saved_in_dialog(text)
        if self.next_url:
            messages.success(self.request, text)
            part = self.is_part
            return htmx.redirect(self.next_url) if part else HttpResponseRedirect(self.next_url)
        if self.is_part:
            fresh = composer.blank_form(subject, self.request.user)
            return htmx.trigger(
                self.show(self.context(subject, fresh)),
                toast={"level": "success", "text": text},
                refresh=base.CHANGED_PARTS,
            )
        messages.success(self.request, text)
        return HttpResponseRedirect(subject.get_absolute_url())


class FollowUpListView(ListView):
    """写过的跟进: filtered by method, person, time; searched by content (S11-21)."""

    spec = FOLLOW_UPS
    title = gettext_lazy("Follow-ups")
    url_prefix = "activities:follow_up"
    bulk_actions = (ExportSelected,)
    empty = {
        "icon": "message",
        "title": gettext_lazy("No follow-up yet"),
        "text": gettext_lazy(
            "Write one on the page of a customer: what was said, what comes next."
        ),
    }

    def page_actions(self) -> list[dict[str, Any]]:
        """None: a follow-up is written where its customer is."""
        return []

    def more_actions(self) -> list[dict[str, Any]]:
        found = []
        if self.can(verbs.IMPORT):
            url = address("activities:follow_up_import")
            found.append({"label": _("Import"), "url": url, "icon": "upload", "name": "import"})
        if self.can(verbs.EXPORT):
            found.append(export_action(self.url_prefix, self.query(page=None, after=None)))
        return found


class FollowUpDetailView(ObjectMixin, PageView):
    """A follow-up has no page of its own: it stands on the timeline of its record."""

    model = FollowUp

    def rows(self) -> models.QuerySet:
        return FollowUp.objects.kept()

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        subject, _parent = anchors_of(self.get_object())
        return HttpResponseRedirect(f"{subject.get_absolute_url()}#timeline")


class FollowUpEditView(EditView):
    """Correct a follow-up."""

    model = FollowUp
    form_class = FollowUpForm
    title = gettext_lazy("Edit follow-up")
    url_prefix = "activities:follow_up"

    def rows(self) -> models.QuerySet:
        return FollowUp.objects.kept()

    @property
    def is_dialog(self) -> bool:
        """Whether the dialog asks."""
        return bool(self.request.htmx) and self.request.htmx.target == "dialog-body"

    def form(self, data: Any = None, files: Any = None) -> FollowUpForm:
        options = self.form_options()
        if self.is_dialog:
            options["auto_id"] = "dlg_%s"
        return FollowUpForm(data, actor=self.request.user, first=FIRST_OPTIONS, **options)

    def save(self, form: FollowUpForm) -> FollowUp:
        return services.update_follow_up(
            self.object,
            changes=form.changes(),
            actor=self.request.user,
            version=form.cleaned_data["version"],
            related=form.related(),
        )

    def done(self, obj: models.Model) -> HttpResponse:
        if self.is_dialog:
            return saved_in_dialog(self.said(obj))
        return super().done(obj)

    def success_text(self, obj: models.Model) -> str:
        return _("The follow-up was saved.")


class FollowUpDeleteView(ObjectMixin, PageView):
    """Say what will be deleted and whether it may be, then delete it."""

    model = FollowUp
    verb = verbs.DELETE
    template = "generic/confirm_delete.html"
    partials = {"dialog-body": "generic/_confirm.html"}

    def rows(self) -> models.QuerySet:
        return FollowUp.objects.kept()

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        follow_up = self.get_object()
        return self.show(
            {
                "title": _("Delete follow-up"),
                "object_label": str(follow_up),
                "refused": self.refusals(follow_up),
                "text": _(
                    "It disappears from the timeline; the operation log keeps who deleted it."
                ),
                "submit_label": _("Confirm deletion"),
                "cancel_url": follow_up.get_absolute_url(),
                "action_url": request.path,
            }
        )

    def refusals(self, follow_up: FollowUp) -> list[dict[str, str]]:
        """Why it cannot be deleted any more."""
        if services.may_delete(follow_up, self.request.user):
            return []
        return [{"text": _("After 24 hours only your manager can delete a follow-up.")}]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        follow_up = self.get_object()
        subject, _parent = anchors_of(follow_up)
        services.delete_follow_up(follow_up, actor=request.user)
        text = _("The follow-up was deleted.")
        if request.htmx and request.htmx.target == "dialog-body":
            return saved_in_dialog(text)
        messages.success(request, text)
        return HttpResponseRedirect(subject.get_absolute_url())
