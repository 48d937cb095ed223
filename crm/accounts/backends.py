"""The one authentication backend: employee number, e-mail or mobile in one field (D01-1)."""

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.db.models import QuerySet
from django.http import HttpRequest

from crm.accounts import attempts
from crm.accounts.models import Department, User
from crm.core import prepared

_USER = [field.attname for field in User._meta.concrete_fields]
_DEPARTMENT = [field.attname for field in Department._meta.concrete_fields]


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
        found = prepared.rows("user of a session", _active, user_id)
        if not found:
            return None
        row, width = found[0], len(_USER)
        user = User.from_db("default", _USER, row[:width])
        if user.main_department_id:
            user.main_department = Department.from_db("default", _DEPARTMENT, row[width:])
        return user


def _active(user_id: int) -> QuerySet:
    department = [f"main_department__{name}" for name in _DEPARTMENT]
    return User.objects.filter(pk=user_id, is_active=True).values_list(*_USER, *department)
