"""Passwords: the first forced change, the usual change, and the way back by a code in a mail."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse, reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import FormView, TemplateView

from crm.accounts import cookies, loginlog, resets, throttle
from crm.accounts.forms import (
    ChangePasswordForm,
    NewPasswordForm,
    ResetCodeForm,
    ResetRequestForm,
)
from crm.accounts.models import LoginRecord
from crm.accounts.services import change_own_password
from crm.core.errors import LimitReached
from crm.web.addresses import client_ip

STEPS = (gettext_lazy("Account"), gettext_lazy("Verification code"), gettext_lazy("New password"))
secret = method_decorator(
    sensitive_post_parameters("password", "password1", "password2", "code"), name="dispatch"
)
fresh = method_decorator(never_cache, name="dispatch")
open_to_all = method_decorator(login_not_required, name="dispatch")


def steps(now: int) -> list[dict[str, Any]]:
    """The stepper of the way back, `now` counted from 0."""
    states = ["done"] * now + ["now"] + ["next"] * (len(STEPS) - now - 1)
    return [{"label": label, "state": state} for label, state in zip(STEPS, states, strict=True)]


@secret
@fresh
class ChangePasswordView(FormView):
    """Choose a new password (D01-9); all other sessions end."""

    form_class: type[NewPasswordForm] = ChangePasswordForm
    template_name = "account/password_change.html"
    success_url = reverse_lazy("accounts:profile")

    def get_form_kwargs(self) -> dict[str, Any]:
        """The password is judged against the person's names."""
        return {**super().get_form_kwargs(), "user": self.request.user}

    def form_valid(self, form: NewPasswordForm) -> HttpResponse:
        """Store it and keep this one session alive."""
        change_own_password(self.request.user, form.cleaned_data["password1"])
        update_session_auth_hash(self.request, self.request.user)
        messages.success(self.request, _("The password was changed."))
        return super().form_valid(form)


class FirstPasswordView(ChangePasswordView):
    """The forced change of an initial password (D01-3); the only page open before it."""

    form_class = NewPasswordForm
    template_name = "account/password_first.html"
    success_url = reverse_lazy(settings.LOGIN_REDIRECT_URL)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.must_change_password:
            return redirect("account_change_password")
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.must_change_password:
            return redirect("account_change_password")
        return super().post(request, *args, **kwargs)


@open_to_all
@fresh
class ResetRequestView(FormView):
    """Step 1: who are you. Without mail the page says whom to ask."""

    form_class = ResetRequestForm
    template_name = "account/password_reset.html"
    success_url = reverse_lazy("account_confirm_password_reset_code")

    def form_valid(self, form: ResetRequestForm) -> HttpResponse:
        """The same answer whether or not the name exists (T16)."""
        if not settings.MAIL_CONFIGURED:
            return redirect("account_reset_password")
        key = throttle.network_key("ask", client_ip(self.request))
        if not throttle.take(key, throttle.REQUESTS):
            raise LimitReached(
                _("Sending the code failed: too many requests. Please try again later.")
            )
        resets.begin(self.request, form.cleaned_data["login"])
        return super().form_valid(form)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Whether the system can send mail at all."""
        extra = {"mail_configured": settings.MAIL_CONFIGURED, "steps": steps(0)}
        return super().get_context_data(**kwargs, **extra)


class ResetStep(FormView):
    """Base of steps 2 and 3: needs a reset of this browser that is still good."""

    must_be_confirmed = False
    reset: resets.Reset

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        reset = resets.pending(request)
        if reset is None:
            messages.error(
                request, _("Setting the password failed: the code has expired. Please ask again.")
            )
            return redirect("account_reset_password")
        self.reset = reset
        if reset.confirmed != self.must_be_confirmed:
            step = "complete_password_reset" if reset.confirmed else "confirm_password_reset_code"
            return redirect(f"account_{step}")
        return super().dispatch(request, *args, **kwargs)


@open_to_all
@secret
@fresh
class ResetCodeView(ResetStep):
    """Step 2: the code from the mail."""

    form_class = ResetCodeForm
    template_name = "account/confirm_password_reset_code.html"
    success_url = reverse_lazy("account_complete_password_reset")

    def form_valid(self, form: ResetCodeForm) -> HttpResponse:
        """On to the password, another try, or back to the start."""
        if resets.confirm(self.request, self.reset, form.cleaned_data["code"]):
            return super().form_valid(form)
        if resets.pending(self.request) is None:
            messages.error(
                self.request,
                _("Checking the code failed: too many wrong entries. Please ask for a new one."),
            )
            return redirect("account_reset_password")
        form.add_error("code", _("Checking the code failed: it is wrong or no longer valid."))
        return self.form_invalid(form)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """How long the code works."""
        return super().get_context_data(**kwargs, minutes=resets.MINUTES, steps=steps(1))


@open_to_all
@secret
@fresh
class ResetPasswordView(ResetStep):
    """Step 3: the new password. The reset is over afterwards, and the device counts as known."""

    must_be_confirmed = True
    form_class = NewPasswordForm
    template_name = "account/password_reset_from_key.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        reset = resets.pending(request)
        self.user = resets.owner(reset) if reset is not None and reset.confirmed else None
        if reset is not None and reset.confirmed and self.user is None:
            resets.end(request)
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        """The password is judged against the person's names."""
        return {**super().get_form_kwargs(), "user": self.user}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The last step."""
        return super().get_context_data(**kwargs, steps=steps(2))

    def form_valid(self, form: Form) -> HttpResponse:
        """Store the password: every session of the account ends."""
        change_own_password(self.user, form.cleaned_data["password1"])
        resets.end(self.request)
        loginlog.write(self.request, LoginRecord.Kind.RESET, user=self.user)
        response = redirect(reverse("account_password_reset_completed"))
        cookies.mark_device(self.request, response, self.user.pk)
        return response


@open_to_all
class ResetDoneView(TemplateView):
    """The way back to the log-in page."""

    template_name = "account/password_reset_from_key_done.html"
