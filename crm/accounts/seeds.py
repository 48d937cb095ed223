"""Preset roles are part of what every installation starts with."""

from crm.accounts.seeding import seed_roles
from crm.dictionaries.seeding import seeding


def seed_preset_roles() -> None:
    """Called by `seed_dictionaries` in its transaction."""
    seed_roles()


seeding.register(seed_preset_roles)
