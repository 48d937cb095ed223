"""Which models are searchable. Apps register in `AppConfig.ready()`, the index reads.

Here: the declaration and its look-up. Not here: tables (made by `crm.search.operations` in the
entity's own migration) and writing (`crm.search.index`).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.apps import apps

from crm.search.documents import Document

ENTITIES: dict[str, "SearchEntity"] = {}


@dataclass(frozen=True)
class SearchEntity:
    """A searchable model.

    `label` is `app_label.ModelName`. `build(ids)` yields the documents of those of the records
    that exist and are to be found (not those in the bin). `all_ids()` yields every such key in
    ascending order; `rebuild_search` streams them.
    """

    label: str
    build: Callable[[Sequence[int]], Iterable[Document]]
    all_ids: Callable[[], Iterable[int]]

    @property
    def key(self) -> str:
        """The label in lower case, as the registry knows it."""
        return self.label.lower()


def register(entity: SearchEntity) -> SearchEntity:
    """Make a model searchable. Raises ValueError for a second one or one that comes too late."""
    if entity.key in ENTITIES:
        raise ValueError(f"{entity.label} is searchable already")
    if apps.ready:
        raise ValueError(f"{entity.label} must be registered in AppConfig.ready()")
    ENTITIES[entity.key] = entity
    return entity


def entity_for(label: str) -> SearchEntity:
    """The declaration of a model; KeyError for one that is not searchable."""
    return ENTITIES[label.lower()]
