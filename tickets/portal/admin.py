"""Administration of the public forms of tickets."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.core.messages import listed
from crm.visitors.origins import OriginsField
from crm.web.administration import ServiceAdmin, ServiceForm
from tickets.portal import keeping, offering
from tickets.portal.form_models import IntakeForm


class IntakeFormForm(ServiceForm):
    """A public form; what can be chosen in it are the public business categories."""

    origins = OriginsField(
        label=gettext_lazy("May be embedded on"),
        help_text=gettext_lazy(
            "Sites that may show the form inside their own pages, one a line, such as "
            "https://www.example.com. None: no site may."
        ),
    )

    class Meta:
        model = IntakeForm
        fields = ("title", "intro", "thanks", "origins", "is_active")
        widgets = {
            "title": forms.TextInput(),
            "intro": forms.Textarea({"rows": 3}),
            "thanks": forms.Textarea({"rows": 2}),
        }


@admin.register(IntakeForm)
class IntakeFormAdmin(ServiceAdmin):
    """公开工单表单: where requests of a web site come in."""

    opens = True
    form = IntakeFormForm
    list_display = ("title", "link", "is_active")
    list_filter = ("is_active",)
    search_fields = ("title",)
    search_help_text = gettext_lazy("Title")

    @admin.display(description=gettext_lazy("Public address"))
    def link(self, row: IntakeForm) -> SafeString:
        return format_html('<a href="{0}">{0}</a>', row.get_public_url())

    def tools(self, request: HttpRequest, obj: IntakeForm) -> list[dict[str, Any]]:
        """Open the form as visitors see it."""
        url = obj.get_public_url()
        return [{"label": _("Open the form"), "url": url, "icon": "world-www"}] + super().tools(
            request, obj
        )

    def notices(self, request: HttpRequest, obj: IntakeForm) -> list[dict[str, Any]]:
        """The address, the code to embed it, and what its articles have spared."""
        url = request.build_absolute_uri(obj.get_public_url())
        text = _("Public address, also for links and QR codes: %(url)s") % {"url": url}
        found = [{"level": "info", "text": text}]
        if obj.origins:
            code = f'<iframe src="{url}" title="{escape(obj.title)}" width="100%" height="900">'
            text = _("To embed it on %(sites)s, put this into the page: %(code)s")
            values = {"sites": listed(obj.origins), "code": f"{code}</iframe>"}
            found.append({"level": "info", "text": text % values})
        figures = offering.figures_of_form(obj)
        if figures["offered"]:
            text = _(
                "Articles were offered %(offered)d times and opened %(opened)d times; "
                "%(spared)d times no request followed."
            )
            found.append({"level": "info", "text": text % figures})
        return found

    def create(self, request: HttpRequest, form: Any) -> None:
        keeping.create_form(form.instance, actor=request.user)

    def update(self, request: HttpRequest, obj: IntakeForm, form: Any) -> None:
        keeping.update_form(
            obj, changes=form.changes(), actor=request.user, version=form.seen_version
        )

    def remove(self, request: HttpRequest, obj: IntakeForm) -> None:
        keeping.delete_form(obj, actor=request.user)
