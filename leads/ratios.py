"""Shares of several people in a run of records, exact at every length (`market` 2.2: 2:1).

The n-th record of a person with the share w of W is due between the turns (n-1)·W/w and n·W/w.
Whoever may have one and is due first gets it: so nobody is ever further than one record from his
share. After W turns everybody has exactly his share, and it begins anew.
"""

from collections.abc import Hashable, Mapping
from typing import TypeVar

Person = TypeVar("Person", bound=Hashable)


def line(weights: Mapping[Person, int], turn: int) -> list[Person]:
    """These people, whoever is to get the record of this turn (from 0) first."""
    whole = sum(weights.values())
    given = dict.fromkeys(weights, 0)
    place = turn % whole if whole else 0
    for earlier in range(place):
        given[_ordered(weights, given, whole, earlier)[0]] += 1
    return _ordered(weights, given, whole, place)


def _ordered(
    weights: Mapping[Person, int], given: Mapping[Person, int], whole: int, place: int
) -> list[Person]:
    def key(person: Person) -> tuple[bool, int, int]:
        weight, count = weights[person], given[person]
        due = -(-(count + 1) * whole // weight)
        return count * whole >= (place + 1) * weight, due, count

    return sorted(weights, key=key)
