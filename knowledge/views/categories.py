"""Pages of the tree of categories."""

from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.access import policies, verbs
from crm.core.errors import DomainError
from crm.web.navigation import address
from crm.web.views.autocomplete import NamesView
from crm.web.views.base import ObjectMixin, PageView
from crm.web.views.edit import CreateView, EditView
from knowledge import tree
from knowledge.choices import Audience
from knowledge.forms import CategoryForm
from knowledge.models import Article, Category
from knowledge.services.categories import create_category, delete_category, update_category

PREFIX = "knowledge:category"


class CategoryListView(PageView):
    """The tree with its readers."""

    model = Category
    template = "knowledge/categories.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        counted = dict(
            Article.objects.kept().visible_to(request.user).order_by()
            .values_list("category_id").annotate(Count("pk"))
        )  # fmt: skip
        user, labels = request.user, dict(Audience.choices)
        above = {node.parent_id for node in tree.nodes().values()}
        rows = [
            {
                "node": node,
                "count": counted.get(node.pk, 0),
                "readers": labels[node.audience],
                "color": Audience.colors()[node.audience],
                "is_narrowed": bool(node.departments),
                "is_empty": node.pk not in above and not counted.get(node.pk),
            }
            for node in tree.nodes().values()
        ]
        context = {
            "title": _("Knowledge categories"),
            "rows": rows,
            "may_change": bool(policies.can(user, verbs.CHANGE, Category)),
            "may_delete": bool(policies.can(user, verbs.DELETE, Category)),
            "actions": self.page_actions(),
        }
        return self.show(context)

    def page_actions(self) -> list[dict[str, Any]]:
        """New."""
        if not policies.can(self.request.user, verbs.ADD, Category):
            return []
        url = address("knowledge:category_add")
        label = _("New category")
        return [{"label": label, "url": url, "icon": "plus", "style": "primary", "name": "add"}]


class CategoryOptionsView(NamesView):
    """Active categories for the forms, with their way from the top: those open to the reader."""

    model = Article

    def names(self) -> list[tuple[int, str]]:
        return tree.offered(self.request.user)


class CategoryPage:
    """What the forms share."""

    def success_url(self, obj: Category) -> str:
        """Back to the tree."""
        return address("knowledge:category_list")


class CategoryCreateView(CategoryPage, CreateView):
    """A new category."""

    model = Category
    form_class = CategoryForm
    title = gettext_lazy("New category")
    url_prefix = PREFIX

    def form_options(self) -> dict[str, Any]:
        parent = self.request.GET.get("parent", "")
        return {"initial": {"parent": parent}} if parent.isdecimal() else {}

    def save(self, form: CategoryForm) -> Category:
        departments = form.cleaned_data["departments"]
        return create_category(form.instance, actor=self.request.user, departments=departments)


class CategoryEditView(CategoryPage, EditView):
    """Change a category."""

    model = Category
    form_class = CategoryForm
    title = gettext_lazy("Edit category")
    url_prefix = PREFIX

    def rows(self) -> Any:
        return Category.objects.select_related("parent")

    def save(self, form: CategoryForm) -> Category:
        return update_category(
            self.object,
            changes=form.entity_values(),
            actor=self.request.user,
            version=form.cleaned_data.get("version"),
            departments=form.cleaned_data["departments"],
        )

    def cancel_url(self) -> str:
        return address("knowledge:category_list")


class CategoryDeleteView(ObjectMixin, PageView):
    """Remove an empty category."""

    model = Category
    verb = verbs.DELETE
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        category = self.get_object()
        try:
            delete_category(category, actor=request.user)
            messages.success(request, _("“%(name)s” was deleted.") % {"name": category})
        except DomainError as error:
            messages.error(request, error.message)
        return redirect("knowledge:category_list")
