"""Administration of pipelines with their stages, through the services."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.accounts.admin.forms import TreesField
from crm.core.errors import InvalidValue
from crm.web.administration import ServiceAdmin, ServiceForm, ServiceInline
from opportunities import checklist
from opportunities.models import Pipeline, Stage
from opportunities.services import pipelines

STAGE_FIELDS = (
    "order", "name", "name_en", "code", "color", "probability", "expected_days", "exit_fields",
    "needs_activity", "needs_document", "is_initial", "is_active",
)  # fmt: skip
SWITCHES = ("is_active", "is_initial", "needs_activity", "needs_document")


class StageRowForm(ServiceForm):
    """One stage in the table of its pipeline; the code is fixed once saved."""

    exit_fields = forms.MultipleChoiceField(
        label=gettext_lazy("Fields required to go on"),
        choices=list(checklist.FIELDS.items()),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 3}),
    )

    class Meta:
        model = Stage
        fields = STAGE_FIELDS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and "code" in self.fields:
            self.fields["code"].disabled = True
        for name, bound in self.fields.items():
            if name not in (*SWITCHES, "version"):
                bound.widget.attrs["class"] = f"input input--small items__{name}"
            bound.widget.attrs["aria-label"] = bound.label


class StageInline(ServiceInline):
    """The stages of a pipeline."""

    model = Stage
    form = StageRowForm
    fields = STAGE_FIELDS
    ordering = ("order", "id")
    extra = 2


class PipelineForm(ServiceForm):
    """Name, departments, default."""

    departments = TreesField(
        label=gettext_lazy("Departments"),
        required=False,
        help_text=Pipeline._meta.get_field("departments").help_text,
    )

    class Meta:
        model = Pipeline
        fields = (
            "name", "name_en", "code", "departments", "order", "committed_from", "is_default",
            "is_active",
        )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "departments" in self.fields:
            self.fields["departments"].load()
        if self.instance.pk and "code" in self.fields:
            self.fields["code"].disabled = True


@admin.register(Pipeline)
class PipelineAdmin(ServiceAdmin):
    """商机组: pipelines by department, each with stages and their checklists."""

    form = PipelineForm
    inlines = (StageInline,)
    list_display = ("title", "code", "stage_count", "committed_from", "is_default", "is_active")
    list_display_links = ("title",)
    ordering = ("order", "pk")
    search_fields = ("name", "name_en", "code")
    search_help_text = gettext_lazy("Name or code")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).annotate(number=Count("stages"))

    @admin.display(description=gettext_lazy("Name"), ordering="name")
    def title(self, row: Pipeline) -> str:
        return str(row)

    @admin.display(description=gettext_lazy("Stages"), ordering="number")
    def stage_count(self, row: Pipeline) -> int:
        return row.number

    def create(self, request: HttpRequest, form: Any) -> None:
        departments = form.cleaned_data["departments"]
        pipelines.create_pipeline(form.instance, departments, actor=request.user)

    def update(self, request: HttpRequest, obj: Pipeline, form: Any) -> None:
        pipelines.update_pipeline(
            obj,
            changes=form.changes(),
            actor=request.user,
            version=form.seen_version,
            departments=form.cleaned_data.get("departments"),
        )

    def remove(self, request: HttpRequest, obj: Pipeline) -> None:
        pipelines.delete_pipeline(obj, actor=request.user)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Create and change stages one by one, only those of this very pipeline."""
        known = {stage.pk: stage for stage in Stage.objects.filter(pipeline=form.instance)}
        for row in formset.initial_forms:
            stage = known.get(row.instance.pk)
            if stage is None:
                raise InvalidValue(_("Saving failed: a stage does not belong to this pipeline."))
            if row.has_changed():
                pipelines.update_stage(
                    stage,
                    changes=row.changes(),
                    actor=request.user,
                    version=row.cleaned_data["version"],
                )
        for row in formset.extra_forms:
            if row.has_changed():
                values = {name: row.cleaned_data[name] for name in STAGE_FIELDS}
                stage = Stage(pipeline=form.instance, **values)
                pipelines.create_stage(stage, actor=request.user)
