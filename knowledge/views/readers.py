"""What readers do: answer whether it helped, and search for what is not there."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.access import policies, verbs
from crm.core.errors import DomainError
from crm.web.navigation import address
from crm.web.views.base import PageView
from knowledge import reading
from knowledge.forms import FeedbackForm
from knowledge.models import Article, SearchGap
from knowledge.services.feedback import give_feedback, session_of
from knowledge.services.gaps import forget_gap, record_gap, text_of
from knowledge.views.articles import ArticleRows

#: Rows of the page of searches without result.
LIMIT = 200


class FeedbackView(ArticleRows, PageView):
    """Did it help?"""

    model = Article
    template = "knowledge/_thanks.html"
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        article, form = self.get_object(), FeedbackForm(request.POST)
        version = reading.live_version(article)
        if version is None:
            raise Http404
        text = _("Thank you for your answer.")
        if not form.is_valid():
            return self.answer(article, _("Sending failed: please say yes or no."), 422)
        data = form.cleaned_data
        try:
            give_feedback(
                version, is_helpful=data["helpful"] == "yes", user=request.user,
                session=session_of(request.session.session_key, str(request.user.pk)),
                lack=data["lack"], text=data["text"],
            )  # fmt: skip
        except DomainError as error:
            return self.answer(article, error.message, error.status)
        return self.answer(article, text)

    def answer(self, article: Article, text: str, status: int = 200) -> HttpResponse:
        """The part instead of the question, or the article's page."""
        if self.request.htmx:
            return self.show({"text": text}, status=status if status == 422 else 200)
        (messages.success if status == 200 else messages.warning)(self.request, text)
        return redirect(article.get_absolute_url())


class GapAddView(PageView):
    """The page of a search that found nothing says so."""

    model = Article
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if text := text_of(request.POST.get("ticket", "")):
            record_gap(text)
        return HttpResponse(status=204)


class GapListView(PageView):
    """What people look for and nobody has written."""

    model = Article
    verb = verbs.ADD
    template = "knowledge/gaps.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        rows = SearchGap.objects.all()[:LIMIT]
        context = {
            "title": _("Searches without result"),
            "rows": rows,
            "limit": LIMIT,
            "add_url": address("knowledge:article_add"),
            "back_url": address("knowledge:article_list"),
        }
        return self.show(context)


class GapDeleteView(PageView):
    """Take words off the list."""

    model = Article
    verb = verbs.ADD
    http_method_names = ["post"]
    done_text = gettext_lazy("“%(name)s” was taken off the list.")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        gap = SearchGap.objects.filter(pk=kwargs["pk"]).first()
        if gap is None:
            raise Http404
        policies.require(request.user, verbs.ADD, Article)
        forget_gap(gap, actor=request.user)
        messages.success(request, self.done_text % {"name": gap})
        return redirect("knowledge:gap_list")
