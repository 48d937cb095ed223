"""Reading pages as a browser does: elements by id, what a form would send, keys of rows."""

import re
from html.parser import HTMLParser
from typing import Any

from django.http import HttpResponse
from django.test.html import Element, parse_html

_TOKEN = re.compile(r'(name="csrfmiddlewaretoken" value=")[^"]*')
_ROW = re.compile(r'data-id="(\d+)"')
_TOTAL = re.compile(r'data-total="([^"]*)"')
_REST = r"""(?:[^>"']|"[^"]*"|'[^']*')*>"""
#: The tags that forms consist of, a text area with what is in it.
_CONTROLS = re.compile(
    rf"<textarea\b{_REST}.*?</textarea\s*>|</?(?:form|select|option|input)\b{_REST}", re.I | re.S
)


def text_of(response: HttpResponse) -> str:
    """The body with the tokens of forms, which differ in every answer, made equal."""
    return _TOKEN.sub(r"\1token", response.content.decode())


def element(response: HttpResponse, key: str) -> Element:
    """The element with this id, in a form that compares by meaning. AssertionError without one."""
    found = _find(parse_html(text_of(response)), key)
    assert found is not None, f"no element with id {key!r}"
    return found


def _find(node: Any, key: str) -> Element | None:
    if not isinstance(node, Element):
        return None
    if ("id", key) in node.attributes:
        return node
    return next((hit for child in node.children if (hit := _find(child, key))), None)


def row_ids(response: HttpResponse) -> list[int]:
    """Keys of the rows of a list or bin, in order."""
    return [int(key) for key in _ROW.findall(response.content.decode())]


def total(response: HttpResponse) -> str:
    """The number on the result line."""
    found = _TOTAL.search(response.content.decode())
    assert found is not None, "no data-total"
    return found.group(1)


class _Forms(HTMLParser):
    """Collects the successful controls of every form."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, list[str]]] = []
        self._select: str | None = None
        self._multiple = False
        self._first: str | None = None
        self._area: str | None = None

    @property
    def form(self) -> dict[str, list[str]]:
        """The form that is open, or a place for controls outside of any."""
        if not self.forms:
            self.forms.append({})
        return self.forms[-1]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        have = {name: value or "" for name, value in attrs}
        name = have.get("name", "")
        if tag == "form":
            self.forms.append({})
        elif tag == "select":
            self._select, self._multiple, self._first = name, "multiple" in have, None
        elif tag == "option" and self._select:
            self._option(have)
        elif tag == "textarea" and name:
            self._area = name
            self.form.setdefault(name, []).append("")
        elif tag == "input" and name and "disabled" not in have:
            self._input(name, have)

    def _option(self, have: dict[str, str]) -> None:
        value = have.get("value", "")
        self._first = value if self._first is None else self._first
        if "selected" in have:
            self.form.setdefault(self._select, []).append(value)

    def _input(self, name: str, have: dict[str, str]) -> None:
        kind = have.get("type", "text")
        if kind in ("checkbox", "radio"):
            if "checked" in have:
                self.form.setdefault(name, []).append(have.get("value") or "on")
        elif kind not in ("submit", "button", "file", "image", "reset"):
            self.form.setdefault(name, []).append(have.get("value", ""))

    def handle_data(self, data: str) -> None:
        if self._area:
            self.form[self._area][-1] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._area:
            self.form[self._area][-1] = self.form[self._area][-1].removeprefix("\n")
            self._area = None
        elif tag == "select":
            if self._select and not self._multiple and self._first is not None:
                self.form.setdefault(self._select, [self._first])
            self._select = None


def controls(response: HttpResponse) -> str:
    """The controls of a page without what stands around them: reading all of a page took a quarter
    of a gate. Our pages have no tags in comments or scripts, where they would not be any."""
    return "".join(_CONTROLS.findall(response.content.decode()))


def form_values(response: HttpResponse, with_field: str) -> dict[str, list[str]]:
    """What the form that has this field would send, unchanged: `{name: [value, …]}`."""
    reader = _Forms()
    reader.feed(controls(response))
    for form in reader.forms:
        if with_field in form:
            form.pop("csrfmiddlewaretoken", None)
            return form
    raise AssertionError(f"no form with a field {with_field!r}")
