"""Small rules about modules: documented, without signals, logic in save(), or things put off."""

import ast
import re

from tests.architecture.sources import PACKAGES, sources

PUT_OFF = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
MOST_LINES = 500
#: save() that guards instead of deciding.
OWN_SAVE = {"crm/audit/models.py": "refuses to change what was recorded"}


def test_every_module_says_what_lives_in_it() -> None:
    silent = [
        source.path
        for source in sources()
        if source.text.strip() and not ast.get_docstring(source.tree)
    ]
    assert silent == []


def test_nothing_is_put_off() -> None:
    found = [source.path for source in sources() if PUT_OFF.search(source.text)]
    assert found == []


def test_files_stay_small() -> None:
    found = {source.path for source in sources() if source.text.count("\n") > MOST_LINES}
    assert found == set()


def test_no_signals_for_domain_logic() -> None:
    found = [
        source.path
        for source in sources()
        for node in source.nodes
        if isinstance(node, ast.ImportFrom)
        and (node.module or "").startswith(("django.db.models.signals", "django.dispatch"))
    ]
    assert found == []


def test_no_logic_in_save() -> None:
    found = {
        source.path
        for source in sources()
        if source.stem == "models"
        for name, _node in source.functions()
        if name.endswith(".save")
    }
    assert found == set(OWN_SAVE)


def test_no_first_party_import_in_a_function() -> None:
    found = [
        f"{source.path}::{name}"
        for source in sources()
        for name, node in source.functions()
        for part in ast.walk(node)
        if isinstance(part, ast.ImportFrom) and (part.module or "").split(".")[0] in PACKAGES
    ]
    assert found == []
