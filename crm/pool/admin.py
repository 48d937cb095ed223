"""Administration of pools, their rules with 试算, and caps, through the services."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.core import clock
from crm.core.errors import DomainError, Stale
from crm.core.messages import listed
from crm.pool import rules, texts
from crm.pool.admin_forms import CapForm, PoolForm, RulesForm
from crm.pool.models import OwnedCap, Pool
from crm.pool.services import pools
from crm.pool.services.preview import Trial, proposed_rules, try_out
from crm.web import stale
from crm.web.administration import ServiceAdmin
from crm.web.templatetags.ui import badge_html

#: Versions of rules shown below the form.
VERSIONS = 10


@admin.register(Pool)
class PoolAdmin(ServiceAdmin):
    """公海: pools, their people, and the rules as a page of their own."""

    form = PoolForm
    list_display = ("name", "kind", "state", "people", "recycling", "order")
    list_filter = ("kind",)
    search_fields = ("name",)
    search_help_text = gettext_lazy("Name")
    fieldsets = (
        (None, {"fields": ("kind", "name", "is_active", "order")}),
        (
            gettext_lazy("Members"),
            {"fields": ("members", "departments", "administrators", "hidden_columns")},
        ),
    )

    @admin.display(description=gettext_lazy("State"), ordering="is_active")
    def state(self, pool: Pool) -> SafeString:
        return badge_html(_("On"), "green") if pool.is_active else badge_html(_("Off"))

    @admin.display(description=gettext_lazy("Members"))
    def people(self, pool: Pool) -> str:
        info = rules.pool(pool.pk)
        if info is None or info.group.is_empty:
            return _("Everybody")
        return _("%(people)d people, %(departments)d departments") % {
            "people": len(info.group.people),
            "departments": len(info.group.departments),
        }

    @admin.display(description=gettext_lazy("Recycle automatically"))
    def recycling(self, pool: Pool) -> SafeString:
        on = rules.in_force(pool.pk).recycles
        return badge_html(_("On"), "green") if on else badge_html(_("Off"))

    def tools(self, request: HttpRequest, obj: Any) -> list[dict[str, Any]]:
        rules_page = {
            "label": _("Pool rules"),
            "url": self.url("rules", obj.pk),
            "icon": "adjustments",
        }
        return [*super().tools(request, obj), rules_page]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("kind",) if obj is not None else ()

    def create(self, request: HttpRequest, form: PoolForm) -> None:
        form.instance.hidden_columns = form.cleaned_data["hidden_columns"]
        pools.create_pool(form.instance, actor=request.user, lists=form.lists())

    def update(self, request: HttpRequest, obj: Pool, form: PoolForm) -> None:
        pools.update_pool(
            obj,
            changes=form.changes(),
            actor=request.user,
            version=form.seen_version,
            lists=form.lists(),
        )

    def remove(self, request: HttpRequest, obj: Pool) -> None:
        pools.delete_pool(obj, actor=request.user)

    # --- rules ----------------------------------------------------------------------------------
    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.rules_view)
        return [path("<int:pk>/rules/", view, name="pool_pool_rules"), *super().get_urls()]

    def rules_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The rules from tomorrow on: try out what they take, then save."""
        pool = self.get_queryset(request).filter(pk=pk).first()
        if not self.has_view_permission(request):
            raise PermissionDenied
        if pool is None:
            raise Http404
        if request.method == "POST" and not self.has_change_permission(request, pool):
            raise PermissionDenied
        form = RulesForm(request.POST or None, instance=pools.newest(pool), kind=pool.kind)
        trial = None
        if request.method == "POST" and form.is_valid():
            if "try" in request.POST:
                trial = try_out(pool, proposed_rules(pool, form.values()))
            elif self._save_rules(request, pool, form):
                return HttpResponseRedirect(request.path)
        return self.page(
            request,
            "admin/pool/pool/rules.html",
            title=_("Rules of “%(pool)s”") % {"pool": pool.name},
            form=form,
            sections=form.sections(),
            editable=self.has_change_permission(request, pool),
            trial=trial_lines(pool.kind, trial) if trial else None,
            versions=version_lines(pool),
            back_url=self.url("change", pool.pk),
        )

    @staticmethod
    def _save_rules(request: HttpRequest, pool: Pool, form: RulesForm) -> bool:
        try:
            version = pools.set_rules(
                pool, form.values(), actor=request.user, version=form.cleaned_data["version"]
            )
        except Stale:
            pool.refresh_from_db()
            newest = pools.newest(pool)
            stale.lay_in_place(form, RulesForm(instance=newest, kind=pool.kind), newest.pool)
            return False
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
            return False
        text = _("The rules are saved; they come into force on %(day)s.")
        messages.success(request, text % {"day": version.valid_from.isoformat()})
        return True


def trial_lines(kind: str, trial: Trial) -> dict[str, Any]:
    """The trial as the page shows it."""
    return {
        "records": trial.records,
        "at_once": trial.at_once,
        "in_week": trial.in_week,
        "in_month": trial.in_month,
        "present": trial.present,
        "first_day": trial.first_day,
        "is_exact": trial.is_exact,
        "sample": [
            {
                "label": fall.label,
                "owner": fall.owner,
                "due": texts.due_text(kind, fall.due.at, fall.due.rule, fall.due.days),
            }
            for fall in trial.sample
            if fall.due.at is not None
        ],
    }


def version_lines(pool: Pool) -> list[dict[str, Any]]:
    """The latest versions: day, author, and which one is in force."""
    today = clock.company_today()
    found, known = [], False
    versions = pool.rule_versions.select_related("created_by").order_by("-valid_from")[:VERSIONS]
    for version in versions:
        begun = version.valid_from <= today
        state = _("Pending") if not begun else ("" if known else _("In force"))
        known = known or begun
        found.append(
            {
                "day": version.valid_from,
                "author": version.created_by.name if version.created_by else _("The system"),
                "state": state,
                "recycles": version.recycles,
            }
        )
    return found


@admin.register(OwnedCap)
class OwnedCapAdmin(ServiceAdmin):
    """保有量: how many records somebody may own or lock."""

    form = CapForm
    list_display = ("kind", "purpose", "limit", "counts_deals", "whom")
    list_display_links = ("kind", "purpose")
    list_filter = ("kind", "purpose")

    @admin.display(description=gettext_lazy("Binds"))
    def whom(self, cap: OwnedCap) -> str:
        names = [user.name for user in cap.people.all()]
        names += [place.name for place in cap.departments.all()]
        return listed(names) or _("Everybody")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("people", "departments")

    def create(self, request: HttpRequest, form: CapForm) -> None:
        pools.create_cap(form.instance, actor=request.user, lists=form.lists())

    def update(self, request: HttpRequest, obj: OwnedCap, form: CapForm) -> None:
        pools.update_cap(
            obj,
            changes=form.changes(),
            actor=request.user,
            version=form.seen_version,
            lists=form.lists(),
        )

    def remove(self, request: HttpRequest, obj: OwnedCap) -> None:
        pools.delete_cap(obj, actor=request.user)
