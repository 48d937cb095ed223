"""Bases of the model administrations: rights are our verbs, writes go through services.

A subclass says which service creates, changes and removes; everything Django's admin would write
by itself (rows, many-to-many lists, its own log) is switched off, so that each write is checked,
versioned and recorded once. Not here: the site and its pages (`crm.workbench`).
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.templatetags import admin_list
from django.contrib.admin.utils import unquote
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from crm.access import policies, verbs
from crm.audit.querysets import timeline_of
from crm.core.errors import DomainError, InvalidValue, Stale
from crm.core.rowkeys import key_of
from crm.web import stale, timeline

HISTORY_LENGTH = 200
#: How an empty choice is written, as in all other forms.
NO_CHOICE = "—"


def boolean_mark(value: bool | None) -> SafeString:
    """The mark of a yes-or-no column in words of the reader; Django's says "True" and "False"."""
    name, said = {True: ("yes", _("Yes")), False: ("no", _("No"))}.get(value, ("unknown", "—"))
    address = static(f"admin/img/icon-{name}.svg")
    return format_html('<img src="{}" alt="{}" title="{}">', address, said, said)


#: Lists and read-only fields look it up here whenever they draw one.
admin_list._boolean_icon = boolean_mark


class PolicyPermissions:
    """Answers Django's four questions from the policy of the model."""

    #: Whether the right to change such rows lets people in who do not administer the company.
    opens = False

    def may(self, request: HttpRequest, verb: str, obj: models.Model | None = None) -> bool:
        """Whether the user has the verb on this row, or on any row."""
        if not (self.opens or request.user.is_staff):
            return False
        if verb not in policies.policy_for(self.model).rights:
            return False
        return bool(policies.can(request.user, verb, obj if obj is not None else self.model))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(request, verbs.VIEW, obj)

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return self.may(request, verbs.ADD)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(request, verbs.CHANGE, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(request, verbs.DELETE, obj)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)


class ServiceForm(forms.ModelForm):
    """A model form that carries the conflict token and shows what a service refused."""

    #: Set for the second rendering of a form whose service said no.
    refusal: DomainError | ValidationError | None = None
    #: Then, too: what others stored meanwhile, by prefix of the form and field.
    beside: Mapping[str, Mapping[str, str]] = MappingProxyType({})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and hasattr(self.instance, "version"):
            stale.add_token(self)

    def changes(self) -> dict[str, Any]:
        """New values of the changed columns, as services take them."""
        columns = {column.name for column in self._meta.model._meta.concrete_fields}
        columns -= {"version"}
        return {name: self.cleaned_data[name] for name in self.changed_data if name in columns}

    def chosen(self, name: str) -> int | None:
        """The key that a relation's field shows: the one just posted, else the stored one."""
        posted = self.data.get(self.add_prefix(name), "") if self.is_bound else ""
        key = key_of(posted)
        return getattr(self.instance, f"{name}_id") if key is None else key

    @property
    def seen_version(self) -> int | None:
        """The version of the row that the user had on the screen."""
        return self.cleaned_data.get("version")

    def _post_clean(self) -> None:
        super()._post_clean()
        for name, text in self.beside.get(self.prefix or "", {}).items():
            self.add_error(name, text)
        if isinstance(self.refusal, DomainError):
            known = self.refusal.field in self.fields
            self.add_error(self.refusal.field if known else None, self.refusal.message)
        elif self.refusal is not None:
            self._add_invalid(self.refusal)

    def _add_invalid(self, error: ValidationError) -> None:
        if not hasattr(error, "error_dict"):
            self.add_error(None, error)
            return
        for name, found in error.error_dict.items():
            self.add_error(name if name in self.fields else None, found)


def _beside(request: HttpRequest) -> Mapping[str, Mapping[str, str]]:
    return getattr(request, "beside", {})


class PolicyAdmin(PolicyPermissions, admin.ModelAdmin):
    """Lists and pages by policy, in the product's frame, without scripts of their own."""

    actions = None
    list_per_page = 50
    empty_value_display = "—"
    show_facets = admin.ShowFacets.NEVER
    view_on_site = False

    @property
    def media(self) -> forms.Media:
        """Nothing: the frame brings all scripts."""
        return forms.Media()

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        """Only rows within reach."""
        rows = self.model._default_manager.get_queryset()
        condition = policies.policy_for(self.model).rows(request.user, verbs.VIEW)
        return rows if condition is None else rows.filter(condition)

    def formfield_for_dbfield(
        self, db_field: models.Field, request: HttpRequest | None, **kwargs: Any
    ) -> forms.Field | None:
        """The plain widget: no pop-ups beside related fields; no choice is written as elsewhere."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(field, forms.ModelChoiceField) and field.empty_label is not None:
            field.empty_label = NO_CHOICE
        elif isinstance(field, forms.ChoiceField):
            field.choices = [
                (key, label if key not in ("", None) else NO_CHOICE) for key, label in field.choices
            ]
        if field is not None and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget
        return field

    def history_view(
        self,
        request: HttpRequest,
        object_id: str,
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """What the operation log knows about the row."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        obj = self.get_object(request, unquote(object_id))
        if obj is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_permission(request, obj):
            raise PermissionDenied
        items = [
            timeline.event_item(event, obj, hidden=False)
            for event in timeline_of(obj, limit=HISTORY_LENGTH)
        ]
        return self.page(
            request,
            "admin/object_history.html",
            title=_("History"),
            object=obj,
            items=items,
        )

    def tools(self, request: HttpRequest, obj: Any) -> list[dict[str, Any]]:
        """Actions at the head of a row's page."""
        return [
            {
                "label": _("History"),
                "url": self.url("history", obj.pk),
                "icon": "history",
            }
        ]

    def list_tools(self, request: HttpRequest) -> list[dict[str, Any]]:
        """Actions at the head of the list."""
        if not self.has_add_permission(request):
            return []
        label = _("New %(kind)s") % {"kind": self.opts.verbose_name}
        return [{"label": label, "url": self.url("add"), "icon": "plus", "style": "primary"}]

    def notices(self, request: HttpRequest, obj: Any) -> list[dict[str, Any]]:
        """Remarks above a row's page: `level` and `text`."""
        return []

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        """The form page with our title, tools and notices."""
        if obj is None:
            context["title"] = _("New %(kind)s") % {"kind": self.opts.verbose_name}
        else:
            context |= {"title": str(obj), "subtitle": self.opts.verbose_name}
            context["actions"] = self.tools(request, obj)
            context["notices"] = self.notices(request, obj)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The list page with our title and tools."""
        values = {
            "title": self.opts.verbose_name_plural,
            "actions": self.list_tools(request),
        }
        return super().changelist_view(request, {**values, **(extra_context or {})})

    def page(self, request: HttpRequest, template: str, **values: Any) -> TemplateResponse:
        """A page of this administration with the site's context."""
        context = {**self.admin_site.each_context(request), "opts": self.opts, **values}
        request.current_app = self.admin_site.name
        return TemplateResponse(request, template, context)

    def url(self, name: str, *args: Any) -> str:
        """Address of a page of this administration: `changelist`, `add`, `change` …"""
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{name}", args=args)

    # Django's own log stays empty: services record events.
    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> None:
        return None

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> None:
        return None

    def log_deletions(self, request: HttpRequest, queryset: Any) -> None:
        return None


class ReadOnlyAdmin(PolicyAdmin):
    """Rows that nobody writes by hand."""

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ServiceAdmin(PolicyAdmin):
    """Pages whose writes are service calls: subclasses give `create`, `update`, `remove`."""

    form = ServiceForm

    def create(self, request: HttpRequest, form: ServiceForm) -> None:
        """Call the service that makes the row `form.instance`."""
        raise PermissionDenied

    def update(self, request: HttpRequest, obj: Any, form: ServiceForm) -> None:
        """Call the service that changes `obj` (freshly read) by `form.changes()`."""
        raise PermissionDenied

    def remove(self, request: HttpRequest, obj: Any) -> None:
        """Call the service that deletes `obj`."""
        raise PermissionDenied

    # --- Django's hooks -------------------------------------------------------------------------
    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any):
        """The form class; on the second rendering it carries what the service refused."""
        form = super().get_form(request, obj, change, **kwargs)
        values = {"refusal": getattr(request, "refusal", None), "beside": _beside(request)}
        return type(form.__name__, (form,), values)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The form page; a refusal is shown beside its field, with everything typed kept."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except Stale as error:
            request.refusal = self._laid_on_the_newest(request, object_id) or error
        except (DomainError, ValidationError) as error:
            request.refusal = error
        except IntegrityError:
            request.refusal = InvalidValue(
                _("Saving failed: another entry already uses one of these values.")
            )
        return super().changeform_view(request, object_id, form_url, extra_context)

    def _laid_on_the_newest(self, request: HttpRequest, object_id: str) -> Stale | None:
        """Put what was sent on the newest rows; None where nobody has moved them since."""
        obj = self.get_object(request, unquote(object_id))
        form = self.get_form(request, obj, change=True)(request.POST, request.FILES, instance=obj)
        formsets, _inlines = self._create_formsets(request, obj, change=True)
        rows = [row for formset in formsets for row in formset.initial_forms]
        data, laid = request.POST.copy(), {}
        for sent in [form, *rows]:
            newest = type(sent.instance)._base_manager.filter(pk=sent.instance.pk).first()
            if "version" in sent.fields and newest and stale.is_late(sent, newest):
                fresh = type(sent)(instance=newest, prefix=sent.prefix)
                laid[sent.prefix or ""] = stale.lay(sent, fresh, data)
        request.POST = data
        request.beside = {prefix: part.notes for prefix, part in laid.items()}
        return Stale(stale.refusal(laid.values())) if laid else None

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Hand over to the service; the row is read again because the form has changed its copy."""
        if change:
            self.update(request, self.model._base_manager.get(pk=obj.pk), form)
        else:
            self.create(request, form)

    def save_related(
        self, request: HttpRequest, form: Any, formsets: Iterable[Any], change: bool
    ) -> None:
        """Many-to-many lists are the service's; only inline rows are left."""
        for formset in formsets:
            self.save_formset(request, form, formset, change)

    def construct_change_message(self, *args: Any, **kwargs: Any) -> list[Any]:
        """Nothing: services record events."""
        return []

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        self.remove(request, obj)

    def delete_view(
        self,
        request: HttpRequest,
        object_id: str,
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The confirmation page; a refusal leads back to the row with its reason."""
        try:
            return super().delete_view(request, object_id, extra_context)
        except DomainError as error:
            messages.error(request, error.message)
            return HttpResponseRedirect(self.url("change", unquote(object_id)))

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple[Any, ...]:
        """Only the row itself: the service refuses where something hangs on it."""
        return [str(obj) for obj in objs], {}, set(), []

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: Any = None):
        messages.success(request, _("Created: %(name)s") % {"name": obj})
        return self._after_save(request, obj, self.response_post_save_add)

    def response_change(self, request: HttpRequest, obj: Any):
        messages.success(request, _("Saved: %(name)s") % {"name": obj})
        return self._after_save(request, obj, self.response_post_save_change)

    def _after_save(self, request: HttpRequest, obj: Any, otherwise: Any) -> HttpResponse:
        if "_continue" in request.POST:
            return HttpResponseRedirect(self.url("change", obj.pk))
        return otherwise(request, obj)

    def response_delete(self, request: HttpRequest, obj_display: str, obj_id: Any) -> HttpResponse:
        messages.success(request, _("Deleted: %(name)s") % {"name": obj_display})
        return HttpResponseRedirect(self.url("changelist"))


class ServiceInline(PolicyPermissions, admin.TabularInline):
    """Rows below a record, written by the parent's `save_formset`; never deleted here."""

    can_delete = False
    extra = 3
    max_num = 200

    @property
    def media(self) -> forms.Media:
        """Nothing: blank rows stand ready instead of a script that adds them."""
        return forms.Media()

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any):
        """However many rows a forged form claims, hardly more than allowed are built."""
        kwargs["form"] = type(self.form.__name__, (self.form,), {"beside": _beside(request)})
        return super().get_formset(request, obj, absolute_max=self.max_num + self.extra, **kwargs)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(request, verbs.VIEW)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(request, verbs.CHANGE)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
