"""Canaries of the service desk: a ticket with its conversation, complaint, rating and files, and a
draft of the knowledge base, all written by somebody else; and the doors that might show them.

Every address of tickets and articles that takes a key is a door, so new ones are asked by
themselves. Not here: the canaries of customers and leads (`canaries`), sending (`crawl`).
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from crm.accounts.models import User
from crm.core import clock
from crm.web.panels import panels_of
from customers.models import Customer
from knowledge.models import Article
from knowledge.services.reviewing import return_article, submit_article
from tests.factories.company import Company
from tests.factories.knowledge import make_article, make_category
from tests.factories.service_levels import make_late_clock, make_rating
from tests.factories.tickets import make_ticket, type_of
from tests.kit.canaries import Canaries
from tests.kit.crawl import Ask
from tests.kit.matrix import addresses
from tickets.choices import Phase
from tickets.models import SurveyResponse, Ticket
from tickets.services.changing import update_ticket
from tickets.services.complaining import add_measure, save_findings
from tickets.services.conversing import note, receive, reply
from tickets.services.moving import transition

LISTS = ("tickets:ticket_list", "tickets:rating_list", "knowledge:article_list", "tickets:desk")
SEARCHES = (*LISTS, "tickets:ticket_options", "knowledge:article_options", "workbench:search",
            "workbench:palette", "tickets:knowledge_hints")  # fmt: skip
EXPORTS = ("tickets:ticket_export", "knowledge:article_export")
BULK = ("priority", "assign", "move", "tag", "delete")


@dataclass
class Served:
    """What was planted."""

    customer: Customer
    ticket: Ticket
    rating: SurveyResponse
    article: Article
    terms: list[str]


def plant_service(
    company: Company, owner: User, customer: Customer, hidden: Canaries, masked: Canaries
) -> Served:
    """Fill every field: contact data from `masked`, all other texts from `hidden`."""
    hidden.where = masked.where = f"ticket {Ticket.objects.count()}"
    ticket = _ticket(company, owner, customer, hidden, masked)
    note(ticket, f"内部{hidden.word('note')}", by=owner, uploads=[_file(hidden)])
    reply(ticket, f"答复{hidden.word('reply')}", by=owner, uploads=[_file(hidden)])
    receive(ticket, f"来信{hidden.word('message')}", via="web", name=hidden.word("writer"))
    save_findings(
        ticket,
        {
            "respondent": hidden.word("respondent"), "demand": hidden.word("demand"),
            "root_cause": hidden.word("root cause"), "corrective": hidden.word("corrective"),
            "liability": "ours",
        },
        by=owner,
    )  # fmt: skip
    add_measure(
        clock.company_today(), title=f"改进{hidden.word('measure')}", owner=owner,
        due_at=clock.now() + timedelta(days=3), by=company.admin, ticket=ticket,
    )  # fmt: skip
    changes = {"phone": masked.mobile("new phone"), "email": masked.email("new e-mail")}
    update_ticket(ticket, changes=changes, actor=company.admin)
    wake_at, reason = clock.now() + timedelta(days=1), hidden.word("reason")
    transition(ticket, Phase.SCHEDULED, by=owner, reason=reason, wake_at=wake_at)
    rating = make_rating(ticket, 1)
    SurveyResponse.objects.filter(pk=rating.pk).update(comment=hidden.word("comment"))
    late = make_late_clock(ticket)
    type(late).objects.filter(pk=late.pk).update(waived_reason=hidden.word("waiver"))
    terms = [ticket.title, ticket.number, ticket.requester, ticket.phone]
    return Served(customer, ticket, rating, _article(company, owner, hidden), terms)


def _ticket(
    company: Company, owner: User, customer: Customer, hidden: Canaries, masked: Canaries
) -> Ticket:
    return make_ticket(
        company, owner, customer=customer, type_id=type_of("complaint").pk, priority="high",
        title=f"密诉{hidden.word('title')}", description=f"经过{hidden.word('description')}",
        impact=hidden.word("impact"), requester=hidden.word("requester"),
        phone=masked.mobile("phone"), email=masked.email("email"),
        answers={"型号": hidden.word("answer")},
    )  # fmt: skip


def _file(hidden: Canaries) -> SimpleUploadedFile:
    return SimpleUploadedFile(f"{hidden.word('file')}.txt", b"content")


def _article(company: Company, owner: User, hidden: Canaries) -> Article:
    """A draft that was sent back, in a category that is closed to others."""
    hidden.where = f"article {Article.objects.count()}"
    closed = make_category(company, name="封闭", departments=[company.department("法务部")])
    article = make_article(
        company, owner, category=closed, title=f"密文{hidden.word('title')}",
        keywords=hidden.word("keywords"), problem=hidden.word("problem"), body=hidden.word("body"),
    )  # fmt: skip
    submit_article(article, actor=owner, note=hidden.word("note"))
    return return_article(article, hidden.word("decision"), actor=company["service_lead"])


# --- the doors -----------------------------------------------------------------------------------
def service_doors(served: Served) -> Iterator[Ask]:
    """Every door of the ticket, its rating and the draft."""
    yield from _keyed("tickets:ticket_", served.ticket)
    yield from _keyed("knowledge:article_", served.article)
    yield from _listed(served)
    yield from _marked(served)
    yield Ask("rating", "get", reverse("tickets:rating_detail", args=[served.rating.pk]))
    yield Ask("desk", "get", reverse("tickets:desk"), {"ticket": served.ticket.pk})
    for name in ("tickets", "follow-ups"):
        place = reverse("customers:customer_panel", args=[served.customer.pk, name])
        yield Ask("customer", "get", place)
    stale = {"version": "0", "title": "x", "description": "x", "priority": "low"}
    edit = reverse("tickets:ticket_edit", args=[served.ticket.pk])
    yield Ask("stale save", "post", edit, stale)
    for name in ("merge", "link", "parent"):  # as the other one, from one's own
        yield Ask("other", "post", reverse(f"tickets:ticket_{name}", args=[served.ticket.pk]),
                  {"target": served.ticket.pk, "other": served.ticket.pk,
                   "parent": served.ticket.pk, "kind": "related"})  # fmt: skip


def _keyed(prefix: str, row: Any) -> Iterator[Ask]:
    """All addresses of its kind that take a key, as page and as dialog."""
    others: dict[str, Any] = defaultdict(lambda: 1, to="resolved")
    if isinstance(row, Ticket):
        others["message"] = row.messages.first().pk
    panels = [panel.name for panel in panels_of(type(row))]
    seen = set()
    for address in addresses():
        name = address.name.partition("#")[0]
        if not name.startswith(prefix) or "<int:pk>" not in address.pattern or name in seen:
            continue
        seen.add(name)
        for panel in panels if "<slug:name>" in address.pattern else [""]:
            others |= {"pk": row.pk, "name": panel}
            places = re.findall(r"<\w+:(\w+)>", address.pattern)
            path = reverse(name, kwargs={place: others[place] for place in places})
            yield Ask(name, "get", path, target="dialog-body" if "step" in name else "")
    detail = row.get_absolute_url()
    yield Ask("timeline", "get", detail, target="timeline")
    yield Ask("print", "get", detail, {"print": "1"})


def _listed(served: Served) -> Iterator[Ask]:
    """Lists as a whole, searches for what one might know, what stands beside the intake form."""
    for name in LISTS[:-1]:
        for scene in ("", "all"):
            yield Ask("many", "get", reverse(name), {"page_size": "200", "scene": scene})
    for term in ("KQZ", "mk", *served.terms):
        for name in SEARCHES:
            yield Ask("search", "get", reverse(name), {"q": term})
    card = reverse("tickets:intake_card")
    yield Ask("intake", "get", card, {"customer": served.customer.pk})


def _marked(served: Served) -> Iterator[Ask]:
    """Marked rows and whole lists: bulk pages and exports."""
    keys = [served.ticket.pk, served.article.pk]
    for action in BULK:
        path = reverse("tickets:ticket_bulk", args=[action])
        yield Ask("bulk", "post", path, {"ids": keys})
        yield Ask("bulk run", "post", path, {"ids": keys, "step": "run"})
    for name in EXPORTS:
        run: dict[str, Any] = {"step": "run", "columns": "all", "fmt": "csv"}
        yield Ask("export", "post", reverse(name), run | {"all": "1"})
        yield Ask("export marked", "post", reverse(name), run | {"rows": "marked", "ids": keys})
