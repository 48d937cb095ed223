"""What the search index knows of a follow-up: its text, and its author as the owner.

Who sees a follow-up is decided by its record, which the index does not know: lists narrow what it
finds to what the reader may see.
"""

from collections import namedtuple
from collections.abc import Iterable, Iterator, Sequence
from itertools import starmap
from typing import Any

from crm.activities.models import FollowUp
from crm.search.documents import Document
from crm.search.registry import SearchEntity, register

LABEL = "activities.FollowUp"
_ROW = namedtuple("_ROW", "pk author_id text")


def document_of(follow_up: Any) -> Document:
    """The document of a follow-up: the model, or a row with the same names."""
    return Document(follow_up.pk, owner_id=follow_up.author_id, words=follow_up.text.splitlines())


def build(ids: Sequence[int]) -> Iterator[Document]:
    """Documents of those of these follow-ups that are not deleted; one query."""
    rows = FollowUp.objects.kept().filter(pk__in=ids).values_list(*_ROW._fields)
    return map(document_of, starmap(_ROW, rows.iterator()))


def all_ids() -> Iterable[int]:
    """Keys of all follow-ups that can be found."""
    return FollowUp.objects.kept().order_by("pk").values_list("pk", flat=True).iterator()


FOLLOW_UPS = register(SearchEntity(LABEL, build, all_ids))
