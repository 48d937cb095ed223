"""Pages of appointments."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.access import policies, verbs
from crm.accounts.models import User
from crm.activities.planning import bulk, facts, links, lists
from crm.activities.planning.choices import AppointmentStatus, Kind
from crm.activities.planning.forms import AppointmentForm, OutcomeForm
from crm.activities.planning.models import Appointment
from crm.activities.planning.services import appointments as services
from crm.activities.planning.tables import span_text
from crm.activities.planning.views.common import StepView, initial_subject, stepped
from crm.core import clock
from crm.core.errors import DomainError
from crm.core.messages import sentences
from crm.core.rowkeys import keys_of
from crm.dictionaries import settings
from crm.web import htmx
from crm.web.navigation import address
from crm.web.views.base import ObjectMixin, PageView
from crm.web.views.bulk import BulkView
from crm.web.views.delete import BinView, DeleteView, RestoreView
from crm.web.views.detail import DetailView, PanelView
from crm.web.views.edit import CreateView, EditView
from crm.web.views.list import ListView

PREFIX = "planning:appointment"


class AppointmentListView(ListView):
    """日程 as a list: visits and meetings (D09-6)."""

    spec = lists.APPOINTMENTS
    title = gettext_lazy("Appointments")
    url_prefix = PREFIX
    bulk_actions = bulk.APPOINTMENT_ACTIONS
    row_actions = (
        {
            "label": gettext_lazy("Edit"),
            "icon": "pencil",
            "url_name": "planning:appointment_edit",
            "needs": verbs.CHANGE,
        },
    )
    empty = {
        "icon": "calendar-event",
        "title": gettext_lazy("No appointments"),
        "text": gettext_lazy("Visits and meetings stand here: when, where, with whom, what for."),
    }

    def more_actions(self) -> list[dict[str, Any]]:
        if not self.can(verbs.DELETE):
            return []
        url = address("planning:appointment_bin")
        return [{"label": _("Recycle bin"), "url": url, "icon": "trash", "name": "bin"}]


class AppointmentRows(ObjectMixin):
    """Appointments outside the bin."""

    def rows(self) -> Any:
        return Appointment.objects.kept().select_related("owner", "created_by")


class AppointmentDetailView(AppointmentRows, DetailView):
    """The page of an appointment."""

    model = Appointment
    spec = lists.APPOINTMENTS
    url_prefix = PREFIX

    def header(self, obj: Appointment) -> dict[str, Any]:
        status, kind = AppointmentStatus(obj.status), Kind(obj.kind)
        return {
            "badges": [
                {"text": kind.label, "color": Kind.colors()[kind]},
                {"text": status.label, "color": AppointmentStatus.colors()[status]},
            ],
            "owner": obj.owner,
            "owner_label": _("Owner"),
            "next_step": self.next_step(obj),
            "notices": collision_notices(obj, self.request.user),
            "created_text": _("Created on %(day)s by %(name)s")
            % {"day": f"{obj.created_at:%Y-%m-%d}", "name": obj.created_by or _("The system")},
        }

    def next_step(self, obj: Appointment) -> dict[str, Any] | None:
        """When and where, as the biggest thing of the page."""
        if not obj.is_planned:
            return None
        return {
            "label": _("Planned for"),
            "text": span_text(obj.starts_at, obj.ends_at, obj.is_all_day),
            "overdue": obj.ends_at < clock.now(),
            "last_label": _("Place"),
            "last_text": obj.place,
        }

    def facts(self, obj: Appointment) -> list[dict[str, Any]]:
        return facts.appointment_facts(obj, self.request.user)

    def actions(self, obj: Appointment) -> list[dict[str, Any]]:
        found = super().actions(obj)
        if not obj.is_planned or not policies.can(self.request.user, verbs.CHANGE, obj):
            return found
        url = address("planning:appointment_complete", obj.pk)
        step = {"label": _("Record the outcome"), "url": url, "icon": "check", "name": "complete"}
        return [*found, {**step, "style": "primary", "dialog": True}]

    def more_actions(self, obj: Appointment) -> list[dict[str, Any]]:
        found = super().more_actions(obj)
        if not policies.can(self.request.user, verbs.CHANGE, obj):
            return found
        if obj.status == AppointmentStatus.CANCELLED:
            label, name, icon = _("Plan again"), "reopen", "refresh"
        elif obj.is_planned:
            label, name, icon = _("Cancel the appointment"), "cancel", "calendar-x"
        else:
            return found
        url = address(f"planning:appointment_{name}", obj.pk)
        step = {"label": label, "url": url, "name": name, "dialog": True}
        return [{**step, "icon": icon}, *found]


class AppointmentPanelView(AppointmentRows, PanelView):
    """One panel of an appointment's page."""

    model = Appointment


def collision_lines(
    people: list[Any], start: Any, end: Any, user: Any, *, but: int | None = None
) -> list[str]:
    """Who is busy when; what with only where the reader sees it."""
    found = services.collisions(people, start, end, but=but)
    keys = [row.pk for rows in found.values() for row in rows]
    visible = Appointment.objects.visible_to(user).filter(pk__in=keys)
    seen = set(visible.values_list("pk", flat=True)) if keys else set()
    lines = []
    for person in people:
        for row in found.get(person.pk, ()):
            what = row.title if row.pk in seen else _("another appointment")
            when = span_text(row.starts_at, row.ends_at, row.is_all_day)
            values = {"name": person.display_name, "when": when, "what": what}
            lines.append(_("%(name)s is busy: %(when)s, %(what)s") % values)
    return lines


def collision_notices(obj: Appointment, user: Any) -> list[dict[str, Any]]:
    """A warning above the page where somebody is elsewhere at that time."""
    if not obj.is_planned or obj.ends_at < clock.now():
        return []
    people = [obj.owner, *obj.participants.all()]
    lines = collision_lines(people, obj.starts_at, obj.ends_at, user, but=obj.pk)
    return [{"level": "warning", "text": line} for line in lines]


class AppointmentCreateView(CreateView):
    """A new appointment, often from the page of a record (`?subject=`) or a day (`?day=`)."""

    model = Appointment
    form_class = AppointmentForm
    title = gettext_lazy("New appointment")
    url_prefix = PREFIX

    def form_options(self) -> dict[str, Any]:
        day = self.request.GET.get("day", "")[:10]
        start = {"starts_at": f"{day} 09:00"} if day else {}
        return {"initial": initial_subject(self.request) | start}

    def save(self, form: AppointmentForm) -> Appointment:
        data = form.cleaned_data
        return services.create_appointment(
            form.appointment(),
            actor=self.request.user,
            subject=data["subject"],
            participants=data["participants"],
            guests=data["guests"],
            series=form.series(),
        )

    def done(self, obj: Appointment) -> HttpResponse:
        if self.request.POST.get("_save_new"):
            return super().done(obj)
        return saved(self.request, obj, self.said(obj), self.success_url(obj))

    def success_text(self, obj: Appointment) -> str:
        return _("“%(name)s” is planned.") % {"name": obj}

    def success_url(self, obj: Appointment) -> str:
        subject = initial_subject(self.request) and links.subject_of(obj)
        return subject.get_absolute_url() if subject else obj.get_absolute_url()

    def extra(self) -> dict[str, Any]:
        return {"aside": collision_hint()}


def collision_hint(pk: int | None = None) -> SafeString:
    """The live hint beside the form: it asks again whenever time or people change."""
    query = f"?but={pk}" if pk else ""
    url = address("planning:appointment_collisions") + query
    return format_html(
        '<div class="dups" role="status" aria-live="polite" data-controller="collisions"'
        ' data-url="{}"></div>',
        url,
    )


def saved(request: HttpRequest, obj: Appointment, text: str, url: str) -> HttpResponse:
    """Say that it is saved, and who is busy at that time: a hint, never a refusal."""
    notices = collision_notices(obj, request.user)
    if not request.htmx:
        for notice in notices:
            messages.warning(request, notice["text"])
    level = "warning" if notices else "success"
    return stepped(
        request,
        sentences([text, *(each["text"] for each in notices)]) if request.htmx else text,
        url,
        level=level,
    )


class AppointmentEditView(AppointmentRows, EditView):
    """Change an appointment."""

    model = Appointment
    form_class = AppointmentForm
    title = gettext_lazy("Edit appointment")
    url_prefix = PREFIX

    def save(self, form: AppointmentForm) -> Appointment:
        return services.update_appointment(
            self.object,
            changes=form.entity_values(),
            actor=self.request.user,
            version=form.cleaned_data.get("version"),
            participants=form.cleaned_data["participants"],
            guests=form.cleaned_data["guests"],
        )

    def done(self, obj: Appointment) -> HttpResponse:
        return saved(self.request, obj, self.said(obj), self.success_url(obj))

    def extra(self) -> dict[str, Any]:
        return {"aside": collision_hint(self.object.pk)}


class AppointmentCollisionsView(PageView):
    """Posted time and people in, who is busy out."""

    model = Appointment
    verb = verbs.ADD
    template = "planning/_collisions.html"
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = AppointmentForm(request.POST, actor=request.user)
        form.is_valid()
        start, end = (form.cleaned_data.get(name) for name in ("starts_at", "ends_at"))
        but = request.GET.get("but", "")
        lines = []
        if start and end and end > start:
            pk = int(but) if but.isdecimal() and len(but) < 19 else None
            lines = collision_lines(self.people(), start, end, request.user, but=pk)
        return self.show({"lines": lines})

    def people(self) -> list[Any]:
        """The owner and the chosen colleagues, oneself where nobody is chosen yet."""
        posted = [*self.request.POST.getlist("owner"), *self.request.POST.getlist("participants")]
        keys = keys_of(key for text in posted for key in text.split(","))
        return list(User.objects.active().filter(pk__in=keys or [self.request.user.pk])[:20])


class AppointmentDeleteView(AppointmentRows, DeleteView):
    """Put an appointment into the bin."""

    model = Appointment
    url_prefix = PREFIX

    def remove(self, obj: Appointment) -> None:
        services.delete_appointment(obj, actor=self.request.user)


class AppointmentBinView(BinView):
    """Deleted appointments."""

    model = Appointment
    url_prefix = PREFIX
    title = gettext_lazy("Recycle bin: appointments")

    def days(self) -> int:
        return int(settings.get("bin_days"))


class AppointmentRestoreView(RestoreView):
    """Bring an appointment back."""

    model = Appointment
    url_prefix = PREFIX

    def restore(self, obj: Appointment) -> None:
        services.restore_appointment(obj, actor=self.request.user)


class AppointmentBulkView(BulkView):
    """Bulk actions on appointments."""

    spec = lists.APPOINTMENTS
    actions = bulk.APPOINTMENT_ACTIONS
    url_prefix = PREFIX


class AppointmentCompleteView(AppointmentRows, StepView):
    """Record what came of it; on a linked record it becomes a follow-up in the same step."""

    model = Appointment
    template = "generic/form.html"
    partials = {"dialog-body": "generic/_form.html"}
    title = gettext_lazy("Record the outcome")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        obj = self.get_object()
        return self.show(self.form_context(obj, self.form(obj)))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        obj = self.get_object()
        form = self.form(obj, request.POST)
        if form.is_valid():
            try:
                services.complete_appointment(obj, actor=request.user, **form.cleaned_data)
                return self.finished(obj)
            except (DomainError, ValidationError) as error:
                form.add_error(None, getattr(error, "message", None) or error)
        return self.show(self.form_context(obj, form), status=422)

    def form(self, obj: Appointment, data: Any = None) -> OutcomeForm:
        """Attitude and next contact are asked where a follow-up will be written."""
        return OutcomeForm(data, linked=services.to_follow_up(obj, self.request.user) is not None)

    def form_context(self, obj: Appointment, form: OutcomeForm) -> dict[str, Any]:
        """Values of the form page."""
        text = _("It is written down as a follow-up of the linked record as well.")
        return {
            "title": self.title,
            "form": form,
            "help": text if "attitude" in form.fields else "",
            "cancel_url": obj.get_absolute_url(),
            "action_url": self.request.path,
            "draft_key": f"outcome-{obj.pk}",
        }

    def finished(self, obj: Appointment) -> HttpResponse:
        """Back to the appointment, which now shows its outcome."""
        text = _("The outcome was recorded.")
        if obj.follow_up_id:
            text = _("The outcome was recorded and written down as a follow-up.")
        if self.request.htmx:
            messages.success(self.request, text)
            return htmx.redirect(obj.get_absolute_url())
        return self.stepped(obj, text)


class AppointmentCancelView(AppointmentRows, StepView):
    """It does not take place."""

    model = Appointment
    title = gettext_lazy("Cancel the appointment")
    question = gettext_lazy("Cancel this appointment?")
    is_harmless = False

    def do(self, obj: Appointment) -> HttpResponse:
        services.cancel_appointment(obj, actor=self.request.user)
        text = _("“%(name)s” was cancelled.") % {"name": obj}
        undo = reverse("planning:appointment_reopen", args=[obj.pk])
        return self.stepped(obj, text, undo=undo)


class AppointmentReopenView(AppointmentRows, StepView):
    """It takes place after all."""

    model = Appointment
    title = gettext_lazy("Plan again")
    question = gettext_lazy("Plan this appointment again?")

    def do(self, obj: Appointment) -> HttpResponse:
        services.reopen_appointment(obj, actor=self.request.user)
        text = _("“%(name)s” is planned again.") % {"name": obj}
        return self.stepped(obj, text)
