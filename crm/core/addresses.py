"""Matching of province, city and district names to region codes, forgiving like a clerk.

Here: the matching over a region table given as plain data. Not here: the table itself, which
`crm.dictionaries` loads, and anything about streets.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import gettext_noop as _

from crm.core.notes import Cleaned, Note, dropped, repaired, shown
from crm.core.text import clean_optional, name_key

_PEOPLES = (
    "壮|回|维吾尔|藏|羌|彝|苗|侗|土家|布依|哈尼|傣|景颇|白|傈僳|蒙古|朝鲜|哈萨克|柯尔克孜|黎|瑶|满|"
    "畲|佤|拉祜|纳西|怒|独龙|仫佬|毛南|锡伯|达斡尔|鄂温克|鄂伦春|东乡|土|撒拉|保安|裕固|仡佬|水|普米|塔吉克|各"
)
_ENDING = re.compile(
    rf"(?:(?:{_PEOPLES})族?)*(?:自治区|自治州|自治县|自治旗)$|特别行政区$|街道办事处$|街道$|地区$|"
    "新区$|林区$|矿区$|[省市区县旗盟镇乡]$"
)
_FILLERS = frozenset(
    name_key(word) for word in ("市辖区", "县", "省直辖县", "省直辖", "其他", "其它区")
)


@dataclass(frozen=True, slots=True)
class Region:
    """A region found: code of the lowest level known, and the names from the top."""

    code: str
    names: tuple[str, ...]


def _fold(name: str) -> str:
    return name_key(unicodedata.normalize("NFKC", name))


def _stem(name: str) -> str:
    """Return a name without its ending: 成都市 → 成都; one character stays whole (区, 县)."""
    stem = _ENDING.sub("", name)
    return stem if len(stem) >= 2 else name


class RegionTable:
    """The regions of the country, indexed for matching; build it once and keep it.

    `regions` maps a code to (name, parent code), the parent of a province is None or "".
    """

    def __init__(self, regions: Mapping[str, tuple[str, str | None]]) -> None:
        self.names = {code: name for code, (name, _parent) in regions.items()}
        self.parents = {code: parent or "" for code, (_name, parent) in regions.items()}
        self.children: dict[str, list[str]] = {}
        for code, parent in self.parents.items():
            self.children.setdefault(parent, []).append(code)
        self._by_name: dict[str, dict[str, list[str]]] = {
            parent: _index(children, self.names) for parent, children in self.children.items()
        }
        self.provinces = self.children.get("", [])
        self._cities = _index(
            (city for province in self.provinces for city in self.children.get(province, ())),
            self.names,
        )
        self.match = lru_cache(maxsize=8192)(self._match)

    def path(self, code: str) -> tuple[str, ...]:
        """Return the codes from the province down to the given one."""
        codes: list[str] = []
        while code:
            codes.append(code)
            code = self.parents[code]
        return tuple(reversed(codes))

    def region(self, code: str) -> Region:
        """Return the region of a code with the names of its levels."""
        return Region(code, tuple(self.names[part] for part in self.path(code)))

    def _match(self, province: str, city: str = "", district: str = "") -> Cleaned[Region]:
        """Return the region of three cells, each of which may be blank, short or wrong.

        A level that is not found is dropped with a note, the levels above it stay.
        """
        typed = tuple(clean_optional(cell).value or "" for cell in (province, city, district))
        if not any(typed):
            return Cleaned(None)
        notes: list[Note] = []
        code = self._province(typed, notes)
        if code and (typed[1] or typed[2]):
            code = self._below(code, typed, notes)
        if not code:
            return Cleaned(None, tuple(notes))
        found = self.region(code)
        if not notes and _said(typed) != _said(found.names):
            message = _("Region written in full: %(region)s.")
            full = "".join(dict.fromkeys(found.names))
            notes.append(repaired("region_form", message, full, region=full))
        return Cleaned(found, tuple(notes))

    def _province(self, typed: tuple[str, ...], notes: list[Note]) -> str:
        name = typed[0]
        if code := _only(self._find("", name)):
            return code
        for text in (name, typed[1]):  # 成都 in the first column, or no province at all
            if text and (city := _only(_lookup(self._cities, text))):
                return self.parents[city] if text is not name else city
        if name:
            notes.append(_unknown(_("There is no province “%(value)s”."), name))
        else:
            value = typed[1] or typed[2]
            notes.append(_unknown(_("The province of “%(value)s” is missing."), value))
        return ""

    def _below(self, code: str, typed: tuple[str, ...], notes: list[Note]) -> str:
        wanted = typed[2]
        if self.parents[code]:  # the first cell held a city, the second may hold its district
            city = code
            if not wanted and _stem(_fold(typed[1])) != _stem(_fold(self.names[city])):
                wanted = typed[1]
        else:
            city = self._city(code, typed[1], wanted, notes)
        if not wanted or len(self.path(city)) > 2:
            return city
        if district := self._district(city, wanted):
            return district
        message = _("There is no district “%(value)s” in %(region)s, left empty.")
        region = self.names[city]
        notes.append(dropped("district_unknown", message, value=shown(wanted), region=region))
        return city

    def _city(self, province: str, name: str, district: str, notes: list[Note]) -> str:
        key = _fold(name)
        if not name or key in _FILLERS or key == _fold(self.names[province]):
            return self._main_city(province)
        if code := _only(self._find(province, name)):
            return code
        if _stem(key) == _stem(_fold(self.names[province])):
            return self._main_city(province)
        if code := self._district(province, name):  # 仙桃市 stands below 省直辖县
            return code
        if district and (code := self._district(province, district)):
            notes.append(self._wrong_city(name, province))
            return self.parents[code]
        notes.append(self._wrong_city(name, province))
        return province

    def _main_city(self, province: str) -> str:
        """Return the city of a municipality (北京市 in 北京市), else the province itself."""
        own = self._find(province, self.names[province])
        return own[0] if own else province

    def _wrong_city(self, name: str, province: str) -> Note:
        message = _("There is no city “%(value)s” in %(region)s, left empty.")
        region = self.names[province]
        return dropped("city_unknown", message, value=shown(name), region=region)

    def _district(self, top: str, name: str) -> str:
        """Return the only district of that name below a city or a whole province, "" if none."""
        groups = [top] if self.parents[top] else self.children.get(top, [])
        found = {code for group in groups for code in self._find(group, name)}
        if not found and self.parents[top] and self._is_municipal(top):
            return self._district(self.parents[top], name)  # 城口县 stands below 县
        return found.pop() if len(found) == 1 else ""

    def _is_municipal(self, city: str) -> bool:
        return self.names[city] == self.names[self.parents[city]]

    def _find(self, parent: str, name: str) -> list[str]:
        found = _lookup(self._by_name.get(parent, {}), name)
        if found or len(name) < 3:
            return found
        key = _fold(name)  # 工业园区 for 苏州工业园区, 成都高新区 for 高新区
        near = [
            code
            for code in self.children.get(parent, ())
            if (own := _fold(self.names[code])).endswith(key)
            or (len(own) > 2 and key.endswith(own))
        ]
        return near if len(near) == 1 else []

    def split(self, address: str) -> tuple[Region | None, str]:
        """Return the region an address begins with, and the rest: 四川成都武侯区人民路1号."""
        rest = unicodedata.normalize("NFKC", address[:500]).strip()
        code = ""
        for _level in range(3):
            hit = self._prefix(code, rest)
            if hit is None and not code:
                hit = self._city_prefix(rest)
            if hit is None and code and code in self.provinces:
                code = self._main_city(code)
                hit = self._prefix(code, rest)
            if hit is None:
                break
            code, length = hit
            rest = rest[length:].lstrip(" -/,，")
        return (self.region(code), rest) if code else (None, rest)

    def _prefix(self, parent: str, text: str) -> tuple[str, int] | None:
        return _longest_prefix(self._by_name.get(parent, {}), text)

    def _city_prefix(self, text: str) -> tuple[str, int] | None:
        return _longest_prefix(self._cities, text)


def _index(codes: Iterable[str], names: Mapping[str, str]) -> dict[str, list[str]]:
    """Return full names and, where no full name says otherwise, stems."""
    full: dict[str, list[str]] = {}
    stems: dict[str, list[str]] = {}
    for code in codes:
        key = _fold(names[code])
        full.setdefault(key, []).append(code)
        stems.setdefault(_stem(key), []).append(code)
    return {**stems, **full}


def _lookup(index: Mapping[str, list[str]], name: str) -> list[str]:
    key = _fold(name)
    return index.get(key) or index.get(_stem(key)) or []


def _only(codes: list[str]) -> str:
    return codes[0] if len(codes) == 1 else ""


def _said(names: Iterable[str]) -> str:
    return "".join(dict.fromkeys(name for name in names if name))


def _unknown(message: str, value: str) -> Note:
    return dropped("region_unknown", message, value=shown(value))


def _longest_prefix(index: Mapping[str, list[str]], text: str) -> tuple[str, int] | None:
    for length in range(min(len(text), 16), 1, -1):
        codes = index.get(text[:length])
        if codes and len(codes) == 1:
            return codes[0], length
    return None
