"""Administration of the frequencies by grade."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.web.administration import ServiceAdmin, ServiceForm
from crm.web.templatetags.ui import badge_html
from customers.rhythm_models import RhythmRule
from customers.services.rhythm import update_rhythm_rule


class RhythmRuleForm(ServiceForm):
    """How often, and whether at all."""

    class Meta:
        model = RhythmRule
        fields = ("every", "unit", "is_on")


@admin.register(RhythmRule)
class RhythmRuleAdmin(ServiceAdmin):
    """The program knows the actions; how often they are due is the company's choice."""

    form = RhythmRuleForm
    list_display = ("shown_set", "grade", "shown_action", "often", "shown_state")
    list_select_related = ("grade",)
    list_filter = ("rule_set",)
    fieldsets = ((None, {"fields": ("every", "unit", "is_on")}),)

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return False

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

    def update(self, request: HttpRequest, obj: RhythmRule, form: RhythmRuleForm) -> None:
        update_rhythm_rule(
            obj, changes=form.changes(), actor=request.user, version=form.seen_version
        )
