"""How allauth behaves here: closed sign-up, no stages, our session stamps, our log, our address.

allauth gives the log-in and log-out flow; passwords, reset codes and the throttle are ours.
"""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from crm.accounts import loginlog, sessions
from crm.accounts.models import LoginRecord, User
from crm.web.addresses import client_ip


class AccountAdapter(DefaultAccountAdapter):
    """The adapter named by ACCOUNT_ADAPTER."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up by himself; a request for an account is another page."""
        return False

    def get_login_stages(self) -> list[str]:
        """No step after the password."""
        return []

    def login(self, request: HttpRequest, user: User) -> None:
        """Open the session and stamp it for the idle and the absolute limit."""
        super().login(request, user)
        sessions.stamp(request)

    def logout(self, request: HttpRequest) -> None:
        """Write the log-out before the session goes."""
        loginlog.write(request, LoginRecord.Kind.LOGOUT, user=request.user)
        super().logout(request)

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Logging in and out needs no words."""

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        """Back to the log-in page (D01-7)."""
        return reverse("account_login")

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        """An account disabled between check and log-in: like any refused log-in."""
        return HttpResponseRedirect(reverse("account_login"))

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address by our rule of trusted proxies."""
        return client_ip(request) or ""
