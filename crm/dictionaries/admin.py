"""Administration of dictionaries with their values, tags, number rules, settings and regions."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.core.errors import DomainError, InvalidValue, Stale
from crm.core.rowkeys import key_of
from crm.dictionaries import calendar_admin, numbers, services
from crm.dictionaries.admin_forms import ItemForm, NumberRuleForm, SettingsForm, TagForm
from crm.dictionaries.models import Dictionary, Item, NumberRule, Region, Setting, Tag
from crm.dictionaries.workbook import MOST_ITEMS, ItemResource
from crm.web.administration import ReadOnlyAdmin, ServiceAdmin, ServiceInline
from crm.web.templatetags.ui import badge_html
from crm.web.workbooks.administration import WorkbookAdmin

ITEM_FIELDS = ("order", "name", "name_en", "code", "color", "synonyms", "is_active")


class ItemInline(ServiceInline):
    """The values of a dictionary."""

    model = Item
    form = ItemForm
    fields = ITEM_FIELDS
    ordering = ("order", "id")
    max_num = MOST_ITEMS


@admin.register(Dictionary)
class DictionaryAdmin(WorkbookAdmin, ServiceAdmin):
    """The program knows the dictionaries; their values belong to the company."""

    resource = ItemResource
    list_display = ("title", "code", "value_count", "values_shown")
    ordering = ("order", "code")
    list_display_links = ("title",)
    fields = ("name", "code")
    readonly_fields = ("name", "code")
    inlines = (ItemInline,)
    search_fields = ("name", "name_en", "code", "items__name")
    search_help_text = gettext_lazy("Dictionary, code or value")

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        rows = super().get_queryset(request).prefetch_related("items")
        return rows.annotate(active_count=Count("items", filter=Q(items__is_active=True)))

    def tools(self, request: HttpRequest, obj: Dictionary) -> list[dict[str, Any]]:
        address = f"{self.url('export')}?dictionary={obj.pk}"
        export = {"label": _("Export"), "url": address, "icon": "download"}
        return [export, *super().tools(request, obj)]

    def rows_out(self, request: HttpRequest, resource: ItemResource) -> QuerySet:
        """All values, or those of one dictionary."""
        rows = (
            super().rows_out(request, resource).order_by("dictionary__order", *Item._meta.ordering)
        )
        key = key_of(request.GET.get("dictionary"))
        return rows if key is None else rows.filter(dictionary=key)

    @admin.display(description=gettext_lazy("Name"), ordering="name")
    def title(self, row: Dictionary) -> str:
        return str(row)

    @admin.display(description=gettext_lazy("Values"), ordering="active_count")
    def value_count(self, row: Dictionary) -> int:
        return row.active_count

    @admin.display(description=gettext_lazy("In use"))
    def values_shown(self, row: Dictionary) -> SafeString:
        shown = [item for item in row.items.all() if item.is_active][:8]
        return SafeString(" ".join(badge_html(item, item.color) for item in shown))

    def get_formset_kwargs(
        self, request: HttpRequest, obj: Dictionary, inline: Any, prefix: str
    ) -> dict[str, Any]:
        """Blank rows stand behind the last value."""
        kwargs = super().get_formset_kwargs(request, obj, inline, prefix)
        last = max((item.order for item in obj.items.all()), default=0)
        step = 1 if last % 10 else 10
        kwargs["initial"] = [{"order": last + step * row} for row in range(1, inline.extra + 1)]
        return kwargs

    def update(self, request: HttpRequest, obj: Dictionary, form: Any) -> None:
        """Nothing of the dictionary itself can be changed; its values are in `save_formset`."""

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Create and change values one by one, only those of this very dictionary."""
        known = {item.pk: item for item in Item.objects.filter(dictionary=form.instance)}
        for row in formset.initial_forms:
            item = known.get(row.instance.pk)
            if item is None:
                raise InvalidValue(_("Saving failed: a value does not belong to this dictionary."))
            if row.has_changed():
                services.update_item(
                    item,
                    changes=row.changes(),
                    actor=request.user,
                    version=row.cleaned_data["version"],
                )
        for row in formset.extra_forms:
            if row.has_changed():
                values = {name: row.cleaned_data[name] for name in ITEM_FIELDS}
                item = Item(dictionary=form.instance, **values)
                services.create_item(item, actor=request.user)


@admin.register(Tag)
class TagAdmin(ServiceAdmin):
    """Tags of all records."""

    form = TagForm
    list_display = ("name", "shown", "created_by", "created_at")
    list_select_related = ("created_by",)
    fieldsets = ((None, {"fields": ("name", "color")}),)
    search_fields = ("name",)
    search_help_text = gettext_lazy("Name")

    @admin.display(description=gettext_lazy("Color"), ordering="color")
    def shown(self, tag: Tag) -> SafeString:
        return badge_html(tag.name, tag.color)

    def create(self, request: HttpRequest, form: TagForm) -> None:
        name, color = form.cleaned_data["name"], form.cleaned_data["color"]
        tag = services.ensure_tags([name], actor=request.user)[name]
        services.update_tag(tag, changes={"color": color}, actor=request.user)
        form.instance.pk = tag.pk

    def update(self, request: HttpRequest, obj: Tag, form: TagForm) -> None:
        services.update_tag(
            obj, changes=form.changes(), actor=request.user, version=form.seen_version
        )

    def remove(self, request: HttpRequest, obj: Tag) -> None:
        services.delete_tag(obj, actor=request.user)


@admin.register(NumberRule)
class NumberRuleAdmin(ServiceAdmin):
    """How new numbers look."""

    form = NumberRuleForm
    change_form_template = "admin/dictionaries/numberrule/change_form.html"
    list_display = ("name", "prefix", "width", "restarts_yearly", "upcoming")
    fieldsets = ((None, {"fields": ("prefix", "width", "restarts_yearly")}),)

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=gettext_lazy("Next number"))
    def upcoming(self, rule: NumberRule) -> str:
        return numbers.preview(rule)

    def update(self, request: HttpRequest, obj: NumberRule, form: NumberRuleForm) -> None:
        services.update_number_rule(
            obj, changes=form.changes(), actor=request.user, version=form.seen_version
        )

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any):
        form = super().get_form(request, obj, change, **kwargs)
        url = self.url("preview", obj.pk) if obj is not None else ""
        return type(form.__name__, (form,), {"preview_url": url})

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        context["next_number"] = numbers.preview(context["original"])
        return super().render_change_form(request, context, *args, **kwargs)

    def get_urls(self) -> list[URLPattern]:
        preview = self.admin_site.admin_view(self.preview_view)
        name = "dictionaries_numberrule_preview"
        return [path("<int:pk>/preview/", preview, name=name), *super().get_urls()]

    def preview_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The next number by the rule as typed; writes nothing."""
        rule = self.get_queryset(request).filter(pk=pk).first()
        if rule is None:
            raise PermissionDenied
        form = NumberRuleForm(request.GET, instance=NumberRule(key=rule.key))
        text = numbers.preview(form.instance) if form.is_valid() else "—"
        return HttpResponse(text, content_type="text/plain; charset=utf-8")


@admin.register(Setting)
class SettingAdmin(ServiceAdmin):
    """All system parameters on one page."""

    def get_urls(self) -> list[URLPattern]:
        """Only the page: parameters have no rows to add, change or delete."""
        view = self.admin_site.admin_view(self.changelist_view)
        return [path("", view, name="dictionaries_setting_changelist")]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The form, grouped; only what differs is stored and recorded."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        editable = self.has_change_permission(request)
        if request.method == "POST" and not editable:
            raise PermissionDenied
        form = SettingsForm(request.POST or None, editable=editable)
        if request.method == "POST" and form.is_valid() and self._store(request, form):
            messages.success(request, _("The settings are saved."))
            return HttpResponseRedirect(request.path)
        return self.page(
            request,
            "admin/dictionaries/setting/form.html",
            title=self.opts.verbose_name_plural,
            form=form,
            editable=editable,
        )

    @staticmethod
    def _store(request: HttpRequest, form: SettingsForm) -> bool:
        try:
            with transaction.atomic():
                for key, (seen, typed) in form.wanted().items():
                    services.set_setting(key, typed, actor=request.user, seen=seen)
        except Stale:
            form.lay_on_the_stored()
            return False
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
            return False
        return True


@admin.register(Region)
class RegionAdmin(ReadOnlyAdmin):
    """Provinces, cities, districts: from the pinned package, read-only."""

    list_display = ("code", "name", "parent_name", "level")
    list_display_links = None
    list_filter = ("level",)
    list_select_related = ("parent",)
    search_fields = ("code__startswith", "name")
    search_help_text = gettext_lazy("Code or name")

    @admin.display(description=gettext_lazy("Belongs to"), empty_value="—")
    def parent_name(self, obj: Region) -> str | None:
        """The province of a city, the city of a district."""
        return obj.parent.name if obj.parent else None


__all__ = ["calendar_admin"]  # registered by its import
