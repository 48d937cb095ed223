"""The text of an article while it is written, and as it was: drafts kept, preview, versions."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from crm.access import policies, verbs
from crm.core import clock
from crm.web.views.base import PageView
from knowledge import markdown, reading
from knowledge.links import own_address
from knowledge.models import Article
from knowledge.services.autosaving import autosave
from knowledge.views.articles import ArticleRows

#: Characters of a text whose preview is drawn.
PREVIEWED = 60_000


class ArticleAutosaveView(ArticleRows, PageView):
    """Keep what stands in the form, every few seconds."""

    model = Article
    verb = verbs.CHANGE
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        article = self.get_object()
        version = request.POST.get("version", "")
        seen = int(version) if version.isdecimal() and len(version) < 10 else 0
        autosave(article, request.POST.dict(), base_version=seen, actor=request.user)
        time = date_format(localtime(clock.now()), "H:i:s")
        current = seen == article.version
        return JsonResponse({"saved": _("Kept at %(time)s") % {"time": time}, "current": current})


class PreviewView(PageView):
    """Markdown as readers will see it."""

    model = Article
    verb = verbs.ADD
    template = "knowledge/_preview.html"
    http_method_names = ["post"]

    def check_right(self) -> None:
        if not policies.can(self.request.user, verbs.ADD, Article):
            policies.require(self.request.user, verbs.CHANGE, Article)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        text = request.POST.get("body", "")[:PREVIEWED]
        return self.show({"html": markdown.to_html(text, own_address)})


class VersionView(ArticleRows, PageView):
    """A version as it was handed in, or what it changed against another one."""

    model = Article
    template = "knowledge/version.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        article = self.get_object()
        rows = reading.versions_for(article, request.user)
        version = rows.filter(number=kwargs["number"]).first()
        if version is None:
            raise Http404
        others = list(rows.exclude(pk=version.pk).order_by("-number")[:50])
        against = self.chosen(others)
        context = {
            "title": f"{version.title} · v{version.number}",
            "article": article,
            "version": version,
            "others": others,
            "against": against,
            "lines": reading.compare(against, version) if against else [],
            "text": reading.shown(version),
            "back_url": article.get_absolute_url(),
        }
        return self.show(context)

    def chosen(self, others: list[Any]) -> Any:
        """The version of `?against=`."""
        wanted = self.request.GET.get("against", "")
        return next((row for row in others if str(row.number) == wanted), None)
