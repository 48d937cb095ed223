"""System checks: every model of ours has a policy, and every policy verb has a label."""

from typing import Any

from django.apps import apps
from django.core.checks import Error, register

from crm.access import verbs
from crm.access.policies import POLICIES


@register("access")
def check_policy_verbs(app_configs: Any, **kwargs: Any) -> list[Error]:
    """A verb without a label cannot stand on the roles page."""
    return [
        Error(f"{label}: verb {verb!r} is not registered", id="access.E001")
        for label, policy in POLICIES.items()
        for verb in policy.rights
        if verb not in verbs.LABELS
    ]


@register("access")
def check_scoped_models(app_configs: Any, **kwargs: Any) -> list[Error]:
    """A model whose manager offers visible_to() must have a policy."""
    return [
        Error(f"{model._meta.label}: visible_to() without a policy", id="access.E002")
        for model in apps.get_models()
        if hasattr(model._default_manager, "visible_to") and model._meta.label_lower not in POLICIES
    ]
