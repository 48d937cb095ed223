"""The one authentication backend: employee number, e-mail or mobile in one field (D01-1)."""

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest

from crm.accounts import attempts
from crm.accounts.models import User


class LoginBackend(BaseBackend):
    """Refuses through the throttle; the reason stays on the request for the form to say."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **credentials: Any,
    ) -> User | None:
        """The user, or None; `request.login_outcome` tells why."""
        if not username or password is None:
            return None
        outcome = attempts.check(request, username, password)
        if request is not None:
            request.login_outcome = outcome
        return outcome.user

    def get_user(self, user_id: int) -> User | None:
        """The user of a session with the main department, in one query; None once disabled."""
        return (
            User.objects.select_related("main_department")
            .filter(pk=user_id, is_active=True)
            .first()
        )
