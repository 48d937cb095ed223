"""Log in and out: allauth's flow with our form, throttle, cookies and login log."""

from typing import Any

from allauth.account import views as allauth_views
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache

from crm.accounts import cookies
from crm.accounts.forms import LoginForm
from crm.dictionaries import settings as system_settings

TOO_MANY = 429


class LoginView(allauth_views.LoginView):
    """The log-in page of the product and of the administration."""

    form_class = LoginForm

    def form_valid(self, form: LoginForm) -> HttpResponse:
        """Log in; mark the device as known and keep or forget the user name."""
        response = super().form_valid(form)
        cookies.mark_device(self.request, response, form.user.pk)
        keep = form.cleaned_data["login"].strip() if form.cleaned_data["remember"] else ""
        cookies.remember_name(response, keep)
        return response

    def form_invalid(self, form: LoginForm) -> HttpResponse:
        """The page again; 429 when nothing was checked."""
        response = super().form_invalid(form)
        if form.throttled:
            response.status_code = TOO_MANY
            response["Retry-After"] = str(form.outcome.minutes * 60)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Whether a session has just ended, and whether people may ask for an account."""
        return super().get_context_data(
            **kwargs,
            ended=self.request.GET.get("ended") == "1",
            registration_open=system_settings.get("allow_registration"),
        )


@method_decorator(never_cache, name="dispatch")
class LogoutView(allauth_views.LogoutView):
    """Log out by POST; the browser forgets what it has kept of our pages."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().post(request, *args, **kwargs)
        response["Clear-Site-Data"] = '"cache"'
        return response
