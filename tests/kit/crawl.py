"""Asking for everything that could show a record: pages, parts, searches, exports, side doors.

Used by the gates of leaks (G02) and masking (G28): the same doors, other canaries. At small scale
general addresses are asked for the part of a list only where their page holds one: any other page
would answer with the whole of itself once more.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.urls import reverse

from crm.web.listing import LISTS
from leads.models import Lead
from tests.conftest import browser
from tests.kit.canaries import Canaries, Planted, text_of
from tests.kit.gates import FULL
from tests.kit.matrix import addresses
from tests.kit.targets import target_of
from tests.kit.world import FIXED, World

PARTS = ("results", "timeline", "dialog-body", "composer", "panel-contacts", "bell")
LIST_PAGES = ("customers:customer_list", "customers:contact_list", "activities:follow_up_list",
              "leads:lead_list", "leads:report_list", "leads:lead_pool_list")  # fmt: skip
OPTIONS = ("customers:customer_options", "customers:contact_options", "dictionaries:tag_options",
           "leads:lead_options")  # fmt: skip
EXPORTS = ("customers:customer_export", "customers:contact_export", "activities:follow_up_export",
           "leads:lead_export", "leads:report_export")  # fmt: skip
BULK = {
    "customers:customer_bulk": (
        "assign",
        "distribute",
        "edit",
        "tag",
        "classify",
        "life-cycle",
        "verify",
        "delete",
    ),
    "customers:contact_bulk": ("verify", "delete"),
    "leads:lead_bulk": ("assign", "tag", "abandon", "release", "delete"),
}
#: What a general address is asked for; where the part stands in the page.
PAGE, PART = "page", "part"
PLACE = b'id="results"'


@dataclass(frozen=True)
class Ask:
    """One request: what it is for, method, address, data, headers."""

    label: str
    method: str
    path: str
    data: Any = None
    target: str = ""


class Crawler:
    """One actor at all doors; every request is undone."""

    def __init__(self, world: World, actor: str) -> None:
        self.world, self.actor = world, actor
        self.client = browser(world.company, actor, raise_request_exception=False)
        self.cookies = self.client.cookies.output(header="", sep=";")

    def send(self, ask: Ask) -> HttpResponse:
        """The answer; a failure of the server is an error of the gate."""
        headers = {"HX-Request": "true", "HX-Target": ask.target} if ask.target else {}
        with transaction.atomic():
            self.client.cookies = SimpleCookie(self.cookies)
            answer = getattr(self.client, ask.method)(ask.path, ask.data or {}, headers=headers)
            transaction.set_rollback(True)
        assert answer.status_code < 500 or answer.status_code == 503, ask
        return answer

    def leaks(self, asks: Iterable[Ask], *forbidden: Canaries) -> Iterator[str]:
        """What of the forbidden sets came back, and through which door; what was typed may."""
        whole: set[str] = set()
        for ask in asks:
            if ask.label == PART and ask.path in whole and not FULL:
                continue
            answer = self.send(ask)
            if ask.label == PAGE and (answer.streaming or PLACE not in answer.content):
                whole.add(ask.path)
            text, typed = text_of(answer), f"{ask.path} {ask.data}"
            for canaries in forbidden:
                own = canaries.seen_in(typed)
                for value, place in canaries.seen_in(text).items():
                    if value in own:
                        continue
                    yield f"{self.actor}: {ask.label} {ask.path} shows {value} ({place})"

    def columns_of_everything(self) -> None:
        """All lists show all their columns, and many rows."""
        user = self.world.company.user(self.actor)
        if user is not None:
            for name, spec in LISTS.items():
                user.remember("columns", name, list(spec.table.by_name()))


def sees(leaks: Iterable[str], is_enough: Callable[[set[str]], bool]) -> bool:
    """Whether somebody who may look finds enough places; asks no further than that."""
    places: set[str] = set()
    for line in leaks:
        places.add(line.rpartition("(")[2])
        if is_enough(places):
            return True
    return False


def doors(world: World, actor: str, planted: Planted, terms: Iterable[str]) -> Iterator[Ask]:
    """Every door for one planted record, and those that show many records at once."""
    yield from general_doors(world, actor)
    yield from record_doors(planted)
    yield from search_doors(terms)
    yield from selection_doors(planted)


def general_doors(world: World, actor: str) -> Iterator[Ask]:
    """Every address that needs no record, as page and as part; own records where it needs one."""
    for address in addresses():
        target = target_of(address.name)
        relation = "-" if target.relations == FIXED else "own"
        path = address.path(target.args(world, actor, relation))
        yield Ask(PAGE, "get", path)
        yield Ask(PART, "get", path, target="results")
    for name in LIST_PAGES:
        yield Ask("print", "get", reverse(name), {"print": "1", "page_size": "200"})
        yield Ask("many", "get", reverse(name), {"page_size": "200"})
    for name in LISTS["customers"].sorts:
        yield Ask("sort", "get", reverse("customers:customer_list"), {"sort": name})


def record_doors(planted: Planted) -> Iterator[Ask]:
    """All addresses of the records themselves, as page and as every part."""
    for kind, row in (("customer", planted.customer), ("contact", planted.contact)):
        for page in ("detail", "edit", "delete", "reveal", "restore"):
            path = reverse(f"customers:{kind}_{page}", args=[row.pk])
            yield Ask(page, "get", path)
            yield from (Ask(page, "get", path, target=part) for part in PARTS)
        path = reverse(f"customers:{kind}_detail", args=[row.pk])
        yield Ask("print", "get", path, {"print": "1"})
        yield Ask("neighbours", "get", path, {"list": "page_size=200"})
        yield Ask("stale save", "post", reverse(f"customers:{kind}_edit", args=[row.pk]), {
            "version": "0", "name": "x", "nature": "1", "gender": "unknown",
            "birth_calendar": "solar",
        })  # fmt: skip
        label = f"customers.{kind}"
        path = reverse("activities:follow_up_add", args=[label, row.pk])
        yield Ask("follow-up", "get", path, target="dialog-body")
        yield Ask("empty follow-up", "post", path, {"text": ""}, target="composer")
    yield from lead_doors(planted.lead)
    for page in ("detail", "edit", "delete"):
        path = reverse(f"activities:follow_up_{page}", args=[planted.follow_up.pk])
        yield Ask(page, "get", path, target="dialog-body")
    for page in ("file", "preview", "delete"):
        path = reverse(f"activities:attachment_{page}", args=[planted.attachment.pk])
        yield Ask("attachment", "get", path)
    for name in ("contacts", "team", "files", "follow-ups", "customer"):
        yield Ask("panel", "get", reverse("customers:customer_panel",
                                          args=[planted.customer.pk, name]))  # fmt: skip


def lead_doors(lead: Lead) -> Iterator[Ask]:
    """All addresses of a lead: pages, forms, the pool's and the report's, a stale save."""
    for page in ("detail", "edit", "delete", "reveal", "restore", "convert", "abandon", "release",
                 "assign", "transfer", "pool_detail"):  # fmt: skip
        path = reverse(f"leads:lead_{page}", args=[lead.pk])
        yield Ask(page, "get", path)
        yield Ask(page, "get", path, target="dialog-body")
    yield Ask("report", "get", reverse("leads:report_detail", args=[lead.pk]))
    yield Ask("panel", "get", reverse("leads:lead_panel", args=[lead.pk, "score"]))
    path = reverse("leads:lead_detail", args=[lead.pk])
    yield Ask("timeline", "get", path, target="timeline")
    yield Ask("print", "get", path, {"print": "1"})
    path = reverse("leads:lead_edit", args=[lead.pk])
    yield Ask("stale save", "post", path, {"version": "0", "name": "x", "contact_name": "x"})
    path = reverse("activities:follow_up_add", args=["leads.lead", lead.pk])
    yield Ask("follow-up", "get", path, target="dialog-body")


def search_doors(terms: Iterable[str]) -> Iterator[Ask]:
    """Searching for what one knows of the record, everywhere something can be typed."""
    for term in terms:
        for name in (*LIST_PAGES, *OPTIONS):
            yield Ask("search", "get", reverse(name), {"q": term})
        for name in ("workbench:search", "workbench:palette", "accounts:people"):
            yield Ask("search", "get", reverse(name), {"q": term})
        data = {"name": term, "phone": term, "mobile": term, "email": term, "credit_code": term}
        yield Ask("duplicates", "post", reverse("customers:customer_duplicates"), data)
        yield Ask("duplicates", "post", reverse("leads:lead_duplicates"), data)


def selection_doors(planted: Planted) -> Iterator[Ask]:
    """Marked rows and whole lists: bulk pages and exports."""
    keys = {
        "customers:customer_bulk": planted.customer.pk,
        "customers:contact_bulk": planted.contact.pk,
        "leads:lead_bulk": planted.lead.pk,
    }
    for name, actions in BULK.items():
        for action in actions:
            for data in ({"ids": [keys[name]]}, {"all": "1", "query": "page_size=200"}):
                yield Ask("bulk", "post", reverse(name, args=[action]), data)
                yield Ask("bulk run", "post", reverse(name, args=[action]), data | {"step": "run"})
    for name in EXPORTS:
        run = {"step": "run", "columns": "all", "rows": "marked"}
        for fmt in ("csv", "xlsx"):
            yield Ask("export", "post", reverse(name), run | {"fmt": fmt, "all": "1"})
            yield Ask("export marked", "post", reverse(name), run | {
                "fmt": fmt, "ids": [planted.customer.pk, planted.contact.pk, planted.follow_up.pk,
                                    planted.lead.pk],
            })  # fmt: skip
