"""Administration of the frequencies by grade."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.dictionaries.models import Item
from crm.web.administration import ServiceAdmin, ServiceForm
from crm.web.templatetags.ui import badge_html
from customers.choices import GRADE
from customers.rhythm_models import RhythmRule
from customers.services.rhythm import create_rhythm_rule, update_rhythm_rule


class RhythmRuleForm(ServiceForm):
    """How often, and whether at all; a new one says for whom and what."""

    class Meta:
        model = RhythmRule
        fields = ("rule_set", "grade", "action", "every", "unit", "most", "is_on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if grade := self.fields.get("grade"):
            grade.queryset = Item.objects.filter(dictionary__code=GRADE, is_active=True)


@admin.register(RhythmRule)
class RhythmRuleAdmin(ServiceAdmin):
    """The program knows the actions; how often they are due is the company's choice."""

    form = RhythmRuleForm
    list_display = ("shown_set", "grade", "shown_action", "often", "most", "shown_state")
    list_select_related = ("grade",)
    list_filter = ("rule_set",)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Whom a rule is for and what it asks stay as they are."""
        new = () if obj else ("rule_set", "grade", "action")
        return ((None, {"fields": (*new, "every", "unit", "most", "is_on")}),)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=gettext_lazy("Rule set"), ordering="rule_set")
    def shown_set(self, rule: RhythmRule) -> str:
        return rule.get_rule_set_display()

    @admin.display(description=gettext_lazy("What is due"), ordering="action")
    def shown_action(self, rule: RhythmRule) -> str:
        return rule.get_action_display()

    @admin.display(description=gettext_lazy("Once every"))
    def often(self, rule: RhythmRule) -> str:
        return f"{rule.every} {rule.get_unit_display()}"

    @admin.display(description=gettext_lazy("State"))
    def shown_state(self, rule: RhythmRule) -> SafeString:
        return badge_html(_("On") if rule.is_on else _("Off"), "green" if rule.is_on else "gray")

    def create(self, request: HttpRequest, form: RhythmRuleForm) -> None:
        create_rhythm_rule(form.instance, actor=request.user)

    def update(self, request: HttpRequest, obj: RhythmRule, form: RhythmRuleForm) -> None:
        update_rhythm_rule(
            obj, changes=form.changes(), actor=request.user, version=form.seen_version
        )
