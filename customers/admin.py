"""Administration of classification schemes and contact groups, through the services."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from crm.web.administration import ServiceAdmin, ServiceForm
from customers import rhythm_admin
from customers.models import Category, ContactGroup
from customers.services import classes


class CategoryForm(ServiceForm):
    """A scheme (without parent) or a class."""

    class Meta:
        model = Category
        fields = ("name", "parent", "order", "is_active")


class GroupForm(ServiceForm):
    """A contact group."""

    class Meta:
        model = ContactGroup
        fields = ("name",)
        widgets = {"name": forms.TextInput()}


@admin.register(Category)
class CategoryAdmin(ServiceAdmin):
    """客户分类: schemes and their classes."""

    form = CategoryForm
    list_display = ("name", "parent", "order", "is_active")
    list_select_related = ("parent",)
    list_filter = ("is_active",)
    search_fields = ("name",)
    search_help_text = gettext_lazy("Name")

    def create(self, request: HttpRequest, form: Any) -> None:
        classes.create_category(form.instance, actor=request.user)

    def update(self, request: HttpRequest, obj: Category, form: Any) -> None:
        classes.update_category(
            obj, changes=form.changes(), actor=request.user, version=form.seen_version
        )

    def remove(self, request: HttpRequest, obj: Category) -> None:
        classes.delete_category(obj, actor=request.user)


@admin.register(ContactGroup)
class ContactGroupAdmin(ServiceAdmin):
    """联系人分组."""

    form = GroupForm
    list_display = ("name",)
    search_fields = ("name",)
    search_help_text = gettext_lazy("Name")

    def create(self, request: HttpRequest, form: Any) -> None:
        group = classes.create_group(form.cleaned_data["name"], actor=request.user)
        form.instance.pk = group.pk

    def update(self, request: HttpRequest, obj: ContactGroup, form: Any) -> None:
        classes.rename_group(obj, form.cleaned_data["name"], actor=request.user)

    def remove(self, request: HttpRequest, obj: ContactGroup) -> None:
        classes.delete_group(obj, actor=request.user)


__all__ = ["rhythm_admin"]  # registered by its import
