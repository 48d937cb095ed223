"""A small client: one request per connection, so that both workers of a server take part."""

import http.client
import re
import time
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import quote, urlencode

from tests.bench.counting import HEADER

TIMEOUT = 60


@dataclass(frozen=True)
class Answer:
    """What came back. `seconds` is from connect to the last byte."""

    status: int
    seconds: float
    first_byte: float
    body: bytes
    sql: int
    location: str

    @property
    def total(self) -> str:
        """The number of rows a list states."""
        found = re.search(rb'data-total="([^"]*)"', self.body)
        return found[1].decode() if found else ""


@dataclass
class Client:
    """Somebody with cookies."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str) -> Answer:
        """Ask for a page."""
        return self._send("GET", path, None)

    def post(self, path: str, data: list[tuple[str, str]]) -> Answer:
        """Send a form."""
        return self._send("POST", path, urlencode(data))

    def _send(self, method: str, path: str, body: str | None) -> Answer:
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT)
        started = time.perf_counter()
        connection.request(
            method, quote(path, safe="/?&=%+:,.-_~"), body, headers | {"Connection": "close"}
        )
        response = connection.getresponse()
        first = response.read(1)
        first_byte = time.perf_counter() - started
        content = first + response.read()
        seconds = time.perf_counter() - started
        connection.close()
        for line in response.headers.get_all("Set-Cookie") or ():
            name, _equals, value = line.split(";")[0].partition("=")
            self.cookies[name] = value
        return Answer(
            response.status,
            seconds,
            first_byte,
            content,
            int(response.headers.get(HEADER, 0)),
            response.headers.get("Location", ""),
        )


class _Forms(HTMLParser):
    """The fields of every form with their values."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, str]] = []
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        name = found.get("name", "")
        if tag == "form":
            self.forms.append({})
        elif not self.forms:
            return
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in found:
            self.forms[-1][self._select] = found.get("value", "")
        elif tag == "input" and name:
            ticked = found.get("type") not in ("checkbox", "radio") or "checked" in found
            if ticked:
                self.forms[-1][name] = found.get("value", "")


def form_with(body: bytes, field_name: str) -> dict[str, str]:
    """The values of the form on a page that has this field. Raises LookupError."""
    parser = _Forms()
    parser.feed(body.decode())
    for form in parser.forms:
        if field_name in form:
            return form
    raise LookupError(f"no form with {field_name}")
