"""Forms of the people administration. Fields and single-field checks; rules are in the services."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.accounts import ranks, tree
from crm.accounts.models import Department, Role, User
from crm.accounts.person_fields import EmailField, MobileField
from crm.web.administration import ServiceForm

#: Up to so many people a select box lists everyone; above, it searches on the server.
WHOLE_LIST = 50


class TreeField(forms.ModelChoiceField):
    """One department, shown as a tree."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=Department.objects.all(), **kwargs)
        self.widget.attrs["data-controller"] = "select"

    def load(self, keep: int | None, *, without: Department | None = None) -> None:
        """Offer the active departments, the present one, and not what lies below `without`."""
        rows = [
            row
            for row in Department.objects.all()
            if (row.is_active or row.pk == keep)
            and not (without is not None and row.path.startswith(without.path))
        ]
        self.choices = tree.choices(rows)


class TreesField(forms.ModelMultipleChoiceField):
    """Several departments, shown with what they stand below."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            queryset=Department.objects.all(), widget=forms.CheckboxSelectMultiple, **kwargs
        )

    def load(self) -> None:
        """Offer the active departments."""
        self.choices = tree.path_choices(Department.objects.filter(is_active=True))


class RolesField(forms.ModelMultipleChoiceField):
    """Roles by their names in the reader's language."""

    def label_from_instance(self, role: Role) -> str:
        return role.label


class PersonField(forms.ModelChoiceField):
    """One active person; large companies search by name, pinyin or number."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=User.objects.active(), **kwargs)

    def load(self, keep: int | None, *, options_url: str, without: int | None = None) -> None:
        """Offer everyone in a small company, else the present one and a search on the server."""
        people = User.objects.filter(Q(is_active=True) | Q(pk=keep)).exclude(pk=without)
        self.queryset = people
        if people.count() > WHOLE_LIST:
            self.widget.attrs |= {"data-controller": "remote-select", "data-url": options_url}
            people = people.filter(pk=keep)
        else:
            self.widget.attrs["data-controller"] = "select"
        rows = people.select_related("main_department").order_by("name_pinyin", "id")
        self.choices = [("", "—"), *((row.pk, self.label_of(row)) for row in rows)]

    @staticmethod
    def label_of(row: User) -> str:
        """Name, department and number, since names repeat."""
        place = f" · {row.department_name}" if row.department_name else ""
        return f"{row.name}{place} · {row.username}"


class UserForm(ServiceForm):
    """An account as an administrator sees it; state and password have pages of their own."""

    #: Set by the administration: who works, and where the people search is.
    actor: User
    options_url = ""

    mobile = MobileField(label=_("Mobile"), required=False)
    email = EmailField(label=_("E-mail"), required=False)
    main_department = TreeField(label=_("Main department"), required=False)
    departments = TreesField(label=_("Further departments"), required=False)
    superior = PersonField(label=_("Direct superior"), required=False)
    roles = RolesField(
        label=_("Roles"),
        queryset=Role.objects.all(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Several roles add up. Without a role a person sees only the address book."),
    )

    class Meta:
        model = User
        fields = (
            "username",
            "name",
            "post",
            "mobile",
            "email",
            "main_department",
            "departments",
            "superior",
            "roles",
            "is_superuser",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields = self.fields
        fields["main_department"].load(self.chosen("main_department"))
        fields["departments"].load()
        fields["superior"].load(
            self.chosen("superior"), options_url=self.options_url, without=self.instance.pk
        )
        if not self.actor.is_superuser:
            own = ranks.rank_of(self.actor)
            lower = [role.pk for role in Role.objects.all() if ranks.rank_of_role(role) < own]
            fields["roles"].queryset = Role.objects.filter(pk__in=lower)
            fields.pop("is_superuser", None)


class DepartmentForm(ServiceForm):
    """A node of the organisation."""

    options_url = ""

    parent = TreeField(label=_("Parent department"), required=False)
    head = PersonField(label=_("Head of department"), required=False)

    class Meta:
        model = Department
        fields = ("name", "parent", "head", "order", "is_active")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        department = self.instance if self.instance.pk else None
        self.fields["parent"].load(self.chosen("parent"), without=department)
        self.fields["head"].load(self.chosen("head"), options_url=self.options_url)
