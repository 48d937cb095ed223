"""The page of a survey: no log-in, no cookies; looking at it records nothing (link scanners)."""

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from crm.core.errors import DomainError, LimitReached
from crm.dictionaries import settings
from crm.visitors.pages import in_their_language
from crm.web.addresses import client_ip
from tickets.satisfaction import answering, inviting
from tickets.satisfaction.answering import Answer
from tickets.satisfaction.models import SCORES, WORDS, SurveyInvite, SurveyTemplate


class SurveyForm(forms.Form):
    """What a customer sends."""

    score = forms.TypedChoiceField(
        label=_("Your rating"),
        coerce=int,
        choices=[(score, WORDS[score]) for score in SCORES],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one to five stars.")},
    )
    is_solved = forms.TypedChoiceField(
        label=_("Is your matter solved?"),
        choices=[("yes", _("Yes")), ("no", _("No"))],
        coerce=lambda value: value == "yes",
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )
    nps = forms.TypedChoiceField(
        label=_("Would you recommend us? (0: never, 10: certainly)"),
        choices=[("", "—"), *((number, number) for number in range(11))],
        coerce=int,
        empty_value=None,
        required=False,
    )
    reasons = forms.MultipleChoiceField(
        label=_("Why?"), required=False, widget=forms.CheckboxSelectMultiple
    )
    comment = forms.CharField(
        label=_("What else do you want to tell us?"),
        required=False,
        max_length=1000,
        widget=forms.Textarea({"rows": 3}),
    )

    def __init__(self, data: Any = None, *, template: SurveyTemplate, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        self.template = template
        reasons = template.reasons()
        self.fields["reasons"].choices = [(reason, reason) for reason in reasons]
        unwanted = {
            "is_solved": not template.asks_solved,
            "nps": not template.asks_nps,
            "reasons": not reasons,
        }
        for name, is_unwanted in unwanted.items():
            if is_unwanted:
                del self.fields[name]

    @property
    def reason_boxes(self) -> list[dict[str, Any]]:
        """The reasons, each with the band of stars it belongs to; none where it fits both."""
        low, high = (set(self.template.reasons_of(score)) for score in (SCORES[0], SCORES[-1]))
        return [
            {"box": box, "band": {(True, False): "low", (False, True): "high"}.get(
                (box.choice_label in low, box.choice_label in high), "")}
            for box in self["reasons"]
        ]  # fmt: skip

    def answer(self) -> Answer:
        """For the service."""
        data = self.cleaned_data
        return Answer(
            score=data["score"],
            is_solved=data.get("is_solved"),
            nps=data.get("nps"),
            reasons=data.get("reasons", []),
            comment=data["comment"],
        )


@method_decorator([login_not_required, never_cache, csrf_exempt], name="dispatch")
class SurveyView(View):
    """One invitation (S11-41). The address itself is the secret; nobody's rights are used.

    In the language of the visitor's browser. Unknown, expired and used addresses look alike.
    """

    http_method_names = ["get", "head", "post", "options"]

    @in_their_language
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        answer = super().dispatch(request, *args, **kwargs)
        answer["Referrer-Policy"] = "no-referrer"
        return answer

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        invite = self.invite(request, token)
        if isinstance(invite, HttpResponse):
            return invite
        return self.show(
            invite, SurveyForm(template=invite.template, initial=known(invite, request))
        )

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        invite = self.invite(request, token)
        if isinstance(invite, HttpResponse):
            return invite
        if "stop" in request.POST:
            inviting.opt_out(invite)
            return self.page("stopped", None)
        form = SurveyForm(request.POST, template=invite.template)
        if not form.is_valid():
            return self.show(invite, form, status=422)
        try:
            answering.submit(invite, form.answer())
        except DomainError as error:
            form.add_error(None, error.message)
            return self.show(invite, form, status=422)
        return self.page("thanks", invite)

    def invite(self, request: HttpRequest, token: str) -> SurveyInvite | HttpResponse:
        """The invitation, or the page that refuses."""
        try:
            answering.take_place(client_ip(request))
        except LimitReached as error:
            return self.page("busy", None, status=error.status)
        found = answering.find(token)
        return found if found is not None else self.page("closed", None, status=410)

    def show(self, invite: SurveyInvite, form: SurveyForm, *, status: int = 200) -> HttpResponse:
        """The questions."""
        answered = answering.given(invite) is not None
        return self.page("form", invite, status=status, form=form, answered=answered)

    def page(
        self, step: str, invite: SurveyInvite | None, *, status: int = 200, **values: Any
    ) -> HttpResponse:
        """One of the faces; drawn without the request, so that no cookie is set."""
        context = {
            "step": step,
            "company": settings.get("company_name") or settings.get("site_name"),
            "ticket": answering.shown(invite.ticket) if invite else None,
            "template": invite.template if invite else None,
            **values,
        }
        answer = render(None, "tickets/survey/page.html", context, status=status)
        answer["X-Robots-Tag"] = "noindex, nofollow"
        return answer


def known(invite: SurveyInvite, request: HttpRequest) -> dict[str, Any]:
    """What was answered before, else the stars that were clicked in the mail."""
    given = answering.given(invite)
    if given is not None:
        solved = {True: "yes", False: "no"}.get(given.is_solved)
        return {
            "score": given.score, "is_solved": solved, "nps": given.nps,
            "reasons": given.reasons, "comment": given.comment,
        }  # fmt: skip
    chosen = request.GET.get("score", "")
    return {"score": int(chosen)} if chosen in map(str, SCORES) else {}
