"""`manage.py create_admin`: the first account of a real company. Does nothing once one exists."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from crm.accounts import passwords, seeding
from crm.accounts.models import Role, User
from crm.accounts.services import create_user

LOGIN = "admin"


class Command(BaseCommand):
    help = "Creates the account admin with a generated password, printed once, to be changed."

    def handle(self, *args: Any, **options: Any) -> None:
        if User.objects.filter(is_superuser=True).exists():
            self.stdout.write("An administrator exists already; nothing was changed.")
            return
        password = passwords.generate()
        with transaction.atomic():
            seeding.seed_roles()
            user = User(
                username=LOGIN, name="系统管理员", is_superuser=True, must_change_password=True
            )
            roles = Role.objects.filter(code=seeding.SUPER_ADMIN)
            create_user(user, actor=None, password=password, roles=roles)
        self.stdout.write(f"Account: {LOGIN}\nPassword (shown only now, to be changed): {password}")
