"""Administration of the service levels: policies with a trial of what a change would do."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.core.errors import DomainError, InvalidValue, Stale
from crm.core.messages import listed
from crm.web import stale
from crm.web.administration import ServiceAdmin
from crm.web.templatetags.ui import badge_html
from tickets.sla import keeping, trial, walking
from tickets.sla.admin_forms import PolicyForm
from tickets.sla.calendar_trials import CalendarTrials, shown_trial
from tickets.sla.models import ClockKind, SlaPolicy, SlaTarget, SlaVersion
from tickets.sla.words import duration

#: Versions shown below the form.
VERSIONS = 10


@admin.register(SlaPolicy)
class SlaPolicyAdmin(CalendarTrials, ServiceAdmin):
    """服务时限规则: the first one in order that fits a ticket counts."""

    opens = True
    form = PolicyForm
    list_display = ("position", "name", "state", "applies", "promises", "hours")
    list_display_links = ("name",)
    list_filter = ("is_active",)
    search_fields = ("name",)
    search_help_text = gettext_lazy("Name")

    def get_queryset(self, request: HttpRequest) -> Any:
        lists = ("types", "levels", "categories", "groups", "targets")
        return super().get_queryset(request).select_related("calendar").prefetch_related(*lists)

    @admin.display(description=gettext_lazy("State"), ordering="is_active")
    def state(self, policy: SlaPolicy) -> SafeString:
        return badge_html(_("On"), "green") if policy.is_active else badge_html(_("Off"))

    @admin.display(description=gettext_lazy("Applies to"))
    def applies(self, policy: SlaPolicy) -> str:
        lists = (policy.types, policy.levels, policy.categories, policy.groups)
        names = [str(row) for rows in lists for row in rows.all()]
        return listed(names) or _("All tickets")

    @admin.display(description=gettext_lazy("Promises"))
    def promises(self, policy: SlaPolicy) -> str:
        plain = {row.kind: row.seconds for row in policy.targets.all() if not row.priority}
        return listed(
            f"{ClockKind(kind).label} {duration(plain[kind])}"
            for kind in ClockKind.values
            if kind in plain
        )

    @admin.display(description=gettext_lazy("Work calendar"))
    def hours(self, policy: SlaPolicy) -> str:
        return str(policy.calendar) if policy.calendar_id else _("Day and night")

    def remove(self, request: HttpRequest, obj: SlaPolicy) -> None:
        keeping.delete_policy(obj, actor=request.user)

    # --- the page of a policy --------------------------------------------------------------------
    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Try out, then save: the same form does both."""
        policy = SlaPolicy() if object_id is None else self._stored(request, object_id)
        allowed = (
            self.has_change_permission(request, policy)
            if policy.pk
            else self.has_add_permission(request)
        )
        if not allowed and (request.method == "POST" or not policy.pk):
            raise PermissionDenied
        form = PolicyForm(request.POST or None, instance=policy)
        found = None
        if request.method == "POST" and form.is_valid():
            if "try" in request.POST:
                found = self._tried(form)
            elif saved := self._save(request, form):
                messages.success(request, _("Saved: %(name)s") % {"name": saved})
                return HttpResponseRedirect(self.url("changelist"))
        return self.page(
            request,
            "admin/tickets/slapolicy/edit.html",
            title=str(policy) if object_id else _("New service level policy"),
            actions=self.tools(request, policy) if object_id else [],
            form=form,
            sections=form.sections(),
            grid=form.grid(),
            editable=allowed,
            trial=found,
            progress=walking.progress(),
            versions=_versions(),
            back_url=self.url("changelist"),
            delete_url=self._delete_url(request, policy) if object_id else "",
        )

    def _stored(self, request: HttpRequest, object_id: str) -> SlaPolicy:
        if not self.has_view_permission(request):
            raise PermissionDenied
        if not object_id.isdecimal():
            raise Http404
        policy = self.get_queryset(request).filter(pk=int(object_id)).first()
        if policy is None:
            raise Http404
        return policy

    def _delete_url(self, request: HttpRequest, policy: SlaPolicy) -> str:
        may = self.has_delete_permission(request, policy)
        return self.url("delete", policy.pk) if may else ""

    @staticmethod
    def _tried(form: PolicyForm) -> dict[str, Any]:
        targets: list[SlaTarget] = [each.row(form.instance) for each in form.promises()]
        return shown_trial(trial.try_policy(form.instance, form.condition(), targets))

    @staticmethod
    def _save(request: HttpRequest, form: PolicyForm) -> SlaPolicy | None:
        """Call the service; what it refused stands beside the field, with everything typed kept."""
        values = {
            "lists": form.lists(),
            "promises": form.promises(),
            "actor": request.user,
            "also_running": form.cleaned_data["also_running"],
        }
        try:
            if form.instance.pk is None:
                return keeping.create_policy(form.instance, **values)
            stored = SlaPolicy.objects.get(pk=form.instance.pk)
            return keeping.update_policy(
                stored, changes=form.changes(), version=form.seen_version, **values
            )
        except Stale:
            newest = SlaPolicy.objects.get(pk=form.instance.pk)
            stale.lay_in_place(form, PolicyForm(instance=newest))
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
        except ValidationError as error:
            form.add_error(None, error)
        except IntegrityError:
            error = InvalidValue(
                _("Saving failed: another entry already uses one of these values.")
            )
            form.add_error(None, error.message)
        return None


def _versions() -> list[SlaVersion]:
    return list(SlaVersion.objects.select_related("created_by").order_by("-number")[:VERSIONS])
