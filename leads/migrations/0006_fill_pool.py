"""Leads without an owner go into a pool; preset roles learn the verbs of the pool."""

from typing import Any

from django.db import migrations
from django.utils import timezone

POOL_NAME = "线索池"
LABEL = "leads.lead"
OWN, TEAM, ALL = "own", "own_and_reports", "all"
#: Roles that were seeded before the verbs existed: what they get, by verb.
GRANTS = {
    "super_admin": {"claim": ALL, "release": ALL, "lock": ALL, "transfer": ALL},
    "system_admin": {"release": ALL, "lock": ALL, "transfer": ALL},
    "sales_manager": {"claim": OWN, "release": TEAM, "lock": TEAM, "transfer": TEAM},
    "sales": {"claim": OWN, "release": OWN, "lock": OWN, "transfer": OWN},
}


def fill_pool(apps: Any, schema_editor: Any) -> None:
    """Put ownerless leads into the first pool, made where there is none."""
    leads = apps.get_model("leads", "Lead").objects.filter(owner__isnull=True)
    if not leads.exists():
        return
    pools = apps.get_model("pool", "Pool").objects
    now = timezone.now()
    pool = pools.filter(kind="lead").order_by("order", "id").first()
    if pool is None:
        pool = pools.create(kind="lead", name=POOL_NAME, created_at=now, updated_at=now)
    leads.update(pool=pool, pool_entered_at=now, pool_due_rule="unassigned", owner_since=None)


def empty_pool(apps: Any, schema_editor: Any) -> None:
    """Back to leads without an owner."""
    apps.get_model("leads", "Lead").objects.filter(pool__isnull=False).update(pool=None)


def grant(apps: Any, schema_editor: Any) -> None:
    """Add the new verbs to preset roles of an installation that knows leads already."""
    grants = apps.get_model("accounts", "Grant").objects
    for role in apps.get_model("accounts", "Role").objects.filter(code__in=GRANTS):
        if LABEL not in role.seeded:
            continue
        for verb, scope in GRANTS[role.code].items():
            grants.get_or_create(role=role, model=LABEL, verb=verb, defaults={"scope": scope})


def revoke(apps: Any, schema_editor: Any) -> None:
    """Take the verbs away again."""
    verbs = ("claim", "release", "lock", "transfer")
    apps.get_model("accounts", "Grant").objects.filter(model=LABEL, verb__in=verbs).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0005_pool"),
        ("accounts", "0002_login_captcha"),
        ("pool", "0001_initial"),
    ]

    operations = [
        migrations.RunPython(fill_pool, empty_pool),
        migrations.RunPython(grant, revoke),
    ]
