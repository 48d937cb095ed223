"""Migrating in a third of the time: Django's state of the models without needless renderings.

Behind every operation Django makes the classes of a model and of all that is related to it anew,
directly or through others: with an account behind every row, that is each time half of all models.
Two kinds of operations, most of them, need none of it. A new model is related to nothing yet but by
its own fields, and an index or a constraint is no part of the relations. Everything else is
Django's own; so is what migrations then do to the database.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from django.db.migrations.state import ModelState, ProjectState

#: Options of a model that say nothing about its relations.
UNRELATED = frozenset({"indexes", "constraints"})
_reload_model = ProjectState.reload_model
_append_option, _remove_option = ProjectState._append_option, ProjectState._remove_option


@contextmanager
def quick_states() -> Iterator[None]:
    """Migrate within this block."""
    with patch.multiple(
        ProjectState,
        add_model=add_model,
        reload_model=reload_model,
        _append_option=append_option,
        _remove_option=remove_option,
    ):
        yield


def add_model(self: ProjectState, model_state: ModelState) -> None:
    """As Django does it, but make the class of the new model only.

    The classes it refers to belong to an earlier registry and do not know it: `is_delayed` says so.
    Code in migrations finds all made anew then, and so does what changes a relation.
    """
    key = model_state.app_label, model_state.name_lower
    self.models[key] = model_state
    if self._relations is not None:
        self.resolve_model_relations(key)
    if not is_rendered(self):
        return
    if key[1] in self.apps.all_models.get(key[0], {}):
        _reload_model(self, *key)
    else:
        self.is_delayed = True
        self.apps.render_multiple([model_state])


def reload_model(self: ProjectState, app_label: str, model_name: str, delay: bool = False) -> None:
    """As Django does it, but all models where relations change and some do not know each other."""
    if is_rendered(self) and self.is_delayed and not delay:
        self.clear_delayed_apps_cache()
        assert self.apps, "which makes them"
    else:
        _reload_model(self, app_label, model_name, delay)


def append_option(
    self: ProjectState, app_label: str, model_name: str, option_name: str, obj: Any
) -> None:
    """Give the class that is there one index or constraint more."""
    if option_name not in UNRELATED:
        _append_option(self, app_label, model_name, option_name, obj)
        return
    options = self.models[app_label, model_name].options
    _set_option(self, app_label, model_name, option_name, [*options[option_name], obj])


def remove_option(
    self: ProjectState, app_label: str, model_name: str, option_name: str, obj_name: str
) -> None:
    """Take one index or constraint from the class that is there."""
    if option_name not in UNRELATED:
        _remove_option(self, app_label, model_name, option_name, obj_name)
        return
    found = self.models[app_label, model_name].options[option_name]
    rest = [obj for obj in found if obj.name != obj_name]
    _set_option(self, app_label, model_name, option_name, rest)


def is_rendered(state: ProjectState) -> bool:
    """Whether the classes of a state are made; looking at `apps` makes them."""
    return "apps" in state.__dict__


def _set_option(
    state: ProjectState, app_label: str, model_name: str, option_name: str, objs: list[Any]
) -> None:
    state.models[app_label, model_name].options[option_name] = objs
    if is_rendered(state):
        meta = state.apps.get_model(app_label, model_name)._meta
        meta.original_attrs[option_name] = objs
        setattr(meta, option_name, meta._format_names(objs))
        meta.__dict__.pop("total_unique_constraints", None)
