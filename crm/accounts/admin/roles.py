"""Administration of roles: the list, and the page with the table of rights."""

import secrets
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.access import verbs
from crm.accounts import ranks, renewing, services
from crm.accounts.admin import matrix, renewal
from crm.accounts.admin.matrix import RoleForm
from crm.accounts.models import Role
from crm.core.errors import NotAllowed
from crm.core.rowkeys import key_of
from crm.web.administration import ServiceAdmin
from crm.web.templatetags.ui import badge_html

HOLDERS_SHOWN = 50
RENEWAL = gettext_lazy("Rights of this version")


@admin.register(Role)
class RoleAdmin(ServiceAdmin):
    """Roles are the only place where rights are given."""

    form = RoleForm
    change_form_template = "admin/accounts/role/change_form.html"
    list_display = ("title", "kind", "holders", "description")
    ordering = ("id",)
    list_display_links = ("title",)
    fieldsets = ((None, {"fields": ("name", "name_en", "description")}),)

    # --- list -----------------------------------------------------------------------------------
    def get_queryset(self, request: HttpRequest) -> QuerySet:
        active = Count("users", filter=Q(users__is_active=True))
        return super().get_queryset(request).annotate(holder_count=active)

    @admin.display(description=gettext_lazy("Name"), ordering="name")
    def title(self, role: Role) -> str:
        return role.label

    @admin.display(description=gettext_lazy("Kind"), ordering="is_preset")
    def kind(self, role: Role) -> SafeString:
        return badge_html(_("Preset"), "blue") if role.is_preset else badge_html(_("Own role"))

    @admin.display(description=gettext_lazy("Users"), ordering="holder_count")
    def holders(self, role: Role) -> int:
        return role.holder_count

    # --- form -----------------------------------------------------------------------------------
    def has_change_permission(self, request: HttpRequest, obj: Role | None = None) -> bool:
        """Roles of administrators, and the own ones, are shown, not changed."""
        if not super().has_change_permission(request, obj):
            return False
        return obj is None or self._below(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Role | None = None) -> bool:
        """Preset roles and those people have stay."""
        if not super().has_delete_permission(request, obj):
            return False
        return obj is None or (not obj.is_preset and self._below(request, obj))

    @staticmethod
    def _below(request: HttpRequest, role: Role) -> bool:
        try:
            ranks.require_above_role(request.user, role, {})
        except NotAllowed:
            return False
        return True

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any):
        form = super().get_form(request, obj, change, **kwargs)
        copied = key_of(request.GET.get("copy", ""))
        source = copied and Role.objects.filter(pk=copied).first()
        shown_only = obj is not None and not self.has_change_permission(request, obj)
        values = {"source": source if obj is None else None, "shown_only": shown_only}
        return type(form.__name__, (form,), values)

    def create(self, request: HttpRequest, form: RoleForm) -> None:
        form.instance.code = f"role-{secrets.token_hex(4)}"
        services.save_role(form.instance, grants=form.grants(), actor=request.user)

    def update(self, request: HttpRequest, obj: Role, form: RoleForm) -> None:
        for name, value in form.changes().items():
            setattr(obj, name, value)
        services.save_role(obj, grants=form.grants(), actor=request.user, version=form.seen_version)

    def remove(self, request: HttpRequest, obj: Role) -> None:
        services.delete_role(obj, actor=request.user)

    def tools(self, request: HttpRequest, obj: Role) -> list[dict[str, Any]]:
        found = super().tools(request, obj)
        if self.has_add_permission(request):
            url = f"{self.url('add')}?copy={obj.pk}"
            found.append({"label": _("Copy role"), "url": url, "icon": "copy"})
        if self.may(request, verbs.CHANGE) and renewing.offers([obj]):
            found.append(self._renewal())
        return found

    def list_tools(self, request: HttpRequest) -> list[dict[str, Any]]:
        found = super().list_tools(request)
        if self.may(request, verbs.CHANGE) and renewing.offers():
            found.insert(0, self._renewal())
        return found

    def _renewal(self) -> dict[str, Any]:
        return {"label": RENEWAL, "url": self.url("renew"), "icon": "shield-plus"}

    # --- rights of a newer version --------------------------------------------------------------
    def get_urls(self) -> list[URLPattern]:
        guard = self.admin_site.admin_view
        renew = path("renew/", guard(self.renew_view), name="accounts_role_renew")
        return [renew, *super().get_urls()]

    def renew_view(self, request: HttpRequest) -> HttpResponse:
        """What preset roles lack, and the one click that adds it."""
        if not self.may(request, verbs.CHANGE):
            raise PermissionDenied
        found = renewing.offers()
        if request.method == "POST":
            return renewal.answer(
                request, found, back=self.url("renew"), done=self.url("changelist")
            )
        return self.page(
            request, "admin/accounts/role/renew.html", title=RENEWAL,
            rows=renewal.rows(found, request.user), list_url=self.url("changelist"),
        )  # fmt: skip

    def notices(self, request: HttpRequest, obj: Role) -> list[dict[str, Any]]:
        found = []
        if self.may(request, verbs.CHANGE) and not self.has_change_permission(request, obj):
            text = _(
                "Only a super administrator changes roles of administrators; nobody changes the"
                " own role."
            )
            found.append({"level": "info", "text": text})
        if self.may(request, verbs.CHANGE) and renewing.offers([obj]):
            text = _("This role was made by an older version and lacks rights of the present one.")
            found.append({"level": "warning", "text": text})
        return found

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Role | None = None,
    ) -> HttpResponse:
        """Adds the table of rights and who has the role."""
        context |= {
            "areas": context["adminform"].form.areas(),
            "verbs": [verbs.LABELS[verb] for verb in matrix.columns()],
            "matrix_help": matrix.HELP,
        }
        if obj is not None:
            people = obj.users.active().select_related("main_department")
            listing = reverse("admin:accounts_user_changelist")
            context |= {
                "title": obj.label,
                "holders": people[:HOLDERS_SHOWN],
                "holder_count": people.count(),
                "holders_url": f"{listing}?roles__id__exact={obj.pk}",
            }
        return super().render_change_form(request, context, add, change, form_url, obj)
