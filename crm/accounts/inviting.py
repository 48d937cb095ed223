"""An account for somebody whom a file only names: made with little, completed by an administrator.

The account has the inviter's department, the role he chooses (at first that of sales) and an
initial password nobody knows. Who is named by an e-mail address gets a mail and chooses a password
by the code of "forgot password"; for all others an administrator sets one.
"""

import re
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.accounts import mail, passwords, ranks
from crm.accounts.models import Role, User
from crm.accounts.seeding import SUPER_ADMIN
from crm.accounts.services import create_user
from crm.core import phones, pinyin
from crm.core.errors import InvalidValue

ROLE = "sales"
_PLAIN = re.compile(r"[a-z0-9._-]+")
_LONGEST = 30


def roles_for(actor: User) -> list[Role]:
    """The roles this person may give, the usual one first; a file makes no super administrator."""
    own = ranks.rank_of(actor)
    found = Role.objects.exclude(code=SUPER_ADMIN).order_by("id")
    given = [role for role in found if actor.is_superuser or ranks.rank_of_role(role) < own]
    return sorted(given, key=lambda role: role.code != ROLE)


def invite(word: str, *, actor: Any, role: int | None = None) -> User:
    """Make the account (D16-3, D17-1) with this role, else that of sales.

    Raises NotAllowed without the right to add people or to give the role, InvalidValue for a role
    that is gone.
    """
    user = _named(word.strip())
    user.main_department = actor.main_department
    with transaction.atomic():
        roles = Role.objects.filter(pk=role) if role else Role.objects.filter(code=ROLE)
        if role and not roles:
            raise InvalidValue(_("Inviting failed: the chosen role has been deleted."))
        create_user(user, actor=actor, password=passwords.generate(), roles=roles)
        if user.email and settings.MAIL_CONFIGURED:
            transaction.on_commit(lambda: _tell(user))
    return user


def _named(word: str) -> User:
    """An e-mail address, a mobile number, an employee number or a name, as files write them."""
    email, mobile = _email(word), _mobile(word)
    name = word.partition("@")[0] if email else word
    plain = mobile or (name if _PLAIN.fullmatch(name.lower()) else pinyin.person(name).full)
    user = User(username=_free(plain), name=name[:60])
    same = User.objects.all()  # a disabled account may still have the address or number
    if email and not same.filter(email__iexact=email).exists():
        user.email = email
    if mobile and not same.filter(mobile=mobile).exists():
        user.mobile = mobile
    return user


def _email(word: str) -> str:
    try:
        validate_email(word)
    except ValidationError:
        return ""
    return word.lower()


def _mobile(word: str) -> str:
    found = phones.parse_phones(word).value or ()
    return found[0].number if len(found) == 1 and found[0].kind == phones.Kind.MOBILE else ""


def _free(wanted: str) -> str:
    """The login, with a number behind it where somebody has it already."""
    base = re.sub(r"[^\w.-]", "", wanted)[:_LONGEST] or "user"
    taken = {
        name.casefold()
        for name in User.objects.filter(username__istartswith=base).values_list(
            "username", flat=True
        )
    }
    number, login = 1, base
    while login.casefold() in taken:
        number += 1
        login = f"{base}{number}"
    return login


def _tell(user: User) -> None:
    subject = gettext_lazy("You have an account")
    mail.post(mail.build(user, subject, "accounts/mail/invited.txt", {}))
