"""The help centre: no log-in, no cookies, only what everybody may read."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.core.files.storage import default_storage
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponsePermanentRedirect,
)
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from crm.accounts import throttle
from crm.accounts.throttle import Limit
from crm.activities import files
from crm.activities.models import Attachment
from crm.activities.views.attachments import guarded
from crm.core.errors import DomainError, LimitReached
from crm.dictionaries import settings
from crm.visitors.pages import in_their_language
from crm.web.addresses import client_ip
from crm.web.navigation import address
from knowledge import links, public, reading, tree
from knowledge.choices import Lack
from knowledge.forms import FeedbackForm
from knowledge.markdown import to_text
from knowledge.models import Article, ArticleVersion
from knowledge.parameters import CONTACT, NOINDEX
from knowledge.services.feedback import give_feedback, session_of
from knowledge.services.gaps import record_gap, text_of, ticket_for

#: Articles of a category, hits of a search, articles on the first page.
LISTED, HITS, FIRST = 200, 30, 8
SALT = "knowledge.public_feedback"
#: Answers and notes of one network in a quarter of an hour.
WRITES = Limit(60, restarts=False)


@method_decorator([login_not_required, never_cache], name="dispatch")
class PublicView(View):
    """Base: closed by the switch, counted by network, drawn without the request (no cookie).

    In the language of the visitor's browser; articles are as they were written.
    """

    http_method_names = ["get", "head", "options"]
    is_search = False

    @in_their_language
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not public.is_open():
            return self.page("closed", status=404)
        try:
            if request.method.lower() in self.http_method_names:
                public.take_turn(client_ip(request), search=self.is_search)
            return super().dispatch(request, *args, **kwargs)
        except LimitReached as error:
            return self.page("refused", status=error.status, text=error.message)
        except Http404:
            return self.page("missing", status=404)

    def page(self, step: str, *, status: int = 200, **values: Any) -> HttpResponse:
        """One of the faces of the help centre."""
        context = {
            "step": step,
            "company": settings.get("company_name") or settings.get("site_name"),
            "page_name": "help:centre",
            "noindex": settings.get(NOINDEX),
            "contact": settings.get(CONTACT),
            **values,
        }
        response = render(None, "knowledge/help.html", context, status=status)
        if context["noindex"] or status != 200:
            response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    def article(self, key: int) -> Article:
        """A public article, else 404."""
        found = public.public_articles().filter(pk=key).first()
        if found is None:
            raise Http404
        return found


class CentreView(PublicView):
    """Categories, and the articles that helped most."""

    def get(self, request: HttpRequest) -> HttpResponse:
        nodes = [tree.nodes()[key] for key in tree.public_keys()]
        tops = [
            {"name": node.name, "text": node.description, "url": links.category_url(node)}
            for node in nodes
            if node.depth == 0 or node.parent_id not in tree.public_keys()
        ]
        first = public.in_categories([node.pk for node in nodes])[:FIRST]
        return self.page("centre", categories=tops, articles=[entry(row) for row in first])


def entry(article: Article) -> dict[str, str]:
    """An article in a list."""
    return {"title": article.shown_title, "url": links.public_url(article)}


class CategoryView(PublicView):
    """The articles of a category and of those below it."""

    def get(self, request: HttpRequest, pk: int, slug: str) -> HttpResponse:
        keys = set(tree.public_keys())
        if pk not in keys:
            raise Http404
        node = tree.nodes()[pk]
        if slug != links.slug_of(node.name):
            return HttpResponsePermanentRedirect(links.category_url(node))
        below = [tree.nodes()[key] for key in tree.below(pk) if key in keys]
        children = [
            {"name": item.name, "text": item.description, "url": links.category_url(item)}
            for item in below
            if item.parent_id == pk
        ]
        rows = public.in_categories([item.pk for item in below])[:LISTED]
        return self.page(
            "category", node=node, categories=children, articles=[entry(row) for row in rows]
        )


class SearchView(PublicView):
    """Search; words that find nothing are told by the page, since a GET writes nothing."""

    is_search = True

    def get(self, request: HttpRequest) -> HttpResponse:
        text = request.GET.get("q", "").strip()[:100]
        found = public.search(text, HITS) if text else []
        live = ArticleVersion.objects.live().filter(article__in=found)
        bodies = {row.article_id: to_text(row.body, 120) for row in live}
        hits = [entry(row) | {"text": bodies.get(row.pk, "")} for row in found]
        gap = ticket_for(text) if text and not hits else ""
        return self.page("search", text=text, articles=hits, gap=gap, gap_url=address("help:gap"))


@method_decorator(csrf_exempt, name="dispatch")
class ArticleView(PublicView):
    """An article; another slug leads to the right one.

    What visitors post is proven by the signed ticket of our page (docs/decisions/0018).
    """

    http_method_names = ["get", "head", "post", "options"]

    def get(self, request: HttpRequest, pk: int, slug: str) -> HttpResponse:
        article = self.article(pk)
        version = public.public_version(article)
        if version is None:
            raise Http404
        if slug != links.slug_of(article.shown_title):
            return HttpResponsePermanentRedirect(links.public_url(article))
        return self.show(article, version)

    def post(self, request: HttpRequest, pk: int, slug: str) -> HttpResponse:
        """Did it help? The page that asked is proven by its ticket."""
        sent = version_of(request.POST.get("ticket", ""))
        if sent is None:
            return self.page("refused", status=403, text=_("Sending failed: the page is too old."))
        article = self.article(pk)
        version, form = public.public_version(article), FeedbackForm(request.POST)
        if version is None or sent != version.pk or not form.is_valid():
            return self.show(article, version, said=_("Sending failed: the page is too old."))
        data = form.cleaned_data
        try:
            self.count(request)
            give_feedback(
                version, is_helpful=data["helpful"] == "yes", session=visitor(request),
                lack=data["lack"], text=data["text"],
            )  # fmt: skip
        except DomainError as error:
            return self.show(article, version, said=error.message)
        return self.show(article, version, said=_("Thank you for your answer."))

    def count(self, request: HttpRequest) -> None:
        """Raises LimitReached for a network that writes too much."""
        if not throttle.take(throttle.network_key("help-write", client_ip(request)), WRITES):
            raise LimitReached(_("Sending failed: too many answers. Please try again later."))

    def show(self, article: Article, version: Any, *, said: str = "") -> HttpResponse:
        """The page of the article."""
        text = reading.shown(version, public_address(article))
        node = tree.node(article.category_id)
        return self.page(
            "article", title=version.title, text=text, version=version, said=said,
            node=node, node_url=links.category_url(node) if node else "",
            ticket=signing.dumps(version.pk, salt=SALT), lacks=Lack.choices,
        )  # fmt: skip


def public_address(article: Article) -> Any:
    """Pictures and files of this article and links to other public ones."""

    def find(kind: str, key: int) -> str:
        if kind in ("file", "download"):
            return links.public_file_url(key)
        other = public.public_articles().filter(pk=key).first()
        return links.public_url(other) if other else ""

    return find


def version_of(ticket: str) -> int | None:
    """The version whose page a visitor answers; None for a forged ticket or one of yesterday."""
    try:
        key = signing.loads(ticket, salt=SALT, max_age=24 * 3600)
    except signing.BadSignature:
        return None
    return key if isinstance(key, int) else None


def visitor(request: HttpRequest) -> str:
    """One browser of one network; nothing of it is kept but a hash."""
    return session_of(client_ip(request), request.headers.get("User-Agent", ""))


@method_decorator(csrf_exempt, name="dispatch")
class GapView(PublicView):
    """The page of a search that found nothing says so."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest) -> HttpResponse:
        text = text_of(request.POST.get("ticket", ""))
        if not text:
            return HttpResponse(status=403)
        if throttle.take(throttle.network_key("help-write", client_ip(request)), WRITES):
            record_gap(text, by_visitor=True)
        return HttpResponse(status=204)


class PictureView(PublicView):
    """What a public article shows or links: the small picture we drew of an image, other files to
    be saved."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        label = Article._meta.label_lower.split(".")
        rows = Attachment.objects.filter(
            subject_type__app_label=label[0], subject_type__model=label[1]
        )
        attachment = rows.filter(pk=pk).first()
        article = self.article(attachment.subject_id) if attachment else None
        if article is None or not public.shows_file(article, pk):
            raise Http404
        try:
            stream = default_storage.open(attachment.preview or attachment.path, "rb")
        except FileNotFoundError as error:
            raise Http404 from error
        if attachment.preview:
            return guarded(FileResponse(stream, content_type="image/webp"))
        kind = files.TYPES.get(attachment.ending, files.UNKNOWN_TYPE)
        return guarded(
            FileResponse(stream, as_attachment=True, filename=attachment.name, content_type=kind)
        )
