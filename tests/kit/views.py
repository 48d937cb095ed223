"""The tests every entity with pages passes; a subclass says what its records and forms are.

Each test prepares one record and lets the right and the wrong people at it, so that a refusal
cannot come from a missing record. After a refusal nothing may have changed or been recorded.
"""

from typing import Any, ClassVar

import pytest
from django.db import models
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from crm.audit.models import Event
from crm.core import clock
from tests.conftest import browser
from tests.factories.company import Company
from tests.kit.html import element, form_values, row_ids, total
from tests.kit.queries import check_budget, count_queries, watching_writes

HTMX = {"HX-Request": "true"}
#: Someone whose record it is, and people who must not reach it.
OWNER, OUTSIDER, READER = "sales1", "sales2", "auditor"
STRANGERS = ("anonymous", "disabled")


class StandardViewTests:
    """Subclass with the class attributes and `make`, `new_values`, `changed_values`."""

    model: ClassVar[type[models.Model]]
    #: Beginning of the URL names, such as `customers:customer`.
    prefix: ClassVar[str]
    #: Beginning of the event codes, such as `customers.customer`.
    event: ClassVar[str]
    #: A field that only the entity's form has, and one that is required.
    form_field: ClassVar[str] = "name"
    #: A long text of the form, which a refused save must not lose.
    text_field: ClassVar[str] = "remarks"
    #: Name of a bulk action, what its form needs, and the code it records per row.
    bulk: ClassVar[tuple[str, dict[str, Any], str]]
    panels: ClassVar[tuple[str, ...]] = ()
    #: Statements a page may cost (list, search, detail, create).
    budgets: ClassVar[dict[str, int]] = {"list": 12, "search": 12, "detail": 20, "create": 15}
    #: A word that every record made by `make` is found by.
    search_word: ClassVar[str] = "机械"
    #: Whether other forms choose records of this kind by typing.
    has_options: ClassVar[bool] = True

    def make(self, company: Company, owner: Any) -> models.Model:
        """A record within reach of its owner."""
        raise NotImplementedError

    def new_values(self, company: Company) -> dict[str, Any]:
        """What to type into the empty form."""
        raise NotImplementedError

    def changed_values(self) -> dict[str, Any]:
        """Fields to change, with values as they are stored."""
        raise NotImplementedError

    # --- helpers --------------------------------------------------------------------------------
    @pytest.fixture
    def record(self, company: Company) -> models.Model:
        """A record of the owner."""
        return self.make(company, company[OWNER])

    def url(self, page: str, *args: Any) -> str:
        """Address of a page of this entity."""
        return reverse(f"{self.prefix}_{page}", args=args)

    def codes(self) -> list[str]:
        """Codes of all events on this kind of record, oldest first."""
        kind = self.model._meta.model_name
        rows = Event.objects.filter(subject_type__model=kind).order_by("pk")
        return list(rows.values_list("code", flat=True))

    def state(self) -> tuple[Any, ...]:
        """Everything a refusal must leave alone."""
        rows = list(self.model._base_manager.order_by("pk").values())
        return rows, Event.objects.count()

    def open_form(self, client: Client, url: str) -> dict[str, list[str]]:
        """What the form on a page would send if nothing was typed."""
        return form_values(client.get(url), self.form_field)

    def refused(self, company: Company, actor: str, url: str, status: int, data: Any) -> None:
        """GET and POST are refused with this status, write nothing and change nothing."""
        before = self.state()
        client = browser(company, actor)
        with watching_writes() as writes:
            pages = [client.get(url), client.post(url, data or {})]
        wanted = {status, 405} if status != 302 else {302}
        assert {page.status_code for page in pages} <= wanted
        assert pages[-1].status_code == status
        assert writes.statements == []
        assert self.state() == before

    # --- list -----------------------------------------------------------------------------------
    def test_list_shows_exactly_the_rows_in_scope(self, company: Company) -> None:
        mine = [self.make(company, company[OWNER]).pk for _number in range(3)]
        self.make(company, company.stranger())
        page = browser(company, OWNER).get(self.url("list"))
        assert page.status_code == 200
        assert sorted(row_ids(page)) == sorted(mine)
        assert total(page) == "3"

    def test_list_of_a_reader_of_everything(self, company: Company) -> None:
        rows = [self.make(company, company[OWNER]).pk, self.make(company, company.stranger()).pk]
        page = browser(company, READER).get(self.url("list"))
        assert sorted(row_ids(page)) == sorted(rows)

    def test_list_is_closed(self, company: Company, record: models.Model) -> None:
        assert browser(company, "norole").get(self.url("list")).status_code == 403
        for actor in STRANGERS:
            page = browser(company, actor).get(self.url("list"))
            assert page.status_code == 302
            assert page["Location"].startswith(reverse("account_login"))

    def test_part_of_the_list_equals_the_part_of_the_page(
        self, company: Company, record: models.Model
    ) -> None:
        client, url = browser(company, OWNER), self.url("list")
        page = client.get(url)
        part = client.get(url, headers={**HTMX, "HX-Target": "results"})
        assert element(part, "results") == element(page, "results")
        assert b"<main" not in part.content
        assert {"HX-Request", "HX-Target"} <= set(part["Vary"].split(", "))

    def test_unknown_part_is_the_whole_page(self, company: Company, record: models.Model) -> None:
        page = browser(company, OWNER).get(
            self.url("list"), headers={**HTMX, "HX-Target": "nowhere"}
        )
        assert b"<main" in page.content

    def test_search_finds_only_in_scope(self, company: Company, record: models.Model) -> None:
        self.make(company, company.stranger())
        page = browser(company, OWNER).get(self.url("list"), {"q": self.search_word})
        assert row_ids(page) == [record.pk]

    # --- detail ---------------------------------------------------------------------------------
    def test_detail(self, company: Company, record: models.Model) -> None:
        page = browser(company, OWNER).get(self.url("detail", record.pk))
        assert page.status_code == 200
        assert str(record) in page.content.decode()

    def test_detail_is_closed(self, company: Company, record: models.Model) -> None:
        url = self.url("detail", record.pk)
        for actor, status in (("norole", 403), (OUTSIDER, 404), *((a, 302) for a in STRANGERS)):
            assert browser(company, actor).get(url).status_code == status, actor

    def test_hidden_and_missing_look_the_same(self, company: Company, record: models.Model) -> None:
        client = browser(company, OUTSIDER)
        bodies = [
            client.get(self.url("detail", pk), headers=HTMX).content for pk in (record.pk, 10**9)
        ]
        assert bodies[0] == bodies[1]

    def test_timeline_part_equals_the_part_of_the_page(
        self, company: Company, record: models.Model
    ) -> None:
        client, url = browser(company, OWNER), self.url("detail", record.pk)
        page = client.get(url)
        part = client.get(url, headers={**HTMX, "HX-Target": "timeline"})
        assert element(part, "timeline") == element(page, "timeline")

    def test_panels(self, company: Company, record: models.Model) -> None:
        client = browser(company, OWNER)
        page = client.get(self.url("detail", record.pk))
        for name in self.panels:
            url = self.url("panel", record.pk, name)
            part = client.get(url, headers={**HTMX, "HX-Target": f"panel-{name}"})
            assert part.status_code == 200
            assert element(part, f"panel-{name}") == element(page, f"panel-{name}")
            assert browser(company, OUTSIDER).get(url).status_code == 404
            assert browser(company, "norole").get(url).status_code == 403
        assert client.get(self.url("panel", record.pk, "nothing")).status_code == 404

    # --- create ---------------------------------------------------------------------------------
    def test_create(self, company: Company) -> None:
        client, url = browser(company, OWNER), self.url("add")
        values = self.open_form(client, url) | self.new_values(company)
        known = set(self.model._base_manager.values_list("pk", flat=True))
        before = len(self.codes())
        answer = client.post(url, values)
        assert answer.status_code == 302, form_errors(answer)
        made = self.model._base_manager.exclude(pk__in=known).get()
        assert self.codes()[before:] == [f"{self.event}.created"]
        assert client.get(self.url("detail", made.pk)).status_code == 200

    def test_create_is_refused(self, company: Company) -> None:
        self.refused(company, READER, self.url("add"), 403, self.new_values(company))
        self.refused(company, "norole", self.url("add"), 403, self.new_values(company))
        self.refused(company, "anonymous", self.url("add"), 302, self.new_values(company))

    def test_invalid_create_keeps_the_input(self, company: Company) -> None:
        client, url = browser(company, OWNER), self.url("add")
        typed = {self.text_field: "请保留这段文字"}
        values = self.open_form(client, url) | self.new_values(company) | typed
        before = self.state()
        answer = client.post(url, values | {self.form_field: ""})
        assert answer.status_code == 422
        assert form_values(answer, self.form_field)[self.text_field] == ["请保留这段文字"]
        assert self.state() == before

    # --- edit -----------------------------------------------------------------------------------
    def test_edit(self, company: Company, record: models.Model) -> None:
        client, url = browser(company, OWNER), self.url("edit", record.pk)
        changed = self.changed_values()
        before = len(self.codes())
        answer = client.post(url, self.open_form(client, url) | changed)
        assert answer.status_code == 302, form_errors(answer)
        stored = self.model._base_manager.get(pk=record.pk)
        assert {name: getattr(stored, name) for name in changed} == changed
        assert stored.version == record.version + 1
        assert self.codes()[before:] == [f"{self.event}.updated"]
        last = Event.objects.filter(code=f"{self.event}.updated").order_by("pk").last()
        assert set(last.changes) == set(changed)
        assert last.actor == company[OWNER]

    def test_saving_unchanged_writes_nothing(self, company: Company, record: models.Model) -> None:
        client, url = browser(company, OWNER), self.url("edit", record.pk)
        before = self.state()
        assert client.post(url, self.open_form(client, url)).status_code == 302
        assert self.state() == before

    def test_edit_is_refused(self, company: Company, record: models.Model) -> None:
        url, data = self.url("edit", record.pk), {"version": record.version}
        data |= self.changed_values()
        self.refused(company, OUTSIDER, url, 404, data)
        self.refused(company, READER, url, 403, data)
        self.refused(company, "norole", url, 403, data)
        self.refused(company, "disabled", url, 302, data)

    def test_invalid_edit_keeps_the_input(self, company: Company, record: models.Model) -> None:
        client, url = browser(company, OWNER), self.url("edit", record.pk)
        typed = {self.form_field: "", self.text_field: "请保留这段文字"}
        values = self.open_form(client, url) | typed
        before = self.state()
        answer = client.post(url, values)
        assert answer.status_code == 422
        assert form_values(answer, "version")[self.text_field] == ["请保留这段文字"]
        assert self.state() == before

    # --- delete, bin, restore -------------------------------------------------------------------
    def test_delete_and_restore(self, company: Company, record: models.Model) -> None:
        client, url = browser(company, OWNER), self.url("delete", record.pk)
        before, events = self.state(), len(self.codes())
        assert client.get(url).status_code == 200
        assert self.state() == before
        assert client.post(url).status_code == 302
        assert client.get(self.url("detail", record.pk)).status_code == 404
        assert record.pk not in row_ids(client.get(self.url("list")))
        assert record.pk in row_ids(client.get(self.url("bin")))
        assert client.post(self.url("restore", record.pk)).status_code == 302
        assert client.get(self.url("detail", record.pk)).status_code == 200
        assert record.pk not in row_ids(client.get(self.url("bin")))
        assert self.codes()[events:] == [f"{self.event}.deleted", f"{self.event}.restored"]

    def test_delete_is_refused(self, company: Company, record: models.Model) -> None:
        url = self.url("delete", record.pk)
        self.refused(company, OUTSIDER, url, 404, {})
        self.refused(company, READER, url, 403, {})
        self.refused(company, "anonymous", url, 302, {})

    def test_bin_holds_only_what_is_in_scope(self, company: Company, record: models.Model) -> None:
        browser(company, "admin").post(self.url("delete", record.pk))
        assert row_ids(browser(company, OUTSIDER).get(self.url("bin"))) == []
        assert browser(company, READER).get(self.url("bin")).status_code == 403
        for actor, status in ((OUTSIDER, 404), (READER, 403), ("anonymous", 302)):
            self.refused(company, actor, self.url("restore", record.pk), status, {})

    # --- bulk -----------------------------------------------------------------------------------
    def test_bulk_asks_first_and_then_reports_each_row(self, company: Company) -> None:
        name, data, code = self.bulk
        rows = [self.make(company, company[OWNER]) for _number in range(3)]
        hidden = self.make(company, company.stranger())
        keys = [row.pk for row in rows] + [hidden.pk]
        client, url = browser(company, OWNER), self.url("bulk", name)
        before, events = self.state(), len(self.codes())
        assert client.post(url, {"ids": keys}).status_code == 200
        assert self.state() == before
        answer = client.post(url, {"ids": keys, "step": "run", **data})
        assert answer.status_code == 200
        assert self.codes()[events:] == [code] * 3
        touched = Event.objects.filter(code=code).values_list("subject_id", flat=True)
        assert set(touched) == {row.pk for row in rows}

    def test_bulk_is_refused(self, company: Company, record: models.Model) -> None:
        name, data, _code = self.bulk
        values = {"ids": [record.pk], "step": "run", **data}
        for actor, status in ((READER, 403), ("norole", 403), ("anonymous", 302)):
            self.refused(company, actor, self.url("bulk", name), status, values)
        before = self.state()
        assert browser(company, OUTSIDER).post(self.url("bulk", name), values).status_code == 200
        assert self.state() == before
        assert browser(company, OWNER).post(self.url("bulk", "nothing")).status_code == 404

    # --- options --------------------------------------------------------------------------------
    def test_options_are_in_scope_and_not_in_the_bin(
        self, company: Company, record: models.Model
    ) -> None:
        if not self.has_options:
            return
        self.make(company, company.stranger())
        gone = self.make(company, company[OWNER])
        browser(company, "admin").post(self.url("delete", gone.pk))
        client = browser(company, OWNER)
        for query in ({}, {"q": str(record)[:20]}):
            found = client.get(self.url("options"), query).json()["results"]
            assert [option["value"] for option in found] == [record.pk], query
        assert browser(company, "norole").get(self.url("options")).status_code == 403

    # --- budgets --------------------------------------------------------------------------------
    def test_query_budgets_do_not_grow_with_the_rows(self, company: Company) -> None:
        rows = [self.make(company, company[OWNER]) for _number in range(3)]
        few = self.counts(company, rows[0])
        for _number in range(27):
            self.make(company, company[OWNER])
        many = self.counts(company, rows[0])
        assert many == few, (few, many)
        for page, found in many.items():
            check_budget(f"{self.prefix}.{page}", found, most=self.budgets.get(page, 12))

    def counts(self, company: Company, record: models.Model) -> dict[str, int]:
        """Statements of each page, after a first look that fills what is kept in memory."""
        client = browser(company, OWNER)
        pages = {
            "list": lambda: client.get(self.url("list"), {"page_size": 50}),
            "search": lambda: client.get(
                self.url("list"), {"page_size": 50, "q": self.search_word}
            ),
            "detail": lambda: client.get(self.url("detail", record.pk)),
            "options": lambda: client.get(self.url("options")),
        }
        if not self.has_options:
            del pages["options"]
        for call in pages.values():
            call()
        found = {name: count_queries(call) for name, call in pages.items()}
        values = self.open_form(client, self.url("add")) | self.new_values(company)
        found["create"] = count_queries(lambda: client.post(self.url("add"), values))
        return found


def form_errors(response: HttpResponse) -> Any:
    """What a form page complains about, for the message of a failed assertion."""
    context = getattr(response, "context", None)
    form = context.get("form") if context else None
    return form.errors if form is not None else response.content.decode()[:500]


def stamp() -> str:
    """A text that tells two saves apart."""
    return f"{clock.now():%H%M%S%f}"
