"""The preset roles and what they may do, taken from every policy's `defaults`. Safe to repeat.

A role gets its rights when it is made. An update adds none by itself: what an older role lacks is
offered to administrators (`crm.accounts.renewing`).
"""

from dataclasses import dataclass

from django.db import transaction

from crm.access import verbs
from crm.access.policies import POLICIES, Policy
from crm.access.scopes import Scope
from crm.accounts import rights
from crm.accounts.models import Grant, Role
from crm.dictionaries import stamps

AUDITOR = "auditor"
SUPER_ADMIN = "super_admin"


@dataclass(frozen=True)
class Preset:
    """A role every installation has. The code is fixed, the names belong to the company."""

    code: str
    name: str
    name_en: str
    description: str


PRESETS = (
    Preset(
        SUPER_ADMIN, "超级管理员", "Super administrator", "不受权限限制，由账号的超级管理员标记决定"
    ),
    Preset(
        "system_admin", "系统管理员", "System administrator", "用户、部门、角色、字典与系统参数"
    ),
    Preset(AUDITOR, "审计员", "Auditor", "查看全部数据与日志，不能修改"),
    Preset("sales_manager", "销售经理", "Sales manager", "本部门及下属部门的销售数据"),
    Preset("sales", "销售", "Sales", "本人的客户与销售数据"),
    Preset("service_lead", "客服主管", "Service lead", "全部工单与客服数据"),
    Preset("service", "客服", "Service agent", "客服工作"),
    Preset("finance", "财务", "Finance", "合同、回款与发票"),
    Preset("provider", "服务商", "Service provider", "分派给本服务商的工单"),
)


@transaction.atomic
def seed_roles() -> int:
    """Make missing preset roles with their rights; returns how many rights were added."""
    added = sum(_seed(preset) for preset in PRESETS)
    if added:
        stamps.bump(rights.RIGHTS_STAMP)
    return added


def _seed(preset: Preset) -> int:
    role, made = Role.objects.get_or_create(
        code=preset.code,
        defaults={
            "name": preset.name,
            "name_en": preset.name_en,
            "description": preset.description,
            "is_preset": True,
            "seeded": all_decided(preset.code),
        },
    )
    if not made:
        return 0
    wanted = preset_rights(preset.code).items()
    grants = [
        Grant(role=role, model=label, verb=verb, scope=scope) for (label, verb), scope in wanted
    ]
    return len(Grant.objects.bulk_create(grants))


def decided(label: str, verb: str) -> str:
    """How `Role.seeded` says that somebody decided about a right of the role."""
    return f"{label}.{verb}"


def all_decided(code: str) -> list[str]:
    """`Role.seeded` of a preset role about which everything of this version is decided."""
    return sorted(decided(label, verb) for label, verb in preset_rights(code))


def preset_rights(code: str) -> dict[tuple[str, str], str]:
    """`{(model, verb): scope}` of a preset role in this version."""
    return {
        (label, verb): scope
        for label, policy in POLICIES.items()
        for verb, scope in preset_grants(code, policy).items()
        if scope != Scope.NONE
    }


def preset_grants(code: str, policy: Policy) -> dict[str, str]:
    """`{verb: scope}` that a preset role gets on one model; an auditor sees every row."""
    grants = dict(policy.defaults.get(code, {}))
    if code == AUDITOR and verbs.VIEW in policy.rights:
        grants[verbs.VIEW] = Scope.ALL
    unknown = grants.keys() - set(policy.rights)
    if unknown:
        raise KeyError(f"{policy.label}: defaults of {code} name unknown verbs {sorted(unknown)}")
    return grants
