"""The product's own Python files and templates, parsed once for all rules."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
PACKAGES = ("crm", "customers", "opportunities", "leads", "tickets", "knowledge")


@dataclass(frozen=True)
class Source:
    """One file: its path from the root, its text and its syntax tree."""

    path: str
    text: str
    tree: ast.Module

    @property
    def stem(self) -> str:
        """Name of the module, or of the package it stands in where that says more."""
        return Path(self.path).stem

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """All of the syntax tree, walked once for all rules."""
        return list(ast.walk(self.tree))

    def functions(self) -> Iterator[tuple[str, ast.AST]]:
        """Every function with its qualified name; what stands outside belongs to `<module>`."""
        yield from _functions(self.tree, "")


def _functions(node: ast.AST, prefix: str) -> Iterator[tuple[str, ast.AST]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            yield f"{prefix}{child.name}", child
        elif isinstance(child, ast.ClassDef):
            yield from _functions(child, f"{prefix}{child.name}.")


@cache
def sources() -> list[Source]:
    """All modules of the product, without migrations."""
    found = []
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            if "migrations" not in path.parts:
                text = path.read_text(encoding="utf-8")
                name = path.relative_to(ROOT).as_posix()
                found.append(Source(name, text, ast.parse(text)))
    return found


def templates() -> list[Path]:
    """All templates of the product."""
    return sorted((ROOT / "templates").rglob("*.html"))


def calls(nodes: Iterable[ast.AST]) -> Iterator[tuple[str, ast.Call]]:
    """Every call with the last part of the name that is called."""
    for node in nodes:
        if isinstance(node, ast.Call):
            func = node.func
            name = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
            yield name, node
