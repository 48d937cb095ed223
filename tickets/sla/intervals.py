"""Half-open spans `[begin, end)` of time, as seconds since 1970. Pure.

`None` as end means that the span has not ended. Unions are merged before they are used, so that
two pauses that touch or overlap never count twice (`service.md` 4.2-1).
"""

from collections.abc import Iterable

#: A span; only the last one of a union may be open.
Span = tuple[int, int | None]
#: Behind every instant that is ever asked for.
FOREVER = 1 << 62


def union(spans: Iterable[Span]) -> list[Span]:
    """The spans in order, merged where they touch or overlap; empty ones are dropped."""
    found: list[tuple[int, int]] = []
    for begin, end in sorted((begin, FOREVER if end is None else end) for begin, end in spans):
        if end <= begin:
            continue
        if found and begin <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((begin, end))
    return [(begin, None if end == FOREVER else end) for begin, end in found]


def subtract(span: Span, holes: Iterable[Span]) -> list[Span]:
    """What is left of one span without the holes, which are a union."""
    begin, stop = span[0], FOREVER if span[1] is None else span[1]
    found: list[Span] = []
    for hole_begin, hole_end in holes:
        if hole_begin >= stop:
            break
        end = FOREVER if hole_end is None else hole_end
        if end <= begin:
            continue
        if hole_begin > begin:
            found.append((begin, hole_begin))
        begin = max(begin, end)
    if begin < stop:
        found.append((begin, None if stop == FOREVER else stop))
    return found


def clip(span: Span, begin: int, end: int | None) -> Span | None:
    """The part of a span within `[begin, end)`; None where nothing is left."""
    first = max(span[0], begin)
    ends = [each for each in (span[1], end) if each is not None]
    last = min(ends) if ends else None
    return None if last is not None and last <= first else (first, last)
