"""The customer's page: no log-in, no cookies; looking at it changes nothing (link scanners)."""

import secrets
from collections.abc import Callable
from typing import Any, ClassVar

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.core.files.storage import default_storage
from django.http import (
    FileResponse,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    QueryDict,
)
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from crm.activities import files
from crm.activities.views.attachments import guarded
from crm.core.errors import DomainError, InvalidValue, LimitReached
from crm.visitors import pace
from crm.visitors.pages import draw, in_their_language, kept_secret
from crm.web.addresses import client_ip
from crm.web.fields import FilesField
from crm.web.navigation import address
from tickets.choices import Withdrawal
from tickets.models import CustomerLink, TicketMessage
from tickets.portal import answering, linking, reading
from tickets.services.withdrawing import LONGEST

#: Pages of one network in a minute, in each process.
PAGES = 300
SAID = {
    "reply": _("Your message has reached us."),
    "solved": _("Thank you for the confirmation. The request is completed."),
    "urged": _("Your reminder has reached us; we look at it right away."),
    "withdrawn": _("Your wish has reached us. We will confirm it on this page."),
    "kept": _("Thank you. We go on with your request."),
    "anew": _("Your message has reached us as a new request."),
}


class AnswerForm(forms.Form):
    """What a customer sends."""

    text = forms.CharField(
        label=_("Your message"),
        max_length=8000,
        required=False,
        widget=forms.Textarea({"rows": 4}),
    )
    files = FilesField(
        label=_("Pictures and files"),
        required=False,
        prompt=_("Drop pictures and files here, or choose them"),
    )
    nonce = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("text", "").strip() and not data.get("files"):
            self.add_error("text", _("Please write a few words."))
        return data


class WithdrawForm(forms.Form):
    """Why a customer withdraws his request."""

    why = forms.ChoiceField(
        label=_("Why do you want to withdraw it?"),
        choices=Withdrawal.choices,
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label=_("Anything to add"), max_length=LONGEST, required=False, widget=forms.TextInput()
    )


class SecretView(View):
    """Base: the address itself is the secret; nobody's rights are used (docs/decisions/0018).

    In the language of the visitor's browser. Unknown, revoked and expired addresses look alike.
    """

    http_method_names = ["get", "head", "options"]

    @in_their_language
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return kept_secret(self.guarded(request, *args, **kwargs))

    def guarded(self, request: HttpRequest, token: str, **kwargs: Any) -> HttpResponse:
        """The answer, unless the address or the network is refused."""
        if request.method.lower() not in self.http_method_names:
            return self.http_method_not_allowed(request)
        try:
            pace.take_turn("customer-page", client_ip(request), PAGES)
        except LimitReached as error:
            return self.page("busy", status=error.status)
        link = linking.find(token)
        if link is None:
            return self.page("missing", status=404)
        return super().dispatch(request, link=link, token=token, **kwargs)

    def page(self, step: str, *, status: int = 200, **values: Any) -> HttpResponse:
        """One of the faces; drawn without the request, so that no cookie is set."""
        return draw("tickets/portal/page.html", {"step": step, **values}, status=status)


def _solved(link: CustomerLink, sent: QueryDict) -> str:
    """The customer is content; not yet solved tickets hear it as a message."""
    answering.confirm(link, sent.get("words", ""))
    return "solved"


def _urged(link: CustomerLink, sent: QueryDict) -> str:
    """The customer wants to know when it goes on."""
    answering.urge(link)
    return "urged"


def _withdrawn(link: CustomerLink, sent: QueryDict) -> str:
    """The customer wants it no more."""
    form = WithdrawForm(sent)
    if not form.is_valid():
        raise InvalidValue(_("Withdrawing failed: please choose a reason."))
    data = form.cleaned_data
    answering.withdraw(link, Withdrawal(data["why"]), data["words"])
    return "withdrawn"


def _kept(link: CustomerLink, sent: QueryDict) -> str:
    """The customer wants it after all."""
    answering.keep(link)
    return "kept"


@method_decorator([login_not_required, never_cache, csrf_exempt], name="dispatch")
class CustomerPageView(SecretView):
    """One ticket for its customer (issue 4 C.1)."""

    http_method_names = ["get", "head", "post", "options"]
    acts: ClassVar[dict[str, Callable[[CustomerLink, QueryDict], str]]] = {
        "solved": _solved, "urge": _urged, "withdraw": _withdrawn, "keep": _kept,
    }  # fmt: skip

    def get(self, request: HttpRequest, link: CustomerLink, token: str) -> HttpResponse:
        form = AnswerForm(initial={"nonce": secrets.token_hex(12)})
        return self.show(link, token, form, said=SAID.get(request.GET.get("said", ""), ""))

    def post(self, request: HttpRequest, link: CustomerLink, token: str) -> HttpResponse:
        try:
            answering.take_place(link, client_ip(request))
        except LimitReached as error:
            return self.refused(request, link, token, error)
        act = self.acts.get(request.POST.get("act", ""))
        if act is not None:
            return self.acted(request, link, token, act)
        form = AnswerForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.show(link, token, form, status=422)
        data = form.cleaned_data
        try:
            message = answering.answer(
                link, data["text"], nonce=data["nonce"], uploads=data["files"]
            )
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
            return self.show(link, token, form, status=error.status)
        return self.done(link, token, message)

    def acted(
        self, request: HttpRequest, link: CustomerLink, token: str, act: Callable[..., str]
    ) -> HttpResponse:
        """One of the buttons; the page again, with what is said about it."""
        try:
            said = act(link, request.POST)
        except DomainError as error:
            return self.refused(request, link, token, error)
        return HttpResponseRedirect(f"{address('tickets:customer_page', token)}?said={said}")

    def done(self, link: CustomerLink, token: str, message: TicketMessage) -> HttpResponse:
        """The page again; where a new ticket was made, its own page."""
        if message.ticket.follow_up_of_id in (link.ticket_id, reading.shown_ticket(link).pk):
            fresh = linking.ensure_link(message.ticket)
            if fresh is not None:
                return HttpResponseRedirect(f"{linking.path_of(fresh)}?said=anew")
        return HttpResponseRedirect(f"{address('tickets:customer_page', token)}?said=reply")

    def refused(
        self, request: HttpRequest, link: CustomerLink, token: str, error: DomainError
    ) -> HttpResponse:
        """The page with what went wrong; what was typed stays."""
        typed = {"nonce": secrets.token_hex(12), "text": request.POST.get("text", "")[:8000]}
        form = AnswerForm(initial=typed)
        return self.show(link, token, form, status=error.status, problem=error.message)

    def show(
        self, link: CustomerLink, token: str, form: AnswerForm, *, status: int = 200, **more: Any
    ) -> HttpResponse:
        """The ticket as its customer reads it."""
        seen = reading.page_of(link, token)
        limits = {"count": answering.MOST_FILES, "size": answering.LARGEST_MB}
        return self.page("ticket", status=status, page=seen, form=form, limits=limits,
                         withdrawing=WithdrawForm(), **more)  # fmt: skip


@method_decorator([login_not_required, never_cache], name="dispatch")
class CustomerFileView(SecretView):
    """A file of the customer's page, to be saved, never shown."""

    def get(self, request: HttpRequest, link: CustomerLink, token: str, pk: int) -> HttpResponse:
        found = reading.file_of(link, pk)
        if found is None or not default_storage.exists(found.path):
            return self.page("missing", status=404)
        kind = files.TYPES.get(found.ending, files.UNKNOWN_TYPE)
        stream = default_storage.open(found.path, "rb")
        response = FileResponse(stream, as_attachment=True, filename=found.name, content_type=kind)
        return guarded(response)
