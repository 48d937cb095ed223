"""What every installation starts with: dictionaries, number rules, regions. Safe to repeat.

Apps declare their dictionaries and rules where they register; `seed_dictionaries` writes what is
missing, keyed by code, and never touches what a company has renamed.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import transaction

from crm.core.hooks import Hook
from crm.dictionaries import lookups, numbers, stamps
from crm.dictionaries.models import Dictionary, Item, NumberRule, Region

REGION_FILE = Path(settings.BASE_DIR) / "static_built" / "regions.json"


@dataclass(frozen=True)
class ItemSeed:
    """One value: fixed code, Chinese and English name, colour, other spellings."""

    code: str
    name: str
    name_en: str
    color: str = "gray"
    synonyms: str = ""


@dataclass(frozen=True)
class DictionarySeed:
    """A dictionary with its values in order."""

    code: str
    name: str
    name_en: str
    items: tuple[ItemSeed, ...]


@dataclass(frozen=True)
class RuleSeed:
    """A number rule; an empty prefix means the company abbreviation."""

    key: str
    name: str
    prefix: str = ""
    width: int = 3


DICTIONARIES: dict[str, DictionarySeed] = {}
RULES: dict[str, RuleSeed] = {}


def _seeding() -> None:
    """Signature of the hook: write what else an installation starts with."""


#: Roles and the like hang here; called in the same transaction.
seeding: Hook[[]] = Hook("dictionaries.seeding", _seeding)


def declare(seed: DictionarySeed) -> None:
    """Register a dictionary. A second one with the same code is an error."""
    if seed.code in DICTIONARIES:
        raise ValueError(f"dictionary {seed.code!r} is declared twice")
    DICTIONARIES[seed.code] = seed


def declare_rule(seed: RuleSeed) -> None:
    """Register a number rule. A second one with the same key is an error."""
    if seed.key in RULES:
        raise ValueError(f"number rule {seed.key!r} is declared twice")
    RULES[seed.key] = seed


@transaction.atomic
def seed() -> dict[str, int]:
    """Write what is missing; returns how many rows of each kind were added."""
    added = {
        "items": sum(
            _seed_dictionary(place, item) for place, item in enumerate(DICTIONARIES.values())
        ),
        "rules": sum(_seed_rule(rule) for rule in RULES.values()),
        "regions": _seed_regions(),
    }
    if added["items"]:
        stamps.bump(lookups.ITEMS_STAMP)
    if added["rules"]:
        stamps.bump(numbers.STAMP)
    if added["regions"]:
        stamps.bump(lookups.REGIONS_STAMP)
    seeding.call()
    return added


def _seed_dictionary(order: int, seed: DictionarySeed) -> int:
    values = {"name": seed.name, "name_en": seed.name_en, "order": order}
    dictionary, _made = Dictionary.objects.get_or_create(code=seed.code, defaults=values)
    known = set(dictionary.items.values_list("code", flat=True))
    names = {name.casefold() for name in dictionary.items.values_list("name", flat=True)}
    new = [
        Item(
            dictionary=dictionary,
            code=item.code,
            name=item.name,
            name_en=item.name_en,
            color=item.color,
            synonyms=item.synonyms,
            order=(place + 1) * 10,
            is_system=True,
        )
        for place, item in enumerate(seed.items)
        if item.code not in known and item.name.casefold() not in names
    ]
    for item in new:
        item.save(force_insert=True)
    return len(new)


def _seed_rule(seed: RuleSeed) -> int:
    values = {"name": seed.name, "prefix": seed.prefix, "width": seed.width}
    _rule, made = NumberRule.objects.get_or_create(key=seed.key, defaults=values)
    return int(made)


def _seed_regions() -> int:
    """省/市/区 from the pinned package, brought in by `make setup`; new codes are added."""
    if not REGION_FILE.exists():
        raise FileNotFoundError(f"{REGION_FILE.name} is missing: run `make setup` first")
    data = json.loads(REGION_FILE.read_text(encoding="utf-8"))
    known = set(Region.objects.values_list("pk", flat=True))
    levels: tuple[tuple[str, int, Callable[[str], str | None]], ...] = (
        ("province_list", 1, lambda code: None),
        ("city_list", 2, lambda code: f"{code[:2]}0000"),
        ("county_list", 3, lambda code: f"{code[:4]}00"),
    )
    rows = [
        Region(code=code, name=name, level=level, parent_id=above(code))
        for key, level, above in levels
        for code, name in data[key].items()
        if code not in known
    ]
    Region.objects.bulk_create(rows, batch_size=1000)
    return len(rows)
