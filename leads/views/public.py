"""The public form: no log-in, no cookies; a signed ticket stands for the token of other forms."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from crm.core.errors import LimitReached
from crm.visitors.pages import draw, embeddable
from crm.web.addresses import client_ip
from leads.models import WebForm
from leads.public_forms import PublicForm, new_ticket, nonce_of
from leads.services.capturing import capture, take_place


@method_decorator([login_not_required, never_cache, csrf_exempt], name="dispatch")
class PublicFormView(View):
    """A form of the company for visitors (S11-43).

    A foreign page could only send what any visitor may send: nobody's rights are used, so the
    signed ticket of our own page is all that is asked (T14, docs/decisions/0018). The sites named
    by the form may show it in a frame.
    """

    http_method_names = ["get", "head", "post", "options"]

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        web_form = self.web_form(token)
        if web_form is None:
            return self.closed(404)
        if not web_form.is_active:
            return self.closed(410)
        page = request.GET.get("page", "") or request.headers.get("Referer", "")
        return self.show(web_form, PublicForm(web_form=web_form, page=page))

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        web_form = self.web_form(token)
        nonce = nonce_of(web_form, request.POST.get("ticket", "")) if web_form else ""
        if web_form is None or not nonce:
            return self.refused(request, web_form)
        if not web_form.is_active:
            return self.closed(410)
        form = PublicForm(request.POST, web_form=web_form)
        if not form.is_valid():
            return self.show(web_form, form, status=422)
        return self.store(request, web_form, form, nonce)

    def store(
        self, request: HttpRequest, web_form: WebForm, form: PublicForm, nonce: str
    ) -> HttpResponse:
        """Keep it and say thanks; a robot in the trap hears the same."""
        try:
            take_place(web_form, client_ip(request))
            if not form.cleaned_data["website"]:
                capture(web_form, form.lead(), nonce=nonce)
        except LimitReached as error:
            form.add_error(None, error.message)
            return self.show(web_form, form, status=error.status)
        except ValidationError as error:
            form.add_error(None, error.messages)
            return self.show(web_form, form, status=422)
        return self.page("thanks", web_form)

    def refused(self, request: HttpRequest, web_form: WebForm | None) -> HttpResponse:
        """Not sent from our page, or a day too late: what was typed stays."""
        if web_form is None or not web_form.is_active:
            return self.closed(403)
        form = PublicForm(request.POST, web_form=web_form)
        form.add_error(None, _("Sending failed: the page is too old. Please send it once more."))
        return self.show(web_form, form, status=403)

    def web_form(self, token: str) -> WebForm | None:
        """The form with this address."""
        return WebForm.objects.filter(token=token).select_related("owner").first()

    def show(self, web_form: WebForm, form: PublicForm, *, status: int = 200) -> HttpResponse:
        """The form with a fresh ticket."""
        ticket = new_ticket(web_form)
        return self.page("form", web_form, status=status, form=form, ticket=ticket)

    def closed(self, status: int) -> HttpResponse:
        """A form that does not exist (any more)."""
        return self.page("closed", None, status=status)

    def page(
        self, step: str, web_form: WebForm | None, *, status: int = 200, **values: Any
    ) -> HttpResponse:
        """One of the three faces; drawn without the request, so that no cookie is set."""
        context = {"step": step, "web_form": web_form, **values}
        response = draw("leads/public.html", context, status=status)
        return embeddable(response, web_form.origins) if web_form else response
