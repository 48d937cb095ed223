"""Classes of the menu. The menu stands in `crm/navigation.py`, named by settings.NAVIGATION."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.module_loading import import_string

from crm.access.policies import POLICIES

_KEY_MARK = 7_700_000_001  # stands for a key while an address is made


@dataclass(frozen=True)
class MenuItem:
    """One entry: `needs` is (model label, verb); None shows it to everyone who is logged in."""

    label: Any
    icon: str
    url_name: str
    needs: tuple[str, str] | None = None
    tab: bool = False  # stands in the bottom bar of phones
    prefix: str = ""  # address under which the item counts as active

    def is_for(self, user: Any) -> bool:
        """Whether this user's roles include what the page needs."""
        if self.needs is None:
            return True
        label, verb = self.needs
        return POLICIES[label].allows(user, verb)


@dataclass(frozen=True)
class MenuGroup:
    """A titled group of entries."""

    title: Any
    items: tuple[MenuItem, ...]


@dataclass(frozen=True)
class Menu:
    """The whole menu: groups on the left, quick-create entries at the top, palette actions."""

    groups: tuple[MenuGroup, ...]
    quick_create: tuple[MenuItem, ...] = ()


@lru_cache(maxsize=1)
def menu() -> Menu:
    """The product's menu."""
    return import_string(settings.NAVIGATION)


def groups_for(user: Any, path: str) -> list[dict[str, Any]]:
    """The groups a user sees, with the entry of the present page marked. Not to be changed: who
    sees the same on the same kind of page gets the same."""
    shown = tuple([item.is_for(user) for group in menu().groups for item in group.items])
    here, longest = -1, 0
    for place, prefix in enumerate(_prefixes()):
        fits = path == prefix if prefix == "/" else path.startswith(prefix)
        if fits and shown[place] and len(prefix) > longest:
            here, longest = place, len(prefix)
    return _groups(shown, here)


@lru_cache(maxsize=1)
def _prefixes() -> list[str]:
    """The address under which each entry counts as active, in the order of the menu."""
    items = [item for group in menu().groups for item in group.items]
    return [item.prefix or address(item.url_name) for item in items]


@lru_cache(maxsize=500)
def _groups(shown: tuple[bool, ...], here: int) -> list[dict[str, Any]]:
    """The groups with those entries that are shown."""
    found, place = [], 0
    for group in menu().groups:
        items = []
        for item in group.items:
            if shown[place]:
                items.append(_entry(item, active=place == here))
            place += 1
        if items:
            found.append({"title": group.title, "items": items})
    return found


def quick_create_for(user: Any) -> list[dict[str, Any]]:
    """What the user may create from anywhere."""
    return [_entry(item) for item in menu().quick_create if item.is_for(user)]


def _entry(item: MenuItem, *, active: bool = False) -> dict[str, Any]:
    url = address(item.url_name)
    return {
        "label": item.label,
        "icon": item.icon,
        "url": url,
        "active": active,
        "tab": item.tab,
        "badge": "",
        "dialog": False,
    }


def address(url_name: str, *args: int | str) -> str:
    """The address of a page, as `reverse()` gives it but without asking it for every key."""
    if not args:
        return _pattern(url_name, ()) % ()
    keys = tuple([each for each in args if isinstance(each, int)])
    words = tuple([None if isinstance(each, int) else each for each in args])
    return _pattern(url_name, words) % keys


@lru_cache(maxsize=2000)
def _pattern(url_name: str, args: tuple[str | None, ...]) -> str:
    """The address with `%d` where keys go."""
    marks = [_KEY_MARK + place if each is None else each for place, each in enumerate(args)]
    found = reverse(url_name, args=marks).replace("%", "%%")
    for place, each in enumerate(args):
        if each is None:
            found = found.replace(str(_KEY_MARK + place), "%d")
    return found


def state_of(groups: list[dict[str, Any]]) -> tuple[tuple[str, bool], ...]:
    """All that decides how the drawn menu looks, beside the language: entries have fixed words."""
    return tuple(
        (item["url"], bool(item.get("active"))) for group in groups for item in group["items"]
    )
