"""Administration of roles: the list, and the page with the table of rights."""

import secrets
from typing import Any

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.access import verbs
from crm.accounts import ranks, services
from crm.accounts.admin import matrix
from crm.accounts.admin.matrix import RoleForm
from crm.accounts.models import Role
from crm.core.errors import NotAllowed
from crm.web.administration import ServiceAdmin
from crm.web.templatetags.ui import badge_html

HOLDERS_SHOWN = 50


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
        return role.name

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
        copied = request.GET.get("copy", "")
        source = Role.objects.filter(pk=int(copied)).first() if copied.isdecimal() else None
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
        return found

    def notices(self, request: HttpRequest, obj: Role) -> list[dict[str, Any]]:
        if self.may(request, verbs.CHANGE) and not self.has_change_permission(request, obj):
            text = _(
                "Only a super administrator changes roles of administrators; nobody changes the"
                " own role."
            )
            return [{"level": "info", "text": text}]
        return []

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
                "holders": people[:HOLDERS_SHOWN],
                "holder_count": people.count(),
                "holders_url": f"{listing}?roles__id__exact={obj.pk}",
            }
        return super().render_change_form(request, context, add, change, form_url, obj)
