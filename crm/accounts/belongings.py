"""What still belongs to a person, counted before the account is disabled (`requirements` P26)."""

from dataclasses import dataclass

from django.apps import apps

from crm.accounts.models import Department, User
from crm.core.models import Owned, SoftDeleted


@dataclass(frozen=True)
class Belonging:
    """How many rows of one kind."""

    label: str
    count: int


def belongings(user: User) -> list[Belonging]:
    """Records the person owns, people who report to him, departments he heads; zeros left out."""
    found = [
        Belonging(str(User._meta.get_field("superior").verbose_name), user.reports.count()),
        Belonging(
            str(Department._meta.get_field("head").verbose_name),
            Department.objects.filter(head=user).count(),
        ),
    ]
    for model in apps.get_models():
        if issubclass(model, Owned):
            rows = model._base_manager.filter(owner=user)
            if issubclass(model, SoftDeleted):
                rows = rows.filter(deleted_at__isnull=True)
            found.append(Belonging(str(model._meta.verbose_name), rows.count()))
    return [item for item in found if item.count]
