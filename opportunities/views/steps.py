"""Dialogs that move or end an opportunity; each works as a page of its own without scripts."""

from typing import Any, ClassVar
from urllib.parse import urlsplit

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.access import verbs
from crm.core.errors import DomainError
from crm.core.rowkeys import key_of
from crm.web import htmx
from crm.web.navigation import address
from crm.web.views.base import PageView
from opportunities import forms, pipelines
from opportunities.forms import StepForm
from opportunities.models import Opportunity
from opportunities.services import stages
from opportunities.views.opportunities import OpportunityRows


class StepView(OpportunityRows, PageView):
    """Ask what the step needs, then do it; what is refused stands beside its field."""

    model = Opportunity
    verb = verbs.CHANGE
    template = "generic/form.html"
    partials = {"dialog-body": "generic/_form.html"}
    title: ClassVar[Any] = ""
    submit_label: ClassVar[Any] = ""
    danger: ClassVar[bool] = False
    form_class: ClassVar[type[StepForm]] = StepForm

    def run(self, obj: Opportunity, form: Any) -> str:
        """Call the service; the sentence for the toast."""
        raise NotImplementedError

    def initial(self) -> dict[str, Any]:
        """What the address says about the form."""
        return {}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        obj = self.get_object()
        form = self.form_class(opportunity=obj, actor=request.user, initial=self.initial())
        return self.show(self.context(obj, form))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        obj = self.get_object()
        before = obj.stage_id
        form = self.form_class(request.POST, opportunity=obj, actor=request.user)
        if form.is_valid():
            try:
                text = self.run(obj, form)
            except (DomainError, ValidationError) as error:
                self.refuse(form, error)
            else:
                return self.done(obj, text, before)
        return self.show(self.context(obj, form), status=422)

    def refuse(self, form: Any, error: DomainError | ValidationError) -> None:
        """Put the refusal beside its field, or above the form."""
        if isinstance(error, DomainError):
            form.add_error(error.field if error.field in form.fields else None, error.message)
            return
        for name, found in getattr(error, "error_dict", {None: error.messages}).items():
            form.add_error(name if name in form.fields else None, found)

    def done(self, obj: Opportunity, text: str, before: int) -> HttpResponse:
        """Back to where the step was asked for; a board draws only what has changed."""
        undo = self.undo_url(obj)
        if self.request.htmx and self.request.GET.get("from") == "board":
            return redraw(obj, text, before, undo_url=undo)
        messages.success(self.request, text, extra_tags=f"undo:{undo}" if undo else "")
        url = self.back_url(obj)
        return htmx.redirect(url) if self.request.htmx else redirect(url)

    def undo_url(self, obj: Opportunity) -> str:
        """The address of the toast's undo, where there is one."""
        return ""

    def back_url(self, obj: Opportunity) -> str:
        """The board with its filters where the step was asked for there, else the record."""
        if self.request.GET.get("from") != "board":
            return obj.get_absolute_url()
        url, query = reverse("opportunities:board"), self.request.GET.get("list", "")
        return f"{url}?{query}" if query else url

    def context(self, obj: Opportunity, form: Any) -> dict[str, Any]:
        """Values of the form page."""
        return {
            "title": self.title,
            "help": f"{obj.number} · {obj.name}",
            "form": form,
            "object": obj,
            "submit_label": self.submit_label,
            "danger": self.danger,
            "cancel_url": self.back_url(obj),
            "action_url": self.request.get_full_path(),
        }


def redraw(obj: Opportunity, text: str, before: int, *, undo_url: str = "") -> HttpResponse:
    """Tell a board in the browser which card has left which column for which."""
    return htmx.trigger(
        HttpResponse(status=204),
        toast={"level": "success", "text": text, "undo_url": undo_url, "undo_here": True},
        board_changed={"card": obj.pk, "columns": sorted({before, obj.stage_id})},
        dialog_close=True,
    )


class StageView(StepView):
    """Another stage with a progress note (S11-27)."""

    title = gettext_lazy("Change stage")
    submit_label = gettext_lazy("Change stage")
    form_class = forms.StageForm

    def initial(self) -> dict[str, Any]:
        wanted = key_of(self.request.GET.get("stage", ""))
        if wanted is not None:
            return {"stage": wanted}
        obj = self.get_object()
        line, present = pipelines.line(obj.pipeline_id), pipelines.step_of(obj.stage_id)
        ahead = [step.pk for step in line.active_steps if step.order > present.order]
        return {"stage": ahead[0]} if ahead else {}

    def run(self, obj: Opportunity, form: Any) -> str:
        data = form.cleaned_data
        stages.move_stage(
            obj,
            data["stage"],
            note=data["note"],
            actor=self.request.user,
            version=data["version"],
            values=form.values(),
            probability=data["probability"],
        )
        step = pipelines.step_of(obj.stage_id)
        return _("The stage is now “%(stage)s”.") % {"stage": step.label}

    def undo_url(self, obj: Opportunity) -> str:
        return address("opportunities:opportunity_undo", obj.pk)


class UndoView(OpportunityRows, PageView):
    """Take one's own last move back, soon after it."""

    model = Opportunity
    verb = verbs.CHANGE
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        obj = self.get_object()
        before = obj.stage_id
        stages.undo_move(obj, actor=request.user)
        step = pipelines.step_of(obj.stage_id)
        text = _("The stage is “%(stage)s” again.") % {"stage": step.label}
        if request.htmx:
            return redraw(obj, text, before)
        messages.success(request, text)
        came = urlsplit(request.headers.get("Referer", ""))
        board = reverse("opportunities:board")
        if came.path != board:
            return redirect(obj.get_absolute_url())
        return redirect(f"{board}?{came.query}" if came.query else board)


class WinView(StepView):
    """Won, with amount and contract number (S11-28)."""

    title = gettext_lazy("Mark as won")
    submit_label = gettext_lazy("Mark as won")
    form_class = forms.WinForm

    def run(self, obj: Opportunity, form: Any) -> str:
        data = form.cleaned_data
        stages.win(
            obj,
            actual_amount=data["actual_amount"],
            contract_number=data["contract_number"],
            deal_on=data["deal_on"],
            note=data["note"],
            actor=self.request.user,
            version=data["version"],
        )
        return _("“%(name)s” is won. The customer is a closed customer now.") % {"name": obj.name}


class LoseView(StepView):
    """Lost, with a reason (S11-29)."""

    title = gettext_lazy("Mark as lost")
    submit_label = gettext_lazy("Mark as lost")
    danger = True
    form_class = forms.LoseForm

    def run(self, obj: Opportunity, form: Any) -> str:
        data = form.cleaned_data
        stages.lose(
            obj,
            reason=data["reason"],
            competitor=data["competitor"],
            note=data["note"],
            actor=self.request.user,
            version=data["version"],
        )
        return _("“%(name)s” is marked as lost.") % {"name": obj.name}


class CloseView(StepView):
    """No opportunity after all, with a reason (S09-11)."""

    title = gettext_lazy("Close as invalid")
    submit_label = gettext_lazy("Close as invalid")
    danger = True
    form_class = forms.CloseForm

    def run(self, obj: Opportunity, form: Any) -> str:
        data = form.cleaned_data
        stages.close_invalid(
            obj,
            reason=data["reason"],
            note=data["note"],
            actor=self.request.user,
            version=data["version"],
        )
        return _("“%(name)s” is closed as invalid.") % {"name": obj.name}


class ReopenView(StepView):
    """Take it up again, with a reason."""

    title = gettext_lazy("Reopen")
    submit_label = gettext_lazy("Reopen")
    form_class = forms.ReopenForm

    def run(self, obj: Opportunity, form: Any) -> str:
        data = form.cleaned_data
        stages.reopen(obj, note=data["note"], actor=self.request.user, version=data["version"])
        return _("“%(name)s” is open again.") % {"name": obj.name}
