"""Administration of the satisfaction survey: every change is a new version."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext as _

from crm.web.administration import ServiceAdmin, ServiceForm
from tickets.satisfaction import keeping
from tickets.satisfaction.inviting import newest_template
from tickets.satisfaction.models import SurveyTemplate

FIELDS = ("title", "intro", "thanks", "asks_solved", "asks_nps", "low_reasons", "high_reasons")


class TemplateForm(ServiceForm):
    """The questions."""

    class Meta:
        model = SurveyTemplate
        fields = FIELDS
        widgets = {
            "title": forms.TextInput(),
            "intro": forms.Textarea({"rows": 2}),
            "thanks": forms.Textarea({"rows": 2}),
            "low_reasons": forms.Textarea({"rows": 5}),
            "high_reasons": forms.Textarea({"rows": 5}),
        }


@admin.register(SurveyTemplate)
class SurveyTemplateAdmin(ServiceAdmin):
    """满意度问卷: the newest version is the one that is asked."""

    opens = True
    form = TemplateForm
    list_display = ("title", "created_at", "created_by", "asks_solved", "asks_nps")
    list_select_related = ("created_by",)
    ordering = ("-id",)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Versions stay as they were; a new one follows."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def list_tools(self, request: HttpRequest) -> list[dict[str, Any]]:
        found = super().list_tools(request)
        return [{**tool, "label": _("New version")} for tool in found]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Begin with what is asked now."""
        newest = newest_template()
        return {name: getattr(newest, name) for name in FIELDS} if newest else {}

    def create(self, request: HttpRequest, form: TemplateForm) -> None:
        keeping.publish(form.instance, actor=request.user)
