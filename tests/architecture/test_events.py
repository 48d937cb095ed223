"""Every event that is recorded is declared, and every declared one is recorded somewhere."""

import ast
import re

from crm.audit.events import EVENT_TYPES
from tests.architecture.sources import Source, calls, sources

CODE = re.compile(r"^[a-z]+\.[a-z_]+\.[a-z_]+$")
#: Functions whose argument is an event code, and keywords that hold one.
RECORDING = {"record": 0, "Fact": 0}
KEYWORDS = {"event", "code"}


def recorded(source: Source) -> set[str]:
    """Codes that a module hands to the log as they stand."""
    found = set()
    for name, call in calls(source.nodes):
        given = list(call.args[:1]) if name in RECORDING else []
        given += [word.value for word in call.keywords if word.arg in KEYWORDS]
        found |= {
            part.value
            for value in given
            for part in ast.walk(value)
            if isinstance(part, ast.Constant)
            and isinstance(part.value, str)
            and CODE.match(part.value)
        }
    return found


def mentioned() -> tuple[set[str], set[str]]:
    """Codes that stand anywhere outside their declaration, and beginnings of built ones."""
    whole, beginnings = set(), set()
    for source in sources():
        if source.stem == "events":
            continue
        for node in source.nodes:
            if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                beginnings.add(node.values[0].value)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                whole.add(node.value)
    return whole, {text for text in beginnings if text.count(".") == 2}


def test_what_is_recorded_is_declared() -> None:
    apps = {code.partition(".")[0] for code in EVENT_TYPES}
    used = {code for source in sources() for code in recorded(source)}
    ours = {code for code in used if code.partition(".")[0] in apps}
    assert ours - EVENT_TYPES.keys() == set()
    assert ours, "the rule finds nothing"


def test_what_is_declared_is_recorded() -> None:
    whole, beginnings = mentioned()
    unused = {
        code
        for code in EVENT_TYPES
        if code not in whole and not any(code.startswith(text) for text in beginnings)
    }
    assert unused == set()
