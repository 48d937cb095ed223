"""Dictionary values and regions from memory: one read a process and change, none a page."""

from collections.abc import Iterable
from dataclasses import dataclass

from crm.dictionaries.models import Item, Region, Tag, local_name
from crm.dictionaries.stamps import Cached

ITEMS_STAMP = "dictionaries"
TAGS_STAMP = "tags"
REGIONS_STAMP = "regions"
#: A typed name that fits more places than this is no name of a place.
REGIONS_FOUND = 30


@dataclass(frozen=True)
class Value:
    """A dictionary value as pages need it."""

    pk: int
    dictionary: str
    code: str
    name: str
    name_en: str
    color: str
    order: int
    is_active: bool
    synonyms: tuple[str, ...]

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return local_name(self.name, self.name_en)


@dataclass(frozen=True)
class _Items:
    by_pk: dict[int, Value]
    by_dictionary: dict[str, list[Value]]


def _load_items() -> _Items:
    rows = Item.objects.select_related("dictionary").order_by("dictionary", "order", "id")
    values = [
        Value(
            row.pk,
            row.dictionary.code,
            row.code,
            row.name,
            row.name_en,
            row.color,
            row.order,
            row.is_active,
            tuple(part.strip() for part in row.synonyms.split(",") if part.strip()),
        )
        for row in rows
    ]
    lists: dict[str, list[Value]] = {}
    for value in values:
        lists.setdefault(value.dictionary, []).append(value)
    return _Items({value.pk: value for value in values}, lists)


_items: Cached[_Items] = Cached(ITEMS_STAMP, _load_items)
_tags: Cached[dict[int, tuple[str, str]]] = Cached(
    TAGS_STAMP, lambda: {tag.pk: (tag.name, tag.color) for tag in Tag.objects.all()}
)
_regions: Cached[dict[str, tuple[str, str | None]]] = Cached(
    REGIONS_STAMP,
    lambda: {
        code: (name, up) for code, name, up in Region.objects.values_list("code", "name", "parent")
    },
)


_provinces: Cached[list[tuple[str, str]]] = Cached(
    REGIONS_STAMP,
    lambda: sorted((code, name) for code, (name, up) in _regions.get().items() if up is None),
)


#: Filled as regions are shown.
_region_texts: Cached[dict[str, str]] = Cached(REGIONS_STAMP, dict)


def item(pk: int | None) -> Value | None:
    """The value with this key."""
    return _items.get().by_pk.get(pk) if pk is not None else None


def items(dictionary: str, *, active: bool = True) -> list[Value]:
    """The values of a dictionary in order; with `active=False` the disabled ones too."""
    found = _items.get().by_dictionary.get(dictionary, [])
    return [value for value in found if value.is_active or not active]


def by_code(dictionary: str, code: str) -> Value:
    """The value with a code the program knows. Raises KeyError."""
    for value in items(dictionary, active=False):
        if value.code == code:
            return value
    raise KeyError(f"{dictionary}:{code}")


def tag(pk: int) -> tuple[str, str] | None:
    """Name and colour of a tag."""
    return _tags.get().get(pk)


def tags() -> dict[int, tuple[str, str]]:
    """All tags: key -> (name, colour)."""
    return _tags.get()


def regions() -> dict[str, tuple[str, str | None]]:
    """All regions: code -> (name, parent's code)."""
    return _regions.get()


def provinces() -> list[tuple[str, str]]:
    """(code, name) of the regions below nothing, in the order of their codes."""
    return _provinces.get()


def region_path(code: str) -> list[str]:
    """Names from the province down to this region."""
    table = _regions.get()
    names: list[str] = []
    step: str | None = code
    while step and step in table:
        name, step = table[step]
        names.append(name)
    return names[::-1]


def region_text(code: str) -> str:
    """省市区 in one string, a repeated name (直辖市) once."""
    known = _region_texts.get()
    if code not in known:
        names = region_path(code)
        parts = (name for place, name in enumerate(names) if name not in names[:place])
        known[code] = " ".join(parts)
    return known[code]


def find_regions(text: str) -> list[str]:
    """Codes of the regions a typed text means: a code, or words of one path (四川, 四川 成都).

    The highest fitting ones only, since what lies below them is covered; at most REGIONS_FOUND.
    """
    table, words = _regions.get(), text.split()
    if text in table:
        return [text]
    if not words or any(len(word) < 2 for word in words):
        return []
    *above, last = words
    found = {
        code
        for code, (name, _parent) in table.items()
        if last in name
        and all(any(word in step for step in region_path(code)[:-1]) for word in above)
    }
    highest = [code for code in sorted(found) if not _is_below(code, found)]
    return highest[:REGIONS_FOUND]


def _is_below(code: str, found: set[str]) -> bool:
    """Whether a region above this one is among those found."""
    step = _regions.get()[code][1]
    while step:
        if step in found:
            return True
        step = _regions.get()[step][1]
    return False


def region_prefix(code: str) -> str:
    """The digits that the codes below this region share: 51 for a province, 5101 for a city."""
    if code.endswith("0000"):
        return code[:2]
    return code[:4] if code.endswith("00") else code


def choices(dictionary: str, keep: Iterable[int] = ()) -> list[tuple[int, str]]:
    """(key, label) of the active values, plus disabled ones that a record still has."""
    held = set(keep)
    return [
        (value.pk, value.label)
        for value in items(dictionary, active=False)
        if value.is_active or value.pk in held
    ]
