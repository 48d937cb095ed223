"""Asking for an account; open only where the administrator allows it (`allow_registration`)."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import FormView

from crm.accounts import selfservice, throttle
from crm.accounts.forms import RegistrationForm
from crm.accounts.models import User
from crm.core.errors import LimitReached
from crm.dictionaries import settings as system_settings
from crm.web.addresses import client_ip

PERSON = ("username", "name", "email", "mobile")


@method_decorator(
    [login_not_required, never_cache, sensitive_post_parameters("password1", "password2")],
    name="dispatch",
)
class RegistrationView(FormView):
    """The form, then the same thanks for everyone."""

    form_class = RegistrationForm
    template_name = "account/signup.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not system_settings.get("allow_registration"):
            return render(request, "account/signup_closed.html", status=403)
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form: RegistrationForm) -> HttpResponse:
        """Store the request; a name in use is not told apart from a new one (T16)."""
        key = throttle.network_key("register", client_ip(self.request))
        if not throttle.take(key, throttle.REQUESTS):
            raise LimitReached(
                _("Asking for an account failed: too many requests. Please try again later.")
            )
        user = User(**{name: form.cleaned_data[name] for name in PERSON})
        try:
            selfservice.request_account(user, form.cleaned_data["password1"])
        except ValidationError as error:
            form.add_error(None, error)
            return self.form_invalid(form)
        return render(self.request, "account/signup_done.html")
