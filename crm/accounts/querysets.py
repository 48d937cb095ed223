"""Named reads of people and departments."""

import unicodedata
from typing import TYPE_CHECKING, Self

from django.contrib.auth.base_user import BaseUserManager
from django.db.models import Q
from django.db.models.functions import Lower

from crm.access.querysets import ScopedQuerySet
from crm.core.phones import clean_phone

if TYPE_CHECKING:
    from crm.accounts.models import User


class UserQuerySet(ScopedQuerySet):
    """Users; nobody is ever deleted, leavers are inactive."""

    def active(self) -> Self:
        """People who may log in."""
        return self.filter(is_active=True)

    def called(self, text: str) -> Self:
        """By a part of the name, pinyin, initials, employee number or mobile."""
        text = text.strip()
        return self.filter(
            Q(name__icontains=text)
            | Q(name_pinyin__startswith=text.lower())
            | Q(name_initials__startswith=text.lower())
            | Q(username__istartswith=text)
            | Q(mobile__startswith=text)
        )

    def for_login(self, login: str) -> Self:
        """Accounts with this employee number, e-mail or mobile, whatever the case (D01-1)."""
        login = _folded(login)
        if not login:
            return self.none()
        mobile = clean_phone(login, mobile=True).value or login
        return self.alias(low_username=Lower("username"), low_email=Lower("email")).filter(
            Q(low_username=login) | Q(low_email=login) | Q(mobile=mobile)
        )

    def find_login(self, login: str) -> "User | None":
        """The account a typed name means: a number wins over an e-mail, that over a mobile."""
        wanted = _folded(login)

        def rank(user: "User") -> int:
            if user.username.lower() == wanted:
                return 0
            return 1 if user.email.lower() == wanted else 2

        return min(self.for_login(login)[:3], key=rank, default=None)


def _folded(login: str) -> str:
    """A name as compared: full-width digits and letters narrowed, lower case, no control signs."""
    return unicodedata.normalize("NFKC", login[:120].replace("\x00", "")).strip().lower()


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):
    """Manager with the names Django and allauth expect."""

    def get_by_natural_key(self, username: str) -> "object":
        return self.get(username=username)
