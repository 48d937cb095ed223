"""Quick phrases of one's own: a page to manage them, and the list the composer asks for."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.activities import phrases
from crm.activities.models import PHRASE_LIMIT, Phrase
from crm.core.errors import DomainError
from crm.web.views.base import PageView


class PhraseForm(forms.Form):
    """One phrase."""

    text = forms.CharField(label=gettext_lazy("New phrase"), max_length=PHRASE_LIMIT)


class PhraseListView(PageView):
    """我的常用语: add and delete; the common ones are shown with them."""

    template = "activities/phrases.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(self.context(PhraseForm()))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = PhraseForm(request.POST)
        if form.is_valid():
            try:
                phrases.add_phrase(form.cleaned_data["text"], actor=request.user)
                messages.success(request, _("The phrase was saved."))
                return HttpResponseRedirect(reverse("activities:phrase_list"))
            except DomainError as error:
                form.add_error("text", error.message)
        return self.show(self.context(form), status=422)

    def context(self, form: PhraseForm) -> dict[str, Any]:
        """Values of the page."""
        return {
            "title": _("My phrases"),
            "form": form,
            "own": Phrase.objects.of(self.request.user)[: phrases.MOST_OWN],
            "common": phrases.common(),
        }


class PhraseDeleteView(PageView):
    """Remove one of one's own."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        phrase = get_object_or_404(Phrase.objects.of(request.user), pk=pk)
        phrases.delete_phrase(phrase, actor=request.user)
        messages.success(request, _("The phrase was deleted."))
        return HttpResponseRedirect(reverse("activities:phrase_list"))


class PhraseOptionsView(PageView):
    """What the composer offers: own phrases first, then the common ones."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return JsonResponse({"own": phrases.own(request.user), "common": phrases.common()})
