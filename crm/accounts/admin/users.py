"""Administration of people: list, form, passwords, disabling, import of a list."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.access import verbs
from crm.accounts import passwords, people_import, ranks, services, tree
from crm.accounts.admin.forms import UserForm
from crm.accounts.belongings import belongings
from crm.accounts.models import Department, User
from crm.accounts.people_forms import PeopleForm
from crm.core.errors import DomainError
from crm.core.messages import listed
from crm.core.rowkeys import key_of
from crm.web.administration import ServiceAdmin
from crm.web.templatetags.ui import badge_html, time_html


class DepartmentFilter(admin.SimpleListFilter):
    """People whose main department is this one or below it."""

    title = gettext_lazy("Department")
    parameter_name = "department"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, str]]:
        return tree.choices(Department.objects.all(), empty=False)

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        key = key_of(self.value())
        if key is None:
            return queryset
        return queryset.filter(main_department__path__contains=f"/{key}/")


class StateFilter(admin.SimpleListFilter):
    """Who may log in, and who has left."""

    title = gettext_lazy("State")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("active", _("Active")), ("disabled", _("Disabled"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() not in ("active", "disabled"):
            return queryset
        return queryset.filter(is_active=self.value() == "active")


@admin.register(User)
class UserAdmin(ServiceAdmin):
    """Accounts are made, changed and disabled, never deleted."""

    form = UserForm
    list_display = ("name", "username", "place", "post", "role_names", "superior", "state", "seen")
    list_display_links = ("name",)
    list_filter = (DepartmentFilter, "roles", StateFilter)
    list_select_related = ("main_department", "superior")
    search_fields = ("name",)
    search_help_text = gettext_lazy("Name, pinyin, initials, employee number or mobile")
    ordering = ("-is_active", "name_pinyin", "id")
    fieldsets = (
        (gettext_lazy("Person"), {"fields": ("username", "name", "post", "mobile", "email")}),
        (
            gettext_lazy("Organisation"),
            {"fields": ("main_department", "superior", "departments")},
        ),
        (gettext_lazy("Permissions"), {"fields": ("roles", "is_superuser")}),
    )

    # --- list -----------------------------------------------------------------------------------
    @admin.display(description=gettext_lazy("Department"), ordering="main_department__name")
    def place(self, user: User) -> str:
        return user.department_name

    @admin.display(description=gettext_lazy("Roles"))
    def role_names(self, user: User) -> str:
        return listed(role.label for role in user.roles.all())

    @admin.display(description=gettext_lazy("State"), ordering="is_active")
    def state(self, user: User) -> SafeString:
        if not user.is_active:
            return badge_html(_("Disabled"))
        if user.is_superuser:
            return badge_html(_("Super administrator"), "purple")
        return badge_html(_("Active"), "green")

    @admin.display(description=gettext_lazy("Last login"), ordering="last_login")
    def seen(self, user: User) -> SafeString:
        return time_html(user.last_login, "relative")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).prefetch_related("roles")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet, search_term: str
    ) -> tuple[QuerySet, bool]:
        """By name, pinyin, initials, number or mobile."""
        return queryset.called(search_term) if search_term.strip() else queryset, False

    def list_tools(self, request: HttpRequest) -> list[dict[str, Any]]:
        found = super().list_tools(request)
        if found:
            found.insert(0, {"label": _("Import"), "url": self.url("import"), "icon": "upload"})
        return found

    # --- form -----------------------------------------------------------------------------------
    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Accounts of the own rank and above are shown, not changed."""
        if not super().has_change_permission(request, obj):
            return False
        return obj is None or ranks.may_administer_user(request.user, obj)

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> list[Any]:
        """Only a super administrator sees who else may be one."""
        if request.user.is_superuser:
            return list(self.fieldsets)
        return [*self.fieldsets[:2], (_("Permissions"), {"fields": ("roles",)})]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any):
        form = super().get_form(request, obj, change, **kwargs)
        values = {"actor": request.user, "options_url": reverse("accounts:person_options")}
        return type(form.__name__, (form,), values)

    def create(self, request: HttpRequest, form: UserForm) -> None:
        request.initial_password = passwords.generate()
        services.create_user(
            form.instance,
            actor=request.user,
            password=request.initial_password,
            roles=form.cleaned_data["roles"],
            departments=form.cleaned_data["departments"],
        )

    def update(self, request: HttpRequest, obj: User, form: UserForm) -> None:
        services.update_user(
            obj,
            changes=form.changes(),
            actor=request.user,
            roles=form.cleaned_data["roles"],
            departments=form.cleaned_data["departments"],
            version=form.seen_version,
        )

    def response_add(self, request: HttpRequest, obj: User, post_url_continue: Any = None):
        """The page with the initial password: it is shown this once and stored nowhere."""
        return self._password_page(request, [(obj, request.initial_password)])

    def notices(self, request: HttpRequest, obj: User) -> list[dict[str, Any]]:
        found = []
        if not obj.is_active:
            found.append({"level": "warning", "text": _("This account is disabled.")})
        if self.may(request, verbs.CHANGE, obj) and not self.has_change_permission(request, obj):
            text = _("Only a higher rank may change this account; yours is not above it.")
            found.append({"level": "info", "text": text})
        return found

    def tools(self, request: HttpRequest, obj: User) -> list[dict[str, Any]]:
        found = super().tools(request, obj)
        if not self.has_change_permission(request, obj):
            return found
        found.append(
            {"label": _("Reset password"), "url": self.url("password", obj.pk), "icon": "key"}
        )
        if obj.pk != request.user.pk:
            label = _("Disable") if obj.is_active else _("Enable")
            icon = "user-off" if obj.is_active else "user-check"
            found.append({"label": label, "url": self.url("state", obj.pk), "icon": icon})
        return found

    # --- further pages --------------------------------------------------------------------------
    def get_urls(self) -> list[URLPattern]:
        name = "accounts_user"
        guard = self.admin_site.admin_view
        return [
            path("import/", guard(self.import_view), name=f"{name}_import"),
            path("<int:pk>/password/", guard(self.password_view), name=f"{name}_password"),
            path("<int:pk>/state/", guard(self.state_view), name=f"{name}_state"),
            *super().get_urls(),
        ]

    def _changeable(self, request: HttpRequest, pk: int) -> User:
        if not self.has_change_permission(request):
            raise PermissionDenied
        user = self.get_queryset(request).filter(pk=pk).first()
        if user is None:
            raise Http404
        if not self.has_change_permission(request, user):
            raise PermissionDenied
        return user

    def password_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask, then give a new initial password (S01-04)."""
        user = self._changeable(request, pk)
        if request.method == "POST":
            password = passwords.generate()
            services.set_password(user, password, actor=request.user)
            return self._password_page(request, [(user, password)])
        return self.page(
            request, "admin/accounts/user/password.html", title=_("Reset password"), person=user
        )

    def state_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Disable with a reminder of what still belongs to the person, or enable again."""
        user = self._changeable(request, pk)
        if request.method == "POST":
            wanted = not user.is_active
            try:
                services.update_user(user, changes={"is_active": wanted}, actor=request.user)
            except DomainError as error:
                messages.error(request, error.message)
            return HttpResponseRedirect(self.url("change", user.pk))
        title = _("Disable account") if user.is_active else _("Enable account")
        return self.page(
            request,
            "admin/accounts/user/state.html",
            title=title,
            person=user,
            belongings=belongings(user) if user.is_active else [],
        )

    def import_view(self, request: HttpRequest) -> HttpResponse:
        """A list of people, from a small file or typed: check, mend, create."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = PeopleForm(request.POST or None, request.FILES or None)
        plan = None
        if request.method == "POST" and form.is_valid():
            plan = people_import.check(form.cleaned_data["people"])
            if "run" in request.POST and plan.can_run:
                try:
                    return self._password_page(request, people_import.run(plan, request.user))
                except DomainError as error:
                    form.add_error(None, error.message)
            else:
                form = form.with_text(form.cleaned_data["people"])
        return self.page(
            request,
            "admin/accounts/user/import.html",
            title=_("Import people"),
            form=form,
            plan=plan,
        )

    def _password_page(
        self, request: HttpRequest, pairs: list[tuple[User, str]]
    ) -> TemplateResponse:
        response = self.page(
            request,
            "admin/accounts/user/passwords.html",
            title=_("Initial passwords"),
            pairs=pairs,
            list_url=self.url("changelist"),
        )
        response["Cache-Control"] = "no-store"
        return response
