"""Administration of departments, listed as a tree."""

from collections import Counter
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from crm.accounts import services, tree
from crm.accounts.admin.forms import DepartmentForm
from crm.accounts.models import Department, User
from crm.web.administration import ServiceAdmin


@admin.register(Department)
class DepartmentAdmin(ServiceAdmin):
    """The organisation."""

    form = DepartmentForm
    fieldsets = ((None, {"fields": ("name", "parent", "head", "order", "is_active")}),)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The whole tree on one page, with people counted."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        rows = list(self.get_queryset(request).select_related("head"))
        members = Counter(
            User.objects.active()
            .exclude(main_department=None)
            .values_list("main_department", flat=True)
        )
        listed = [{"node": node, "count": members[node.department.pk]} for node in tree.nodes(rows)]
        return self.page(
            request,
            "admin/accounts/department/tree.html",
            title=self.opts.verbose_name_plural,
            actions=self.list_tools(request),
            rows=listed,
            people_url=reverse("admin:accounts_user_changelist"),
        )

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """A department made from a row of the tree starts below it."""
        parent = request.GET.get("parent", "")
        return {"parent": parent} if parent.isdecimal() else {}

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any):
        form = super().get_form(request, obj, change, **kwargs)
        return type(form.__name__, (form,), {"options_url": reverse("accounts:person_options")})

    def create(self, request: HttpRequest, form: DepartmentForm) -> None:
        services.create_department(form.instance, actor=request.user)

    def update(self, request: HttpRequest, obj: Department, form: DepartmentForm) -> None:
        services.update_department(
            obj, changes=form.changes(), actor=request.user, version=form.seen_version
        )

    def remove(self, request: HttpRequest, obj: Department) -> None:
        services.delete_department(obj, actor=request.user)
