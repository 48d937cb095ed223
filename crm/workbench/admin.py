"""The operation log and the view history in the administration, read-only."""

from typing import Any

from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.accounts.models import User
from crm.audit.events import EVENT_TYPES
from crm.audit.models import Event, View
from crm.web import timeline
from crm.web.administration import ReadOnlyAdmin
from crm.web.templatetags.ui import time_html


class AreaFilter(admin.SimpleListFilter):
    """Events of one app."""

    title = gettext_lazy("Area")
    parameter_name = "area"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        codes = sorted({code.split(".")[0] for code in EVENT_TYPES})
        return [(code, _area_label(code)) for code in codes]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        value = self.value()
        return queryset.filter(code__startswith=f"{value}.") if value else queryset


def _area_label(code: str) -> Any:
    kind = ContentType.objects.filter(app_label=code).first()
    model = kind.model_class() if kind else None
    return model._meta.app_config.verbose_name if model else code


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    """Who did what to which record, and what changed."""

    list_display = ("when", "what", "details", "source", "ip", "request_id")
    list_display_links = None
    list_filter = (AreaFilter, ("at", admin.DateFieldListFilter), "source")
    list_select_related = ("actor", "subject_type")
    search_fields = ("label__icontains", "actor__name__startswith", "request_id__exact")
    search_help_text = gettext_lazy("Object, user or request number")
    show_full_result_count = False

    @admin.display(description=gettext_lazy("Time"), ordering="id")
    def when(self, row: Event) -> SafeString:
        return time_html(row.at)

    @admin.display(description=gettext_lazy("Event"))
    def what(self, row: Event) -> str:
        kind = EVENT_TYPES.get(row.code)
        if kind is None:
            return row.code
        return timeline.sentence(row, kind)

    @admin.display(description=gettext_lazy("Changes"))
    def details(self, row: Event) -> SafeString | str:
        """Changed fields; contact data stays out of the list, it stands on the record itself."""
        kind = EVENT_TYPES.get(row.code)
        if kind is None or not row.changes:
            return row.note
        changes = timeline.changes_of(row, kind, row, hidden=True)
        lines = ((item["label"], item["old"] or "—", item["new"] or "—") for item in changes)
        return format_html_join(
            "", '<div class="change">{}: <del>{}</del> → <ins>{}</ins></div>', lines
        )


@admin.register(View)
class ViewAdmin(ReadOnlyAdmin):
    """Who opened which record, when last and how often."""

    list_display = ("who", "kind", "record", "when", "how_often")
    list_display_links = None
    list_filter = (("content_type", admin.RelatedOnlyFieldListFilter), "viewed_at")
    list_select_related = ("user", "content_type")
    search_fields = ("user__name", "user__username__exact", "=object_id")
    search_help_text = gettext_lazy("Name or number of a user, key of a record")
    ordering = ("-id",)
    show_full_result_count = False

    @admin.display(description=gettext_lazy("User"), ordering="user__name_pinyin")
    def who(self, row: View) -> User:
        return row.user

    @admin.display(description=gettext_lazy("Kind of record"))
    def kind(self, row: View) -> Any:
        model = row.content_type.model_class()
        return model._meta.verbose_name if model else row.content_type.model

    @admin.display(description=gettext_lazy("Record"))
    def record(self, row: View) -> str:
        return _("No. %(key)s") % {"key": row.object_id}

    @admin.display(description=gettext_lazy("Last viewed"), ordering="viewed_at")
    def when(self, row: View) -> SafeString:
        return time_html(row.viewed_at)

    @admin.display(description=gettext_lazy("Times"), ordering="times")
    def how_often(self, row: View) -> int:
        return row.times
