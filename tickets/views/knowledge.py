"""The knowledge base on tickets: suggestions, an article in a reply, an article of a solution."""

import secrets
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from crm.access import policies, verbs
from crm.core.errors import DomainError
from crm.web import htmx
from crm.web.navigation import address
from crm.web.views.base import PageView
from knowledge.models import Article
from knowledge.services import suggest
from tickets import forms
from tickets.choices import MessageKind
from tickets.conversation import newest_of
from tickets.desk.places import desk_url, queue_in
from tickets.models import Ticket
from tickets.services.articles import MOST, draft_article, quote_for, suggestions
from tickets.views.steps import ActionView
from tickets.views.tickets import TicketRows

#: Characters of a text that are looked at.
TEXT = 1000


class TicketKnowledgeView(TicketRows, PageView):
    """Articles beside a ticket; `?text=` is what is written right now."""

    model = Ticket
    template = "tickets/knowledge.html"
    partials = {"ticket-knowledge": "tickets/_knowledge.html"}

    def check_right(self) -> None:
        """The reader sees articles, too."""
        super().check_right()
        policies.require(self.request.user, verbs.VIEW, Article)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        ticket = self.get_object()
        found = suggestions(ticket, request.user, request.GET.get("text", "")[:TEXT])
        return self.show(
            {
                "title": f"{_('Knowledge base')} · {ticket.number}",
                "ticket": ticket,
                "suggestions": found,
                "queue": queue_in(request.GET),
                "may_insert": policies.can(request.user, verbs.ADD, Ticket),
            }
        )


class TicketQuoteView(TicketRows, PageView):
    """插入回复: the words of an article; scripts get the text, others the form with it."""

    model = Ticket
    template = "tickets/message.html"
    http_method_names = ["post"]

    def check_right(self) -> None:
        """For those who write on tickets and read articles."""
        super().check_right()
        policies.require(self.request.user, verbs.ADD, Ticket)
        policies.require(self.request.user, verbs.VIEW, Article)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        ticket, by_script = self.get_object(), bool(request.POST.get("script"))
        public = request.POST.get("kind", MessageKind.PUBLIC) == MessageKind.PUBLIC
        try:
            text = quote_for(ticket, self.article(), actor=request.user, public=public)
        except DomainError as error:
            if not by_script:
                raise
            return JsonResponse({"error": error.message})
        return JsonResponse({"text": text}) if by_script else self.form(ticket, text, public)

    def article(self) -> Article:
        """The article of the address, if the reader sees it."""
        rows = Article.objects.kept().visible_to(self.request.user)
        found = rows.filter(pk=self.kwargs["article"]).first()
        if found is None:
            raise Http404
        return found

    def form(self, ticket: Ticket, text: str, public: bool) -> HttpResponse:
        """The message form with the words in it."""
        queue = queue_in(self.request.POST)
        kind = MessageKind.PUBLIC if public else MessageKind.INTERNAL
        seen, token = newest_of(ticket), secrets.token_hex(16)
        values = {"text": text, "kind": kind, "desk": queue, "seen": seen, "token": token}
        shown = forms.MessageForm(initial=values)
        return self.show(
            {
                "title": f"{ticket.number} {ticket.title}",
                "form": shown,
                "submit_label": _("Send the message"),
                "cancel_url": desk_url(queue, ticket.pk) if queue else ticket.get_absolute_url(),
                "action_url": address("tickets:ticket_message", ticket.pk),
            }
        )


class TicketArticleView(ActionView):
    """由工单生成文章: a draft from what solved the ticket."""

    verb = verbs.VIEW
    form_class = forms.ArticleDraftForm

    def check_right(self) -> None:
        """For those who write articles."""
        super().check_right()
        policies.require(self.request.user, verbs.ADD, Article)

    def title(self, ticket: Ticket) -> str:
        return f"{_('Draft an article')} · {ticket.number}"

    def submit_label(self, ticket: Ticket) -> str:
        return _("Make the draft")

    def perform(self, ticket: Ticket, data: dict[str, Any]) -> str:
        self.made = draft_article(ticket, data["title"], data["category"], actor=self.request.user)
        return _("The draft was made; names, numbers and addresses were taken out.")

    def done(self, ticket: Ticket, text: str) -> HttpResponse:
        """On to the draft: an editor reads it before anybody else does."""
        messages.success(self.request, text)
        url = address("knowledge:article_edit", self.made.pk)
        return htmx.redirect(url) if self.request.htmx else redirect(url)

    def context(self, ticket: Ticket, form: Any) -> dict[str, Any]:
        help_text = _("Phones, addresses and the names of the customer are taken out.")
        return super().context(ticket, form) | {"help": help_text}


class HintsView(PageView):
    """Articles that fit what is typed into the intake form: perhaps no ticket is needed."""

    model = Ticket
    verb = verbs.ADD
    template = "tickets/_hints.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        text = f"{request.GET.get('title', '')} {request.GET.get('description', '')}"[:TEXT].strip()
        sees = bool(policies.can(request.user, verbs.VIEW, Article))
        return self.show(
            {"suggestions": suggest(text, request.user, MOST) if text and sees else []}
        )
