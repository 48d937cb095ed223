"""A state changes through its executor only (`architecture.md` 4.5)."""

import ast
import importlib

from crm.core.states import StateMachine
from tests.architecture.sources import Source, sources

#: Files that are an executor, or read a state machine's own ledger.
EXECUTORS = {
    "crm/audit/transitions.py": "the executor of machines",
    "crm/jobs/states.py": "the executor of jobs",
    "crm/reminders/states.py": "the executor of reminders",
}


def machine_fields() -> set[str]:
    """State fields of all machines of the product."""
    found = {"life_cycle"}
    for source in sources():
        if source.stem == "states" and not source.path.startswith(
            ("crm/core", "crm/jobs", "crm/reminders")
        ):
            module = importlib.import_module(source.path.removesuffix(".py").replace("/", "."))
            machines = [item for item in vars(module).values() if isinstance(item, StateMachine)]
            found |= {machine.field for machine in machines}
    return found


def assignments(source: Source, fields: set[str]) -> list[str]:
    """Lines that set a state by assignment or by `update(...)`."""
    found = []
    for node in source.nodes:
        targets = node.targets if isinstance(node, ast.Assign) else []
        if any(isinstance(item, ast.Attribute) and item.attr in fields for item in targets):
            found.append(f"{source.path}:{node.lineno}")
        is_update = isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "update"
        if is_update and any(word.arg in fields for word in node.keywords):
            found.append(f"{source.path}:{node.lineno}")
    return found


def test_states_are_set_by_their_executor() -> None:
    fields = machine_fields()
    found = [
        place
        for source in sources()
        if source.path not in EXECUTORS
        for place in assignments(source, fields)
    ]
    assert found == []


def test_states_of_the_platform_are_set_by_their_executor() -> None:
    found = [
        place
        for source in sources()
        if source.path.startswith(("crm/jobs/", "crm/reminders/")) and source.path not in EXECUTORS
        for place in assignments(source, {"state"})
    ]
    assert found == []


def test_the_rule_sees_an_assignment() -> None:
    text = "customer.life_cycle = 'closed'\nrows.update(life_cycle='closed')\n"
    assert len(assignments(Source("x.py", text, ast.parse(text)), {"life_cycle"})) == 2
