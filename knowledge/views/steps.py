"""Pages that move an article on: hand in, withdraw, send back, publish, take down, confirm."""

from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy

from crm.access import verbs
from crm.core.errors import DomainError, NotAllowed
from crm.web import htmx
from crm.web.views.base import PageView
from knowledge.forms import PublishForm, RetireForm, ReturnForm, SubmitForm
from knowledge.models import Article
from knowledge.services import reviewing
from knowledge.verbs import REVIEW
from knowledge.views.articles import ArticleRows


class StepView(ArticleRows, PageView):
    """A step without questions."""

    model = Article
    verb = verbs.CHANGE
    done_text: ClassVar[Any] = ""
    http_method_names = ["post"]

    def step(self, article: Article, data: dict[str, Any]) -> None:
        """Call the service."""
        raise NotImplementedError

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        article = self.get_object()
        self.step(article, {})
        return self.done(article)

    def done(self, article: Article) -> HttpResponse:
        """Back to the article."""
        messages.success(self.request, self.done_text % {"name": article})
        url = article.get_absolute_url()
        return htmx.redirect(url) if self.request.htmx else redirect(url)


class AskingStepView(StepView):
    """A step that asks something first."""

    form_class: ClassVar[type[forms.Form]]
    title: ClassVar[Any] = ""
    submit_label: ClassVar[Any] = ""
    template = "generic/form.html"
    partials = {"dialog-body": "generic/_form.html"}
    http_method_names = ["get", "head", "post", "options"]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.show(self.context(self.get_object(), self.form_class()))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        article, form = self.get_object(), self.form_class(request.POST)
        if form.is_valid():
            try:
                self.step(article, form.cleaned_data)
                return self.done(article)
            except NotAllowed as error:
                form.add_error(None, error.message)
            except DomainError as error:
                form.add_error(error.field if error.field in form.fields else None, error.message)
        return self.show(self.context(article, form), status=422)

    def context(self, article: Article, form: forms.Form) -> dict[str, Any]:
        """Values of the form page."""
        return {
            "title": self.title % {"name": article},
            "form": form,
            "submit_label": self.submit_label,
            "cancel_url": article.get_absolute_url(),
            "action_url": self.request.path,
        }


class SubmitView(AskingStepView):
    """提交审核."""

    form_class = SubmitForm
    title = gettext_lazy("Hand in for review: %(name)s")
    submit_label = gettext_lazy("Hand in")
    done_text = gettext_lazy("“%(name)s” waits for review.")

    def step(self, article: Article, data: dict[str, Any]) -> None:
        reviewing.submit_article(article, actor=self.request.user, note=data["note"])


class WithdrawView(StepView):
    """撤回."""

    done_text = gettext_lazy("“%(name)s” is a draft again.")

    def step(self, article: Article, data: dict[str, Any]) -> None:
        reviewing.withdraw_article(article, actor=self.request.user)


class ReturnView(AskingStepView):
    """退回."""

    verb = REVIEW
    form_class = ReturnForm
    title = gettext_lazy("Send back: %(name)s")
    submit_label = gettext_lazy("Send back")
    done_text = gettext_lazy("“%(name)s” was sent back to its author.")

    def step(self, article: Article, data: dict[str, Any]) -> None:
        reviewing.return_article(article, data["reason"], actor=self.request.user)


class PublishView(AskingStepView):
    """发布."""

    verb = REVIEW
    form_class = PublishForm
    title = gettext_lazy("Publish: %(name)s")
    submit_label = gettext_lazy("Publish")
    done_text = gettext_lazy("“%(name)s” is released.")

    def step(self, article: Article, data: dict[str, Any]) -> None:
        reviewing.publish_article(article, actor=self.request.user, **data)


class ReviseView(StepView):
    """修订."""

    done_text = gettext_lazy("You can change “%(name)s” now; readers keep the released version.")

    def step(self, article: Article, data: dict[str, Any]) -> None:
        reviewing.revise_article(article, actor=self.request.user)


class DiscardView(StepView):
    """放弃修改."""

    done_text = gettext_lazy("“%(name)s” is as it was released.")

    def step(self, article: Article, data: dict[str, Any]) -> None:
        reviewing.discard_changes(article, actor=self.request.user)


class RetireView(AskingStepView):
    """下架."""

    verb = REVIEW
    form_class = RetireForm
    title = gettext_lazy("Take down: %(name)s")
    submit_label = gettext_lazy("Take down")
    done_text = gettext_lazy("“%(name)s” was taken down.")

    def step(self, article: Article, data: dict[str, Any]) -> None:
        reviewing.retire_article(article, actor=self.request.user, note=data["note"])


class ConfirmView(StepView):
    """The text is still right."""

    done_text = gettext_lazy("The next review of “%(name)s” was put off.")

    def step(self, article: Article, data: dict[str, Any]) -> None:
        reviewing.confirm_article(article, actor=self.request.user)
