"""Regions as rules name them: 上海，江苏 苏州."""

from django.db.models import Q

from crm.dictionaries import lookups


def prefixes(typed: str) -> list[str]:
    """The first digits of all regions the text names; what nobody knows is left out."""
    found = [code for part in _parts(typed) for code in lookups.find_regions(part)]
    return [lookups.region_prefix(code) for code in dict.fromkeys(found)]


def unknown(typed: str) -> list[str]:
    """Parts of the text that name no region."""
    return [part for part in _parts(typed) if not lookups.find_regions(part)]


def covers(typed: str, code: str | None) -> bool:
    """Whether a region lies in one of those named; an empty text covers all."""
    return not typed.strip() or any((code or "").startswith(start) for start in prefixes(typed))


def condition(typed: str) -> Q:
    """The rows in the regions named."""
    found = Q(pk__in=[])
    for start in prefixes(typed):
        found |= Q(region_id__gte=start, region_id__lt=start + "~")
    return found


def _parts(typed: str) -> list[str]:
    return [
        part.strip()
        for part in typed.replace("，", ",").replace("、", ",").split(",")
        if part.strip()
    ]
