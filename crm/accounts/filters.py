"""Filter by a colleague, chosen by typing a name or pinyin."""

from typing import Any

import django_filters

from crm.accounts.models import User
from crm.web.fields import RemoteChoiceField


class PersonFilter(django_filters.ModelChoiceFilter):
    """One person; the list of all people is never loaded."""

    field_class = RemoteChoiceField

    def __init__(self, **kwargs: Any) -> None:
        kwargs["queryset"] = User.objects.all()
        kwargs["url_name"] = "accounts:person_options"
        super().__init__(**kwargs)

    @property
    def field(self) -> Any:
        """The field; where nobody is chosen it says what it filters by."""
        field = super().field
        field.widget.attrs["data-empty"] = self.label
        return field
