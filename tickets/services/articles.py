"""A ticket and the knowledge base: suggestions, words for a reply, an article of a solution."""

from itertools import chain
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from crm.access import policies, verbs
from crm.accounts.models import User
from crm.audit.services import record
from crm.core.errors import InvalidTransition
from crm.dictionaries import lookups
from customers.models import Contact
from knowledge.models import Article, Category
from knowledge.services import Suggestion, draft_from, quote, record_use, suggest
from tickets import catalog
from tickets.choices import SOLVED, MessageKind
from tickets.models import Ticket, TicketEvent, TicketMention, TicketMessage, TicketWatcher

#: Characters of the problem that are looked at, behind those of the draft.
PROBLEM = 300
#: Articles that are suggested.
MOST = 5
#: Answers that go into an article, and people of a customer whose names are taken out.
ANSWERS, PEOPLE = 30, 200


def suggestions(ticket: Ticket, user: Any, draft: str = "") -> list[Suggestion]:
    """Articles for a ticket; what somebody writes right now counts first.

    Type and business category stand last: their keywords count, their characters only in short
    texts.
    """
    kind, node = lookups.item(ticket.type_id), catalog.node(ticket.category_id)
    words = [draft[-PROBLEM:], ticket.title, ticket.description[:PROBLEM]]
    words += [kind.label if kind else "", node.name if node else ""]
    return suggest(" ".join(words), user, MOST)


@transaction.atomic
def quote_for(ticket: Ticket, article: Article, *, actor: Any, public: bool) -> str:
    """The words of an article for a message on a ticket; its use is recorded.

    Raises NotAllowed, and InvalidValue where a `public` message must not hold the article.
    """
    policies.require(actor, verbs.VIEW, ticket)
    policies.require(actor, verbs.ADD, Ticket)
    found = quote(article, actor=actor, public=public)
    record_use(found.version, ticket, actor=actor)
    return f"{found.text}\n{found.url}" if found.url else found.text


@transaction.atomic
def draft_article(ticket: Ticket, title: str, category: Category, *, actor: Any) -> Article:
    """A draft of an article from a solved ticket, without what points to a person (8.7).

    Raises InvalidTransition for a ticket without a solution, NotAllowed.
    """
    policies.require(actor, verbs.VIEW, ticket)
    if ticket.phase not in SOLVED:
        raise InvalidTransition(_("Drafting failed: the ticket is not solved yet."))
    article = draft_from(
        _text(ticket),
        title=title,
        category=category,
        problem=ticket.description,
        names=names_on(ticket),
        colleagues=colleagues_on(ticket),
        actor=actor,
    )
    record("tickets.ticket.drafted", ticket, actor=actor, about=[article])
    return article


def _text(ticket: Ticket) -> str:
    """The solution, then what the customer was told."""
    rows = TicketMessage.objects.filter(ticket=ticket, kind=MessageKind.PUBLIC)
    answers = rows.exclude(by_automation=True).order_by("created_at", "pk")
    parts = [f"## {_('Solution')}", ticket.solution]
    if told := list(answers.values_list("text", flat=True)[:ANSWERS]):
        parts += [f"## {_('What the customer was told')}", *told]
    return "\n\n".join(parts)


def names_on(ticket: Ticket) -> list[str]:
    """Names of the customer and of everybody who spoke for him on this ticket, as they are known.

    With what they are called (张总) and their WeChat name, which is one as well.
    """
    found = [ticket.requester]
    people = Contact.objects.filter(pk=ticket.contact_id)
    if ticket.customer is not None:
        found.append(ticket.customer.name)
        people |= Contact.objects.filter(customer=ticket.customer)
    known = people.order_by("pk").values_list("name", "salutation", "wechat")[:PEOPLE]
    found += chain.from_iterable(known)
    writers = TicketMessage.objects.filter(ticket=ticket, kind=MessageKind.CUSTOMER)
    found += writers.exclude(name="").values_list("name", flat=True).distinct()[:PEOPLE]
    return sorted({name for name in found if name})


def colleagues_on(ticket: Ticket) -> list[str]:
    """Names of those of us who wrote on this ticket, changed it, watch it or are mentioned."""
    keys = {ticket.owner_id, ticket.supervisor_id, ticket.created_by_id}
    for rows, who in (
        (TicketMessage.objects.filter(ticket=ticket), "author"),
        (TicketMention.objects.filter(message__ticket=ticket), "user"),
        (TicketWatcher.objects.filter(ticket=ticket), "user"),
        (TicketEvent.objects.filter(ticket=ticket), "actor"),
    ):
        keys.update(rows.order_by().values_list(who, flat=True).distinct()[:PEOPLE])
    people = User.objects.filter(pk__in=keys - {None}).values_list("name", flat=True)
    return sorted(filter(None, people))
