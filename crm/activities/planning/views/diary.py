"""The diary on a month calendar (S10-26, D09-10): click a day, write, find it again next month."""

from datetime import date
from functools import cached_property
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.access import verbs
from crm.activities.planning.calendar_page import MONTH
from crm.activities.planning.layers import LAYERS, Layer
from crm.activities.planning.models_personal import DIARY_LIMIT, DiaryEntry
from crm.activities.planning.services import diary as services
from crm.activities.planning.views.calendar import ME, CalendarView, parse_day
from crm.activities.planning.views.common import CHANGED_PARTS
from crm.core.errors import DomainError
from crm.web import htmx
from crm.web.navigation import address
from crm.web.views.base import PageView


class DiaryView(CalendarView):
    """日记: the month view with nothing but one's own diary."""

    model = DiaryEntry
    template = "planning/diary.html"
    is_diary = True
    view_name = MONTH
    who = ME

    @cached_property
    def chosen(self) -> list[Layer]:
        """The diary alone."""
        return [LAYERS["diary"]]

    @cached_property
    def offered(self) -> list[Layer]:
        """The diary alone."""
        return [LAYERS["diary"]]

    def check_right(self) -> None:
        """The diary's right alone; the calendar asks for that of appointments."""
        PageView.check_right(self)


class DiaryForm(forms.Form):
    """One day's entry."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)
    content = forms.CharField(
        label=gettext_lazy("Content"),
        max_length=DIARY_LIMIT,
        required=False,
        widget=forms.Textarea({"rows": 10}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class DiaryDayView(PageView):
    """The entry of one day: read and written in the dialog, or on a page of its own."""

    model = DiaryEntry
    verb = verbs.CHANGE
    template = "planning/diary_day.html"
    partials = {"dialog-body": "planning/_diary_day.html"}

    @cached_property
    def day(self) -> date:
        """The day of the address, else 404."""
        day = parse_day(self.kwargs["day"])
        if day is None:
            raise Http404
        return day

    @cached_property
    def entry(self) -> DiaryEntry | None:
        """What is written already."""
        rows = DiaryEntry.objects.visible_to(self.request.user, self.verb)
        return rows.filter(day=self.day).first()

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        entry = self.entry
        known = (
            {name: getattr(entry, name) for name in ("title", "content", "version")}
            if entry
            else {}
        )
        return self.show(self.context(DiaryForm(initial=known)))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = DiaryForm(request.POST)
        if form.is_valid():
            data = form.cleaned_data
            try:
                services.write_entry(self.day, actor=request.user, **data)
                return self.done(_("The diary was saved."))
            except (DomainError, ValidationError) as error:
                form.add_error(None, getattr(error, "message", None) or error)
        return self.show(self.context(form), status=422)

    def context(self, form: DiaryForm) -> dict[str, Any]:
        """Values of the form page."""
        return {
            "title": _("Diary of %(day)s") % {"day": f"{self.day:%Y-%m-%d}"},
            "form": form,
            "help": _("Only you can read your diary; nobody else can, whatever their rank."),
            "action_url": self.request.path,
            "cancel_url": self.month_url(),
            "delete_url": address("planning:diary_delete", self.kwargs["day"])
            if self.entry
            else "",
            "draft_key": f"diary-{self.day}",
        }

    def month_url(self) -> str:
        """The month of the day."""
        return f"{address('planning:diary')}?{urlencode({'day': self.day.isoformat()})}"

    def done(self, text: str) -> HttpResponse:
        """Close the dialog and draw the month again, or go back to it."""
        if self.request.htmx and self.request.htmx.target == "dialog-body":
            toast = {"level": "success", "text": text}
            answer = HttpResponse(status=204)
            return htmx.trigger(answer, toast=toast, dialog_close=True, refresh=CHANGED_PARTS)
        messages.success(self.request, text)
        return HttpResponseRedirect(self.month_url())


class DiaryDeleteView(DiaryDayView):
    """Remove one day's entry for good."""

    verb = verbs.DELETE
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.entry is None:
            raise Http404
        services.delete_entry(self.entry, actor=request.user)
        return self.done(_("The diary entry was deleted."))
