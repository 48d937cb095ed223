"""Log in and out: allauth's flow with our form, throttle, cookies and login log."""

from typing import Any

from allauth.account import views as allauth_views
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache

from crm.accounts import captcha, captcha_image, cookies, endings, throttle
from crm.accounts.forms import MAX_LOGIN, LoginForm
from crm.dictionaries import settings as system_settings
from crm.web.addresses import client_ip

TOO_MANY = 429


class LoginView(allauth_views.LoginView):
    """The log-in page of the product and of the administration."""

    form_class = LoginForm

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page; it asks for a code at once where this network has failed often."""
        form = self.get_form()
        if _asks_at_once(request):
            form.ask(captcha.make(request))
        return self.render_to_response(self.get_context_data(form=form))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Log in; or another picture, with the name kept and nothing checked."""
        if "another" in request.POST and captcha.SESSION_KEY in request.session:
            form = LoginForm(request=request, initial={"login": request.POST.get("login", "")})
            form.fields["login"].initial = form.initial["login"][:MAX_LOGIN]
            form.ask(captcha.make(request))
            return self.render_to_response(self.get_context_data(form=form))
        return super().post(request, *args, **kwargs)

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
        """Why a session has just ended, if one has, and whether people may ask for an account."""
        return super().get_context_data(
            **kwargs,
            ended=endings.TEXTS.get(self.request.session_ending or self.request.GET.get("ended")),
            registration_open=system_settings.get("allow_registration"),
        )


def _asks_at_once(request: HttpRequest) -> bool:
    """Before anything is typed only the network counts; and how many sessions that may make."""
    if not captcha.is_wanted(captcha.counters(request)):
        return False
    pages = throttle.network_key("login-page", client_ip(request))
    return captcha.SESSION_KEY in request.session or throttle.take(pages, throttle.NETWORK)


@method_decorator([login_not_required, never_cache], name="dispatch")
class CaptchaView(View):
    """The picture of the session's verification code."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """A PNG; 404 where nothing is asked or its time is over."""
        challenge = captcha.current(request)
        if challenge is None:
            raise Http404
        return HttpResponse(captcha_image.png(challenge.signs), content_type="image/png")


@method_decorator(never_cache, name="dispatch")
class LogoutView(allauth_views.LogoutView):
    """Log out by POST; the browser forgets what it has kept of our pages."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().post(request, *args, **kwargs)
        response["Clear-Site-Data"] = '"cache"'
        return response
