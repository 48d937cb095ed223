"""Administration of public forms and of the rules of allocation and score, by services."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.accounts.models import User
from crm.core.messages import listed
from crm.dictionaries import lookups
from crm.dictionaries.models import Item
from crm.visitors.origins import OriginsField
from crm.web.administration import ServiceAdmin, ServiceForm
from crm.web.fields import RemoteChoiceField, RemoteSelectMultiple
from leads import scoring
from leads.choices import INDUSTRY, SCORED_FIELDS, SOURCE
from leads.models import AllocationRule, Lead, ScoreRule, WebForm
from leads.public_fields import PUBLIC_FIELDS
from leads.ratio_fields import RatioField, shares_of
from leads.services import allocating, keeping


def items_of(*dictionaries: str) -> Any:
    """The values of these dictionaries that can be chosen."""
    return Item.objects.filter(dictionary__code__in=dictionaries, is_active=True)


class WebFormForm(ServiceForm):
    """A public form."""

    owner = RemoteChoiceField(
        User.objects.active(),
        url_name="accounts:person_options",
        label=gettext_lazy("Owner"),
        required=False,
        help_text=gettext_lazy("For “One person”; with the rules for leads that no rule takes."),
    )
    asked = forms.MultipleChoiceField(
        label=gettext_lazy("Further fields"),
        choices=PUBLIC_FIELDS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Name and mobile are always asked."),
    )

    origins = OriginsField(
        label=gettext_lazy("May be embedded on"),
        help_text=gettext_lazy(
            "Sites that may show the form inside their own pages, one a line, such as "
            "https://www.example.com. None: no site may."
        ),
    )

    class Meta:
        model = WebForm
        fields = (
            "title", "intro", "asked", "source", "target", "owner", "thanks", "origins",
            "is_active",
        )  # fmt: skip
        widgets = {
            "title": forms.TextInput(),
            "intro": forms.Textarea({"rows": 3}),
            "thanks": forms.Textarea({"rows": 2}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if source := self.fields.get("source"):
            source.queryset = items_of(SOURCE)
            source.required = True


@admin.register(WebForm)
class WebFormAdmin(ServiceAdmin):
    """公开表单: where enquiries of a web site come in."""

    form = WebFormForm
    list_display = ("title", "link", "source", "target", "is_active")
    list_select_related = ("source",)
    list_filter = ("is_active",)
    search_fields = ("title",)
    search_help_text = gettext_lazy("Title")

    @admin.display(description=gettext_lazy("Public address"))
    def link(self, row: WebForm) -> SafeString:
        return format_html('<a href="{0}">{0}</a>', row.get_public_url())

    def tools(self, request: HttpRequest, obj: WebForm) -> list[dict[str, Any]]:
        """Open the form as visitors see it."""
        url = obj.get_public_url()
        return [{"label": _("Open the form"), "url": url, "icon": "world-www"}] + super().tools(
            request, obj
        )

    def notices(self, request: HttpRequest, obj: WebForm) -> list[dict[str, Any]]:
        """The address to put on a web site, a poster or into a message."""
        url = request.build_absolute_uri(obj.get_public_url())
        text = _("Public address, also for links and QR codes: %(url)s") % {"url": url}
        found = [{"level": "info", "text": text}]
        if obj.origins:
            code = f'<iframe src="{url}" title="{escape(obj.title)}" width="100%" height="760">'
            text = _("To embed it on %(sites)s, put this into the page: %(code)s")
            values = {"sites": listed(obj.origins), "code": f"{code}</iframe>"}
            found.append({"level": "info", "text": text % values})
        return found

    def create(self, request: HttpRequest, form: Any) -> None:
        keeping.create_web_form(form.instance, actor=request.user)

    def update(self, request: HttpRequest, obj: WebForm, form: Any) -> None:
        keeping.update_web_form(
            obj, changes=form.changes(), actor=request.user, version=form.seen_version
        )

    def remove(self, request: HttpRequest, obj: WebForm) -> None:
        keeping.delete_web_form(obj, actor=request.user)


class AllocationRuleForm(ServiceForm):
    """A rule of allocation."""

    people = forms.ModelMultipleChoiceField(
        User.objects.active(),
        label=gettext_lazy("Recipients"),
        widget=RemoteSelectMultiple("accounts:person_options"),
    )
    sources = forms.ModelMultipleChoiceField(
        Item.objects.none(),
        label=gettext_lazy("Sources"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None: all."),
    )

    weights = RatioField(
        label=gettext_lazy("Ratio"),
        help_text=gettext_lazy(
            "For “By ratio”: recipients with their shares, such as “Li Ming 2, Wang Fang 1”. "
            "Who is not named has 1."
        ),
    )

    class Meta:
        model = AllocationRule
        fields = (
            "name", "order", "subject", "sources", "regions", "way", "people", "weights",
            "daily_quota", "is_active",
        )  # fmt: skip
        widgets = {"name": forms.TextInput(), "regions": forms.TextInput()}
        help_texts = {"daily_quota": gettext_lazy("Empty: no limit.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if sources := self.fields.get("sources"):
            sources.queryset = items_of(SOURCE)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if "weights" in data:
            try:
                data["weights"] = shares_of(data["weights"], data.get("people") or ())
            except forms.ValidationError as error:
                self.add_error("weights", error)
        return data


@admin.register(AllocationRule)
class AllocationRuleAdmin(ServiceAdmin):
    """分配规则: the first that fits decides."""

    form = AllocationRuleForm
    list_display = ("order", "name", "subject", "way", "daily_quota", "is_active")
    list_display_links = ("name",)
    list_filter = ("subject", "is_active")
    search_fields = ("name",)
    search_help_text = gettext_lazy("Name")

    def notices(self, request: HttpRequest, obj: AllocationRule) -> list[dict[str, Any]]:
        """Who would get the next ten records."""
        nobody = _("nobody (quota or cap reached)")
        names = [str(user) if user else nobody for user in allocating.preview(obj)]
        text = _("The next ten records of this rule go to: %(names)s") % {"names": listed(names)}
        return [{"level": "info", "text": text}]

    def create(self, request: HttpRequest, form: Any) -> None:
        data = form.cleaned_data
        keeping.create_allocation_rule(
            form.instance, sources=data["sources"], people=data["people"], actor=request.user
        )

    def update(self, request: HttpRequest, obj: AllocationRule, form: Any) -> None:
        data = form.cleaned_data
        keeping.update_allocation_rule(
            obj,
            changes=form.changes(),
            sources=data["sources"],
            people=data["people"],
            actor=request.user,
            version=form.seen_version,
        )

    def remove(self, request: HttpRequest, obj: AllocationRule) -> None:
        keeping.delete_allocation_rule(obj, actor=request.user)


class ScoreRuleForm(ServiceForm):
    """A rule of the score."""

    field = forms.ChoiceField(
        label=gettext_lazy("Field"),
        required=False,
        help_text=gettext_lazy("For the condition “Field is filled”."),
    )

    class Meta:
        model = ScoreRule
        fields = ("order", "kind", "field", "item", "regions", "least", "points", "is_active")
        widgets = {"regions": forms.TextInput()}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [(name, Lead._meta.get_field(name).verbose_name) for name in SCORED_FIELDS]
        items = [*lookups.choices(SOURCE), *lookups.choices(INDUSTRY)]
        for name, choices in (("field", names), ("item", items)):
            if name in self.fields:
                self.fields[name].choices = [("", "—"), *choices]


@admin.register(ScoreRule)
class ScoreRuleAdmin(ServiceAdmin):
    """线索评分规则: points for what is known and what happened."""

    form = ScoreRuleForm
    list_display = ("order", "label", "points", "is_active")
    list_display_links = ("label",)
    list_filter = ("kind", "is_active")

    @admin.display(description=gettext_lazy("Condition"))
    def label(self, row: ScoreRule) -> str:
        return scoring.label_of(row)

    def create(self, request: HttpRequest, form: Any) -> None:
        keeping.create_score_rule(form.instance, actor=request.user)

    def update(self, request: HttpRequest, obj: ScoreRule, form: Any) -> None:
        keeping.update_score_rule(
            obj, changes=form.changes(), actor=request.user, version=form.seen_version
        )

    def remove(self, request: HttpRequest, obj: ScoreRule) -> None:
        keeping.delete_score_rule(obj, actor=request.user)
