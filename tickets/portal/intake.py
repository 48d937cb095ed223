"""The public form of tickets: no log-in, no cookies; a signed proof stands for a token.

Embedding, proof and trap work as in docs/decisions/0018.
"""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from crm.accounts import throttle
from crm.accounts.throttle import Limit
from crm.core.errors import DomainError
from crm.visitors.pages import draw, embeddable, in_their_language
from crm.web.addresses import client_ip
from crm.web.navigation import address
from knowledge import links
from tickets.models import CustomerLink
from tickets.portal import capturing, linking, offering
from tickets.portal.answering import LARGEST_MB, MOST_FILES
from tickets.portal.form_models import IntakeForm
from tickets.portal.forms import PublicIntakeForm, new_proof, nonce_of

#: Offers of articles to one network in a quarter of an hour.
OFFERS = Limit(120, restarts=False)


@method_decorator([login_not_required, never_cache, csrf_exempt], name="dispatch")
class FormView(View):
    """Base: the form with this address, in the language of the visitor's browser."""

    http_method_names = ["post", "options"]

    @in_their_language
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return super().dispatch(request, *args, **kwargs)

    def intake_form(self, token: str) -> IntakeForm | None:
        """The form with this address."""
        return IntakeForm.objects.filter(token=token).first()

    def page(
        self, step: str, intake: IntakeForm | None, *, status: int = 200, **values: Any
    ) -> HttpResponse:
        """One of the faces; a closed form can be framed by nobody."""
        context = {"step": step, "intake": intake, **values}
        response = draw("tickets/portal/form.html", context, status=status)
        return embeddable(response, intake.origins) if intake else response


class IntakeView(FormView):
    """A request in the customer's words (issue 4 C.1)."""

    http_method_names = ["get", "head", "post", "options"]

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        intake = self.intake_form(token)
        if intake is None or not intake.is_active:
            return self.page("closed", None, status=410 if intake else 404)
        return self.show(intake, PublicIntakeForm(), new_proof(intake))

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        intake = self.intake_form(token)
        nonce = nonce_of(intake, request.POST.get("proof", "")) if intake else ""
        if intake is None or not nonce:
            return self.refused(request, intake)
        if not intake.is_active:
            return self.page("closed", None, status=410)
        form = PublicIntakeForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.show(intake, form, new_proof(intake, nonce), status=422)
        offers = self.offers(request, intake, form, nonce)
        if offers or (form.is_asking and not form.cleaned_data["website"]):
            return self.show(intake, form, new_proof(intake, nonce), offers=offers)
        return self.store(request, intake, form, nonce)

    def offers(
        self, request: HttpRequest, intake: IntakeForm, form: PublicIntakeForm, nonce: str
    ) -> list[Any]:
        """Articles to look at first; once, and never where chosen files would be lost."""
        data = form.cleaned_data
        if data["shown"] or data["files"] or data["website"]:
            return []
        return offered(request, intake, nonce, f"{data['title']} {data['description']}")

    def store(
        self, request: HttpRequest, intake: IntakeForm, form: PublicIntakeForm, nonce: str
    ) -> HttpResponse:
        """Keep it and say thanks; a robot in the trap hears thanks, too."""
        link = None
        try:
            capturing.take_place(intake, client_ip(request))
            if not form.cleaned_data["website"]:
                link = capturing.capture(intake, asked(form), nonce=nonce)
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
            return self.show(intake, form, new_proof(intake, nonce), status=error.status)
        except ValidationError as error:
            form.add_error(None, error.messages)
            return self.show(intake, form, new_proof(intake, nonce), status=422)
        return self.thanks(intake, link)

    def thanks(self, intake: IntakeForm, link: CustomerLink | None) -> HttpResponse:
        """The number and the private link."""
        values = {"number": link.ticket.number, "url": linking.path_of(link)} if link else {}
        response = self.page("thanks", intake, **values)
        response["Referrer-Policy"] = "no-referrer"
        return response

    def refused(self, request: HttpRequest, intake: IntakeForm | None) -> HttpResponse:
        """Not sent from our page, or a day too late: what was typed stays."""
        if intake is None or not intake.is_active:
            return self.page("closed", None, status=403)
        form = PublicIntakeForm(request.POST)
        form.add_error(None, _("Sending failed: the page is too old. Please send it once more."))
        return self.show(intake, form, new_proof(intake), status=403)

    def show(
        self, intake: IntakeForm, form: PublicIntakeForm, proof: str, *, status: int = 200,
        offers: Any = (),
    ) -> HttpResponse:  # fmt: skip
        """The form with its proof, and the articles that may help."""
        return self.page(
            "form", intake, status=status, form=form, proof=proof, offers=offers,
            suggest_url=address("tickets:public_suggest", intake.token),
            open_url=address("tickets:public_offer", intake.token),
            questions_url=address("tickets:public_questions", intake.token),
            limits={"count": MOST_FILES, "size": LARGEST_MB},
        )  # fmt: skip


def asked(form: PublicIntakeForm) -> capturing.Request:
    """What the service gets."""
    data = form.cleaned_data
    return capturing.Request(
        requester=data["requester"], title=data["title"], description=data["description"],
        phone=data["phone"], email=data["email"], category=data.get("category"),
        answers=form.answers(), uploads=data["files"],
    )  # fmt: skip


def offered(request: HttpRequest, intake: IntakeForm, nonce: str, text: str) -> list[Any]:
    """Articles for what was typed, remembered as offered; none for a network that asks too much."""
    found = offering.look_up(text[:2000])
    if not found or not throttle.take(
        throttle.network_key("ticket-offer", client_ip(request)), OFFERS
    ):
        return []
    offering.offer(intake, nonce, found)
    return found


class SuggestView(FormView):
    """While the customer types: articles that may help, in the form."""

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        intake = self.intake_form(token)
        nonce = nonce_of(intake, request.POST.get("proof", "")) if intake else ""
        if intake is None or not nonce or not intake.is_active:
            return HttpResponse(status=403)
        text = f"{request.POST.get('title', '')} {request.POST.get('description', '')}"
        found = offered(request, intake, nonce, text)
        return draw("tickets/portal/_offers.html", {"offers": found})


class QuestionsView(FormView):
    """A category was chosen: its questions, in the form."""

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        intake = self.intake_form(token)
        nonce = nonce_of(intake, request.POST.get("proof", "")) if intake else ""
        if intake is None or not nonce or not intake.is_active:
            return HttpResponse(status=403)
        chosen = {"category": request.POST.get("category", "")}
        form = PublicIntakeForm(chosen | {"asked_for": chosen["category"]})
        form.errors.clear()
        return draw("tickets/portal/_questions.html", {"form": form})


class OfferView(FormView):
    """An offered article is opened: remembered, then shown in the help centre."""

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        intake = self.intake_form(token)
        nonce = nonce_of(intake, request.POST.get("proof", "")) if intake else ""
        key = request.POST.get("article", "")
        if intake is None or not nonce or not key.isdecimal() or len(key) > 15:
            return self.page("closed", None, status=403)
        article = offering.open_offer(intake, nonce, int(key))
        if article is None:
            return self.page("closed", None, status=404)
        return HttpResponseRedirect(links.public_url(article))
