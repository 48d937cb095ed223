"""The requests of the bench: which address stands for which target."""

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

from tests.bench.client import Answer, Client, form_with

LIST = "/customers/?scene=all&page_size=50"
#: The start page: as it opens, over a year, for one's people or the company, and its own panels.
STARTS = {
    "start page": "/",
    "start page, this year": "/?scope=own&period=year",
    "start page, widest scope": "/?scope=all&period=last_year",
    "start page, things to do": "/home/panels/todo/",
    "start page, forgotten": "/home/panels/forgotten/",
}
COMMON_WORD = "科技"
#: Filters and sort keys that are all tried with each other; the slowest pair is measured.
FILTERS = ("life_cycle", "grade", "source", "industry", "region", "next_contact", "owner")
SORTS = (
    "-updated_at",
    "-created_at",
    "name",
    "number",
    "-entered_on",
    "next_contact_at",
    "-last_contact_at",
    "grade",
)
NEXT_CONTACT = "week"


def deep_pages(client: Client) -> tuple[str, str, int]:
    """Addresses of the keyset page and of the numbered page at row 50,000, and that number.

    For somebody who has fewer rows: as deep as his list goes.
    """
    number = 1000
    while number > 2:
        answer = client.get(f"{LIST}&page={number}")
        if answer.body.count(b"data-id=") > 1:
            break
        number //= 2
    found = re.search(rb'href="([^"]*after=[^"]*)"', answer.body)
    if found is None:
        raise LookupError("no next page at the deep end of the list")
    following = unescape(found[1].decode())
    path = following if following.startswith("/") else f"/customers/{following}"
    return path, f"{LIST}&page={number}", number


def filter_pairs(client: Client) -> Iterator[str]:
    """Every filter with its first offered value, in every sort order."""
    page = client.get(LIST).body.decode()
    for name in FILTERS:
        value = NEXT_CONTACT if name == "next_contact" else offered(page, name)
        if value:
            for sort in SORTS:
                yield f"{LIST}&{name}={value}&sort={sort}"


def offered(page: str, name: str) -> str:
    """The first value a filter offers that is not the empty one."""
    box = rf'<input[^>]*name="{name}"[^>]*value="([^"]+)"'
    values = re.findall(box, page) + re.findall(rf'value="([^"]+)"[^>]*name="{name}"', page)
    menu = re.search(rf'<select[^>]*name="{name}".*?</select>', page, re.DOTALL)
    if menu:
        values += re.findall(r'<option[^>]*value="([^"]+)"', menu[0])
    return next((value for value in values if value not in ("", "none")), "")


class Creating:
    """Posts of new customers; the form is asked for anew before each, outside the measure."""

    def __init__(self, client: Client, nature: Any, label: str) -> None:
        self.client, self.nature, self.label, self.number = client, nature, label, 0
        self.values: list[tuple[str, str]] = []

    def prepare(self) -> None:
        """Ask for the form and fill it in."""
        values = form_with(self.client.get("/customers/add/").body, "name")
        self.number += 1
        values.update(
            name=f"性能测量{self.label}第{self.number}号贸易有限公司",
            nature=str(self.nature),
            life_cycle="potential",
            contact_name="张三",
            contact_mobile=f"139{self.number:08d}",
        )
        self.values = list(values.items())

    def __call__(self) -> Answer:
        """One creation."""
        return self.client.post("/customers/add/", self.values)
