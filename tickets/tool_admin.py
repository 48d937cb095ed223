"""Administration of what agents work with: skills, canned replies, macros."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from crm.web.administration import ServiceAdmin, ServiceForm
from crm.web.workbooks.administration import WorkbookAdmin
from crm.web.workbooks.resources import WorkbookResource
from crm.web.workbooks.widgets import CellField, WordWidget
from tickets.models import (
    CannedReply,
    Macro,
    Skill,
    TicketGroup,
)
from tickets.services import administering


class SkillForm(ServiceForm):
    """A skill."""

    class Meta:
        model = Skill
        fields = ("name",)
        widgets = {"name": forms.TextInput()}


@admin.register(Skill)
class SkillAdmin(ServiceAdmin):
    """技能."""

    opens = True
    form = SkillForm
    list_display = ("name",)
    search_fields = ("name",)

    def create(self, request: HttpRequest, form: Any) -> None:
        administering.create_skill(form.instance, actor=request.user)

    def update(self, request: HttpRequest, obj: Skill, form: Any) -> None:
        administering.rename_skill(obj, form.cleaned_data["name"], actor=request.user)

    def remove(self, request: HttpRequest, obj: Skill) -> None:
        administering.delete_skill(obj, actor=request.user)


class CannedResource(WorkbookResource):
    """Canned replies by shortcut."""

    group = CellField(
        "group",
        widget=WordWidget(
            lambda: [(each, each, ()) for each in TicketGroup.objects.all()], required=False
        ),
    )

    class Meta:
        model = CannedReply
        fields = ("shortcut", "title", "text", "group", "is_active")
        import_id_fields = ("shortcut",)

    def create(self, instance: CannedReply) -> None:
        administering.create_canned(instance, actor=self.user)

    def update(self, original: CannedReply, changes: dict[str, Any]) -> None:
        administering.update_canned(
            original, changes=changes, actor=self.user, version=original.version
        )


class CannedForm(ServiceForm):
    """A canned reply."""

    class Meta:
        model = CannedReply
        fields = ("title", "shortcut", "text", "group", "is_active")
        widgets = {
            "title": forms.TextInput(),
            "shortcut": forms.TextInput(),
            "text": forms.Textarea({"rows": 6}),
        }


@admin.register(CannedReply)
class CannedAdmin(WorkbookAdmin, ServiceAdmin):
    """快捷回复."""

    opens = True
    resource = CannedResource
    form = CannedForm
    list_display = ("title", "shortcut", "group", "is_active")
    list_select_related = ("group",)
    list_filter = ("is_active",)
    search_fields = ("title", "text")

    def create(self, request: HttpRequest, form: Any) -> None:
        administering.create_canned(form.instance, actor=request.user)

    def update(self, request: HttpRequest, obj: CannedReply, form: Any) -> None:
        administering.update_canned(
            obj, changes=form.changes(), actor=request.user, version=form.seen_version
        )

    def remove(self, request: HttpRequest, obj: CannedReply) -> None:
        administering.delete_canned(obj, actor=request.user)


class MacroForm(ServiceForm):
    """A macro."""

    class Meta:
        model = Macro
        fields = (
            "name", "group", "message_kind", "text", "priority", "to_group", "phase", "reason",
            "solution", "order", "is_active",
        )  # fmt: skip
        widgets = {
            "name": forms.TextInput(),
            "reason": forms.TextInput(),
            "text": forms.Textarea({"rows": 4}),
            "solution": forms.Textarea({"rows": 3}),
        }


@admin.register(Macro)
class MacroAdmin(ServiceAdmin):
    """应用宏."""

    opens = True
    form = MacroForm
    list_display = ("name", "group", "phase", "is_active")
    list_select_related = ("group",)
    list_filter = ("is_active",)

    def create(self, request: HttpRequest, form: Any) -> None:
        administering.create_macro(form.instance, actor=request.user)

    def update(self, request: HttpRequest, obj: Macro, form: Any) -> None:
        administering.update_macro(
            obj, changes=form.changes(), actor=request.user, version=form.seen_version
        )

    def remove(self, request: HttpRequest, obj: Macro) -> None:
        administering.delete_macro(obj, actor=request.user)
