"""Finds the user-visible texts in Python, Django templates and Jinja2 templates.

The own extractor exists because GNU gettext is not on every machine. What is done with the texts
is in scripts/messages.py. Scripts of the browser hold no texts: they read `data-` attributes.
"""

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.template.base import Lexer, TokenType
from django.utils.text import smart_split
from django.utils.translation import trim_whitespace
from jinja2 import Environment

#: function name -> (has a context as first argument, has a plural form)
FUNCTIONS = {
    "_": (False, False),
    "gettext": (False, False),
    "gettext_lazy": (False, False),
    "gettext_noop": (False, False),
    "ngettext": (False, True),
    "ngettext_lazy": (False, True),
    "pgettext": (True, False),
    "pgettext_lazy": (True, False),
    "npgettext": (True, True),
    "npgettext_lazy": (True, True),
}
_CONSTANT = re.compile(r"""_\((?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')\)""")


class ExtractionError(Exception):
    """A text is marked in a way that cannot be translated; the message names file and line."""


@dataclass(frozen=True, order=True)
class Text:
    """One text as it stands in the source; `file` is relative to the project."""

    message: str
    plural: str = ""
    context: str = ""
    file: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """What a catalogue entry is found by."""
        return self.context, self.message


def extract(files: Iterable[Path], root: Path) -> list[Text]:
    """Every text in these files, sorted. Raises ExtractionError."""
    found: set[Text] = set()
    for file in files:
        name = file.relative_to(root).as_posix()
        source = file.read_text("utf-8")
        if file.suffix == ".py":
            found.update(from_python(source, name))
        elif "jinja" in file.relative_to(root).parts:
            found.update(from_jinja(source, name))
        else:
            found.update(from_django(source, name))
    return sorted(found)


def from_python(source: str, file: str) -> Iterator[Text]:
    """Calls of the gettext family with literal texts; a call with a variable is a look-up."""
    for node in ast.walk(ast.parse(source, file)):
        if isinstance(node, ast.ImportFrom):
            _check_names(node, file)
        if not isinstance(node, ast.Call):
            continue
        called = node.func
        name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
        if name in FUNCTIONS:
            yield from _from_call(name, node, file)


def _check_names(node: ast.ImportFrom, file: str) -> None:
    """Refuse a name of the gettext family under which no text would be found."""
    for each in node.names:
        if each.name in FUNCTIONS and (each.asname or each.name) not in FUNCTIONS:
            raise ExtractionError(
                f"{file}:{node.lineno}: texts under the name {each.asname} are not found; "
                f"import {each.name} without another name, or as _"
            )


def _from_call(name: str, node: ast.Call, file: str) -> Iterator[Text]:
    has_context, has_plural = FUNCTIONS[name]
    wanted = node.args[: 1 + has_context + has_plural]
    if any(isinstance(argument, ast.JoinedStr) for argument in wanted):
        raise ExtractionError(f"{file}:{node.lineno}: {name}() of an f-string never translates")
    texts = [
        argument.value
        for argument in wanted
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    ]
    if len(texts) == 1 + has_context + has_plural and texts[-1]:
        context = texts.pop(0) if has_context else ""
        yield Text(texts[0], texts[1] if has_plural else "", context, file)


def from_jinja(source: str, file: str) -> Iterator[Text]:
    """`_()`, `gettext()`, `ngettext()` and `{% trans %}` of Jinja2 templates."""
    environment = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
    for _line, name, message in environment.extract_translations(source):
        if name not in FUNCTIONS:
            continue
        parts = list(message) if isinstance(message, tuple) else [message]
        parts = [part for part in parts if isinstance(part, str)]
        has_context, has_plural = FUNCTIONS[name]
        if len(parts) == 1 + has_context + has_plural:
            context = parts.pop(0) if has_context else ""
            yield Text(parts[0], parts[1] if has_plural else "", context, file)


def from_django(source: str, file: str) -> Iterator[Text]:
    """`translate`, `blocktranslate` and `_("…")` of Django templates."""
    tokens = iter(Lexer(source).tokenize())
    for token in tokens:
        if token.token_type in {TokenType.VAR, TokenType.BLOCK}:
            for match in _CONSTANT.finditer(token.contents):
                yield Text(_literal(match["text"]), file=file)
        if token.token_type is not TokenType.BLOCK:
            continue
        bits = list(smart_split(token.contents))
        if bits[0] in {"translate", "trans"} and len(bits) > 1 and bits[1][0] in "\"'":
            yield Text(_literal(bits[1]), context=_option(bits, "context"), file=file)
        elif bits[0] in {"blocktranslate", "blocktrans"}:
            yield _from_block(bits, tokens, f"{file}:{token.lineno}", file)


def _from_block(bits: list[str], tokens: Iterator, place: str, file: str) -> Text:
    """The body up to the closing tag, variables as placeholders the way Django looks them up."""
    forms: list[list[str]] = [[]]
    for token in tokens:
        if token.token_type is TokenType.BLOCK:
            tag = token.contents.split()[0]
            if tag == "plural":
                forms.append([])
                continue
            if tag in {"endblocktranslate", "endblocktrans"}:
                texts = ["".join(form) for form in forms]
                if "trimmed" in bits:
                    texts = [trim_whitespace(text) for text in texts]
                return Text(
                    texts[0],
                    texts[1] if len(texts) > 1 else "",
                    _option(bits, "context"),
                    file,
                )
            raise ExtractionError(f"{place}: {{% {tag} %}} inside blocktranslate")
        if token.token_type is TokenType.VAR:
            forms[-1].append(f"%({token.contents})s")
        elif token.token_type is TokenType.TEXT:
            forms[-1].append(token.contents.replace("%", "%%"))
    raise ExtractionError(f"{place}: blocktranslate without its closing tag")


def _option(bits: list[str], name: str) -> str:
    """The literal after a word of the tag, such as `context "…"`."""
    if name in bits[:-1]:
        return _literal(bits[bits.index(name) + 1])
    return ""


def _literal(quoted: str) -> str:
    """A template literal as Django looks it up: filters cut off, percent signs doubled."""
    quote = quoted[0]
    if quote not in "\"'":
        return ""
    end = quoted.index(quote, 1)
    while quoted[end - 1] == "\\":
        end = quoted.index(quote, end + 1)
    return quoted[1:end].replace("\\" + quote, quote).replace("%", "%%")
