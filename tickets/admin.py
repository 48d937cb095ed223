"""Administration of the business tree, statuses, groups, people, canned replies and macros."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Case, IntegerField, Value, When
from django.http import HttpRequest
from django.utils.translation import gettext, gettext_lazy

from crm.accounts.models import User
from crm.dictionaries.models import Item
from crm.web.administration import ServiceAdmin, ServiceForm
from crm.web.fields import RemoteChoiceField, RemoteSelectMultiple
from tickets import catalog
from tickets.choices import TYPE, Pause
from tickets.models import (
    AgentProfile,
    BusinessNode,
    Skill,
    TicketGroup,
    TicketStatus,
)
from tickets.services import administering


def person_field(label: Any, *, required: bool = False) -> RemoteChoiceField:
    """Somebody, chosen by typing."""
    return RemoteChoiceField(
        User.objects.active(),
        url_name="accounts:person_options",
        label=label,
        required=required,
    )


class SkillsField(forms.ModelMultipleChoiceField):
    """Any of the skills; where there are none yet, it says where they are kept."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.CheckboxSelectMultiple
        super().__init__(Skill.objects.all(), required=False, widget=widget, **kwargs)

    def get_bound_field(self, form: Any, field_name: str) -> Any:
        if not self.queryset.exists():
            self.help_text = gettext("There are no skills yet; “Skills” at the left keeps them.")
        return super().get_bound_field(form, field_name)


class NodeForm(ServiceForm):
    """A category of the business tree."""

    skills = SkillsField(label=gettext_lazy("Needed skills"))

    class Meta:
        model = BusinessNode
        fields = (
            "name", "parent", "order", "ticket_type", "priority", "group", "skills", "questions",
            "is_public", "is_active",
        )  # fmt: skip
        widgets = {"name": forms.TextInput(), "questions": forms.Textarea({"rows": 4})}
        help_texts = {
            "ticket_type": gettext_lazy("Empty: the one of the category above."),
            "priority": gettext_lazy("Empty: the one of the category above."),
            "group": gettext_lazy("Empty: the one of the category above."),
            "is_public": gettext_lazy(
                "Customers read the name, those of the categories above, and the questions."
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if kind := self.fields.get("ticket_type"):
            kind.queryset = Item.objects.filter(dictionary__code=TYPE, is_active=True)
        if parent := self.fields.get("parent"):
            choices = [(item.pk, item.full_name) for item in catalog.nodes()]
            parent.choices = [("", "—"), *choices]
        if self.instance.pk and "skills" in self.fields:
            self.fields["skills"].initial = list(self.instance.skills.all())


@admin.register(BusinessNode)
class NodeAdmin(ServiceAdmin):
    """业务树维护 (S02-24)."""

    opens = True
    form = NodeForm
    list_display = ("full_name", "ticket_type", "priority", "group", "is_active")
    list_display_links = ("full_name",)
    list_select_related = ("ticket_type", "group")
    list_filter = ("is_active",)
    search_fields = ("name",)
    search_help_text = gettext_lazy("Name")

    def get_ordering(self, request: HttpRequest) -> list[Any]:
        """As the forms offer them: depth first, each level by its own order."""
        places = [
            When(pk=node.pk, then=Value(place))
            for place, node in enumerate(catalog.nodes(active=False))
        ]
        return [Case(*places, default=Value(len(places)), output_field=IntegerField()), "pk"]

    @admin.display(description=gettext_lazy("Business category"))
    def full_name(self, row: BusinessNode) -> str:
        node = catalog.node(row.pk)
        return node.full_name if node else row.name

    def create(self, request: HttpRequest, form: Any) -> None:
        administering.create_node(
            form.instance, actor=request.user, skills=form.cleaned_data["skills"]
        )

    def update(self, request: HttpRequest, obj: BusinessNode, form: Any) -> None:
        administering.update_node(
            obj,
            changes=form.changes(),
            actor=request.user,
            version=form.seen_version,
            skills=form.cleaned_data["skills"],
        )

    def remove(self, request: HttpRequest, obj: BusinessNode) -> None:
        administering.delete_node(obj, actor=request.user)


class StatusForm(ServiceForm):
    """A status of a state."""

    pauses = forms.MultipleChoiceField(
        label=gettext_lazy("Clocks that stand still"),
        choices=Pause.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = TicketStatus
        fields = (
            "code", "name", "name_en", "customer_label", "phase", "color", "pauses",
            "wakes_on_reply", "order", "is_active",
        )  # fmt: skip
        widgets = {"name": forms.TextInput(), "code": forms.TextInput()}


@admin.register(TicketStatus)
class StatusAdmin(ServiceAdmin):
    """工单状态: what the company calls the states."""

    opens = True
    form = StatusForm
    list_display = ("name", "phase", "customer_label", "is_default", "is_active")
    list_filter = ("phase", "is_active")
    ordering = ("order", "pk")

    def create(self, request: HttpRequest, form: Any) -> None:
        administering.create_status(form.instance, actor=request.user)

    def update(self, request: HttpRequest, obj: TicketStatus, form: Any) -> None:
        administering.update_status(
            obj, changes=form.changes(), actor=request.user, version=form.seen_version
        )

    def remove(self, request: HttpRequest, obj: TicketStatus) -> None:
        administering.delete_status(obj, actor=request.user)


class GroupForm(ServiceForm):
    """A service group."""

    leader = person_field(gettext_lazy("Leader"))
    members = forms.ModelMultipleChoiceField(
        User.objects.active(),
        label=gettext_lazy("Members"),
        required=False,
        widget=RemoteSelectMultiple("accounts:person_options"),
    )

    class Meta:
        model = TicketGroup
        fields = (
            "name", "leader", "members", "strategy", "last_agent_days", "reopens_closed", "order",
            "is_active",
        )  # fmt: skip
        widgets = {"name": forms.TextInput()}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and "members" in self.fields:
            self.fields["members"].initial = list(self.instance.members.all())


@admin.register(TicketGroup)
class GroupAdmin(ServiceAdmin):
    """服务组: who serves together."""

    opens = True
    form = GroupForm
    list_display = ("name", "leader", "strategy", "is_active")
    list_select_related = ("leader",)
    list_filter = ("is_active",)
    search_fields = ("name",)
    search_help_text = gettext_lazy("Name")

    def create(self, request: HttpRequest, form: Any) -> None:
        administering.create_group(
            form.instance, members=form.cleaned_data["members"], actor=request.user
        )

    def update(self, request: HttpRequest, obj: TicketGroup, form: Any) -> None:
        administering.update_group(
            obj,
            changes=form.changes(),
            actor=request.user,
            version=form.seen_version,
            members=form.cleaned_data["members"],
        )

    def remove(self, request: HttpRequest, obj: TicketGroup) -> None:
        administering.delete_group(obj, actor=request.user)


class ProfileForm(ServiceForm):
    """What automatic assignment knows about somebody."""

    user = person_field(gettext_lazy("Person"), required=True)
    substitute = person_field(gettext_lazy("Substitute"))
    skills = SkillsField(label=gettext_lazy("Skills"))

    class Meta:
        model = AgentProfile
        fields = (
            "user", "availability", "capacity", "skills", "shift_start", "shift_end",
            "leave_from", "leave_until", "substitute",
        )  # fmt: skip
        widgets = {
            name: forms.TextInput({"data-controller": "date", "data-kind": "date"})
            for name in ("leave_from", "leave_until")
        } | {name: forms.TimeInput({"type": "time"}) for name in ("shift_start", "shift_end")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and "skills" in self.fields:
            self.fields["skills"].initial = list(self.instance.skills.all())


@admin.register(AgentProfile)
class ProfileAdmin(ServiceAdmin):
    """客服档案."""

    opens = True
    form = ProfileForm
    list_display = ("user", "availability", "capacity", "leave_from", "leave_until")
    list_select_related = ("user",)
    list_filter = ("availability",)

    def create(self, request: HttpRequest, form: Any) -> None:
        administering.create_profile(
            form.instance, skills=form.cleaned_data["skills"], actor=request.user
        )

    def update(self, request: HttpRequest, obj: AgentProfile, form: Any) -> None:
        administering.update_profile(
            obj,
            changes=form.changes(),
            actor=request.user,
            version=form.seen_version,
            skills=form.cleaned_data["skills"],
        )

    def remove(self, request: HttpRequest, obj: AgentProfile) -> None:
        administering.delete_profile(obj, actor=request.user)
