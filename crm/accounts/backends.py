"""The one authentication backend: employee number, e-mail or mobile in one field (D01-1)."""

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest

from crm.accounts import attempts, opening
from crm.accounts.models import Department, User


class LoginBackend(BaseBackend):
    """Refuses through the throttle; the reason stays on the request for the form to say."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        answer: str = "",
        **credentials: Any,
    ) -> User | None:
        """The user, or None; `request.login_outcome` tells why. `answer` is to the captcha."""
        if not username or password is None:
            return None
        outcome = attempts.check(request, username, password, answer)
        if request is not None:
            request.login_outcome = outcome
        return outcome.user

    def get_user(self, user_id: int) -> User | None:
        """The user of a session with the main department, in one query; None once disabled."""
        row, width = opening.user_row(user_id), len(opening.USER)
        if row is None:
            return None
        user = User.from_db("default", opening.USER, row[:width])
        if user.main_department_id:
            user.main_department = Department.from_db("default", opening.DEPARTMENT, row[width:])
        return user
