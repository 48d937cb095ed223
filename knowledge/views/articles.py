"""Pages of articles: list, detail, forms, bin, versions."""

from typing import Any

from django.http import Http404
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.access import policies, verbs
from crm.activities.models import Attachment
from crm.audit.transitions import available
from crm.dictionaries import settings
from crm.jobs.exporting.actions import ExportSelected, export_action
from crm.web.listing import Searched
from crm.web.navigation import address
from crm.web.views.autocomplete import AutocompleteView
from crm.web.views.base import ObjectMixin
from crm.web.views.bulk import BulkView
from crm.web.views.delete import BinView, DeleteView, RestoreView
from crm.web.views.detail import DetailView, PanelView
from crm.web.views.edit import CreateView, EditView
from crm.web.views.list import ListView
from knowledge import bulk, facts, lists, public, reading
from knowledge.choices import ArticleState, Kind
from knowledge.forms import ArticleForm
from knowledge.models import Article, Category
from knowledge.services.autosaving import autosaved, forget_autosave
from knowledge.services.gaps import ticket_for
from knowledge.services.removing import delete_article, restore_article
from knowledge.services.reviewing import needs_another
from knowledge.services.writing import create_article, update_article
from knowledge.states import STATE

PREFIX = "knowledge:article"
#: Files that can be put into the text with one click.
FILES = 20
#: What would end the words of a mark too early.
_BRACKETS = str.maketrans("", "", "[]\\`")


class ArticleListView(ListView):
    """The knowledge base (D13-1)."""

    spec = lists.ARTICLES
    title = gettext_lazy("Knowledge base")
    url_prefix = PREFIX
    bulk_actions = (*bulk.ARTICLE_ACTIONS, ExportSelected)
    row_actions = (
        {
            "label": gettext_lazy("Edit"),
            "icon": "pencil",
            "url_name": "knowledge:article_edit",
            "needs": verbs.CHANGE,
        },
    )
    empty = {
        "icon": "book",
        "title": gettext_lazy("No articles yet"),
        "text": gettext_lazy("Write down what you are asked again and again."),
    }

    def results_context(self) -> dict[str, Any]:
        """A search without any result says so to those who write (the page asks, not the GET)."""
        context = super().results_context()
        if self.listing.text and not self.listing.page.ids:
            context["gap"] = {
                "url": address("knowledge:gap_add"),
                "ticket": ticket_for(self.listing.text),
            }
        return context

    def more_actions(self) -> list[dict[str, Any]]:
        found = []
        if self.can(verbs.CHANGE):
            review = f"{self.request.path}?review=overdue"
            found.append(
                {"label": _("To be reviewed"), "url": review, "icon": "clock", "name": "stale"}
            )
        if self.can(verbs.ADD):
            url = address("knowledge:gap_list")
            label = _("Searches without result")
            found.append({"label": label, "url": url, "icon": "search-off", "name": "gaps"})
        if public.is_open():
            url, label = address("help:centre"), _("Help centre")
            found.append({"label": label, "url": url, "icon": "world", "name": "help-centre"})
        if policies.can(self.request.user, verbs.VIEW, Category):
            url = address("knowledge:category_list")
            label = _("Knowledge categories")
            found.append({"label": label, "url": url, "icon": "binary-tree", "name": "categories"})
        if self.can(verbs.IMPORT):
            url = address("knowledge:article_import")
            found.append({"label": _("Import"), "url": url, "icon": "upload", "name": "import"})
        if self.can(verbs.EXPORT):
            found.append(export_action(PREFIX, self.query(page=None, after=None)))
        if self.can(verbs.DELETE):
            url = address("knowledge:article_bin")
            found.append({"label": _("Recycle bin"), "url": url, "icon": "trash", "name": "bin"})
        return found


class ArticleRows(ObjectMixin):
    """Articles outside the bin."""

    def rows(self) -> Any:
        return Article.objects.kept().select_related(
            "owner", "created_by", "edited_by", "candidate", "released", "fault"
        )


class ArticleDetailView(ArticleRows, DetailView):
    """An article with its text, versions and files."""

    model = Article
    spec = lists.ARTICLES
    url_prefix = PREFIX

    def header(self, obj: Article) -> dict[str, Any]:
        return {
            "badges": facts.badges(obj, self.request.user),
            "owner": obj.owner,
            "owner_label": _("Owner"),
            "notices": facts.notices(obj, self.request.user),
            "created_text": created_text(obj),
        }

    def facts(self, obj: Article) -> list[dict[str, Any]]:
        return facts.article_facts(obj, self.request.user)

    def timeline(self, obj: Article) -> dict[str, Any]:
        """Changes name what is not released: readers see the versions instead."""
        if reading.sees_hand(self.request.user, obj):
            return super().timeline(obj)
        if self.request.htmx and self.request.htmx.target == "timeline":
            raise Http404
        return {}

    def actions(self, obj: Article) -> list[dict[str, Any]]:
        return [*self.steps(obj), *super().actions(obj)]

    def steps(self, obj: Article) -> list[dict[str, Any]]:
        """The steps that the state and the reader's rights allow, the next one first."""
        may = {name for name, answer in available(STATE, obj, self.request.user).items() if answer}
        if needs_another(obj.candidate, self.request.user):
            may.discard("publish")
        shown = {
            "publish": ("circle-check", {"dialog": True, "style": "primary"}),
            "submit": ("send", {"dialog": True, "style": "primary"}),
            "return": ("message-x", {"dialog": True}),
            "withdraw": ("arrow-back-up", {"method": "post"}),
        }
        return [self.step(obj, name, *shown[name]) for name in shown if name in may]

    def step(self, obj: Article, name: str, icon: str, more: dict[str, Any]) -> dict[str, Any]:
        """One button of the state machine."""
        url = address(f"knowledge:article_{name}", obj.pk)
        label = STATE.by_name[name].label
        return {"label": label, "url": url, "icon": icon, "name": name, **more}

    def more_actions(self, obj: Article) -> list[dict[str, Any]]:
        may = {name for name, answer in available(STATE, obj, self.request.user).items() if answer}
        found = []
        if "discard" in may and obj.released_id:
            found.append(self.step(obj, "discard", "arrow-back-up", {"method": "post"}))
        if "retire" in may and obj.released_id:
            found.append(self.step(obj, "retire", "archive", {"dialog": True}))
        if obj.released_id and policies.can(self.request.user, verbs.CHANGE, obj):
            url = address("knowledge:article_confirm", obj.pk)
            label = _("Still right")
            found.append(
                {"label": label, "url": url, "icon": "checks", "name": "confirm", "method": "post"}
            )
        return found + super().more_actions(obj)


def created_text(obj: Article) -> str:
    """When and by whom the article was begun."""
    day = date_format(localtime(obj.created_at), "DATE_FORMAT")
    name = obj.created_by.display_name if obj.created_by else _("The system")
    return _("Created on %(day)s by %(name)s") % {"day": day, "name": name}


class ArticlePanelView(ArticleRows, PanelView):
    """One panel of an article's page."""

    model = Article


class ArticleCreateView(CreateView):
    """A new article."""

    model = Article
    form_class = ArticleForm
    title = gettext_lazy("New article")
    url_prefix = PREFIX
    template = "knowledge/form.html"

    def form_options(self) -> dict[str, Any]:
        wanted = self.request.GET.get("kind", "")
        kind = wanted if wanted in Kind.values else Kind.ARTICLE
        return {"initial": {"kind": kind, "title": self.request.GET.get("title", "")[:120]}}

    def save(self, form: ArticleForm) -> Article:
        products = form.cleaned_data["products"]
        return create_article(form.instance, actor=self.request.user, products=products)

    def extra(self) -> dict[str, Any]:
        return {"draft_key": "article-new", "preview_url": address("knowledge:preview")}


class ArticleEditView(ArticleRows, EditView):
    """Change the text in hand."""

    model = Article
    form_class = ArticleForm
    title = gettext_lazy("Edit article")
    url_prefix = PREFIX
    template = "knowledge/form.html"

    def form_options(self) -> dict[str, Any]:
        kept = self.kept if self.request.GET.get("restore") else None
        return {"instance": self.object, "initial": kept.values if kept else None}

    @property
    def kept(self) -> Any:
        """What this person typed before and did not save."""
        return autosaved(self.object, self.request.user)

    def save(self, form: ArticleForm) -> Article:
        article = update_article(
            self.object,
            changes=form.entity_values(),
            actor=self.request.user,
            version=form.cleaned_data.get("version"),
            products=form.cleaned_data["products"],
        )
        forget_autosave(article, actor=self.request.user)
        return article

    def extra(self) -> dict[str, Any]:
        kept = None if self.request.GET.get("restore") else self.kept
        return {
            "preview_url": address("knowledge:preview"),
            "autosave_url": address("knowledge:article_autosave", self.object.pk),
            "kept": kept,
            "is_stale": bool(kept) and kept.base_version != self.object.version,
            "in_review": self.object.status == ArticleState.IN_REVIEW,
            "files": files_of(self.object, self.request.user),
        }


def files_of(article: Article, user: Any) -> list[dict[str, str]]:
    """The newest files of an article, with the marks that show them in its text."""
    rows = Attachment.objects.on(article).kept().visible_to(user).order_by("-pk")[:FILES]
    return [{"name": row.name, "mark": mark_of(row)} for row in rows]


def mark_of(file: Attachment) -> str:
    """`![name](file:22)` for a picture, the same without ! for what is downloaded."""
    words = file.name.rpartition(".")[0].translate(_BRACKETS) or file.name
    return f"{'!' if file.preview else ''}[{words}](file:{file.pk})"


class ArticleDeleteView(ArticleRows, DeleteView):
    """Put an article into the bin."""

    model = Article
    url_prefix = PREFIX

    def remove(self, obj: Article) -> None:
        delete_article(obj, actor=self.request.user)


class ArticleBinView(BinView):
    """Deleted articles."""

    model = Article
    url_prefix = PREFIX
    title = gettext_lazy("Recycle bin: articles")

    def days(self) -> int:
        return int(settings.get("bin_days"))


class ArticleRestoreView(RestoreView):
    """Bring an article back."""

    model = Article
    url_prefix = PREFIX

    def restore(self, obj: Article) -> None:
        restore_article(obj, actor=self.request.user)


class ArticleBulkView(BulkView):
    """Bulk actions on articles."""

    spec = lists.ARTICLES
    actions = bulk.ARTICLE_ACTIONS
    url_prefix = PREFIX


class ArticleOptionsView(AutocompleteView):
    """Articles for remote selects."""

    model = Article

    def offered(self) -> Any:
        return super().offered().kept()

    def matching(self, rows: Any, text: str) -> Any:
        return lists.search_articles(rows, text, self.request.user, Searched(None, ())).queryset

    def hint(self, obj: Article) -> str:
        return str(obj.get_kind_display())
