"""Articles from one sheet. Every row is a draft: nothing is released without a review.

The same title in the same category is the same article; an update begins a revision of a released
one, whose readers go on reading what was released.
"""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from crm.access import policies, verbs
from crm.core import text
from crm.core.errors import DomainError
from crm.jobs.importing.fields import Known, missing
from crm.jobs.importing.kinds import ImportKind, UndoKind
from crm.jobs.importing.resources import (
    NEW,
    REFUSE,
    SAME,
    SKIP,
    UPDATE,
    Options,
    Resource,
    Row,
    Written,
    register,
)
from crm.jobs.kinds import register as register_kind
from crm.jobs.models import JobRow
from customers.importing.values import wanted_changes
from knowledge import tree
from knowledge.choices import ArticleState, Audience, Kind
from knowledge.importing.fields import FIELDS
from knowledge.models import Article
from knowledge.services.removing import purge_article
from knowledge.services.reviewing import discard_changes, ended
from knowledge.services.writing import create_article, spelled, update_article

Outcome = JobRow.Outcome
#: What a row sets besides the title and the category, which say which article it is.
COLUMNS = ("kind", "problem", "body", "keywords", "audience")
Key = tuple[int, str]


class ArticleResource(Resource):
    """Articles, always as drafts (D13-1)."""

    code = "articles"
    label = gettext_lazy("Articles")
    model = Article
    fields = FIELDS
    summary_event = "knowledge.article.imported"
    url_name = "knowledge:article_import"
    kept_on_update = frozenset({"title", "category"})

    def known(self, actor: Any) -> Known:
        """Categories open to the importer by name and by path."""
        found: dict[str, set[int]] = {}
        for pk, label in tree.offered(actor):
            for name in (label, tree.nodes()[pk].name):
                found.setdefault(text.name_key(name), set()).add(pk)
        return Known(extra={"categories": found})

    def combine(self, row: Row, known: Known, options: Options) -> None:
        """A title and a category are needed; a text, and the problem of a solution, are missed."""
        values = row.values
        if not values.get("title"):
            row.refuse(_("The title is missing."))
        if not values.get("category"):
            row.refuse(_("There is no category that is open to you."))
        wanted = ["body", *(["problem"] if values.get("kind") == Kind.SOLUTION else [])]
        for name in wanted:
            if not values.get(name):
                label = str(self.by_name()[name].label)
                note = missing(gettext_noop("%(field)s is missing."), field=label)
                row.notes.append((name, note))

    # --- all rows -------------------------------------------------------------------------------
    def examine(self, rows: Sequence[Row], actor: Any, options: Options, seen: dict) -> None:
        """First the file itself, then the articles that stand in the categories."""
        open_rows = [(row, key_of(row)) for row in rows if row.outcome != REFUSE]
        known = _present([row for row, _key in open_rows])
        may_change = Article.objects.kept().visible_to(actor, verbs.CHANGE)
        mine = set(may_change.filter(pk__in=known.values()).values_list("pk", flat=True))
        for row, key in open_rows:
            first = seen.setdefault(key, row.number)
            if first != row.number:
                reason = _("The same article stands in row %(row)d of the file.") % {"row": first}
                _settle(row, reason, options.duplicates == "refuse")
            elif key in known:
                self._settle(row, known[key], options, mine)

    def _settle(self, row: Row, match: int, options: Options, mine: set[int]) -> None:
        """An article stands there: leave it, refuse the row, or change the text in hand."""
        if options.duplicates == "update" and match in mine:
            row.outcome, row.match = UPDATE, match
        elif options.duplicates == "update":
            row.refuse(_("The article exists already, and you may not change it."))
        else:
            reason = _("The article exists already in this category.")
            _settle(row, reason, options.duplicates == "refuse")

    # --- writing --------------------------------------------------------------------------------
    def write(self, rows: Sequence[Row], actor: Any, options: Options, note: str) -> list[Written]:
        """Look again for articles made meanwhile, then write one by one."""
        self.examine([row for row in rows if row.outcome == NEW], actor, options, {})
        return [self._write(row, actor, options) for row in rows]

    def _write(self, row: Row, actor: Any, options: Options) -> Written:
        if row.outcome == REFUSE:
            return Written(row, Outcome.REFUSED, reason=row.reason)
        if row.outcome in (SKIP, SAME):
            return Written(row, Outcome.SKIPPED, reason=row.reason)
        change = self._update if row.outcome == UPDATE else self._create
        try:
            with transaction.atomic():
                return change(row, actor, options)
        except DomainError as error:
            return Written(row, Outcome.REFUSED, reason=error.message)
        except ValidationError as error:
            return Written(row, Outcome.REFUSED, reason=" ".join(error.messages))

    def _create(self, row: Row, actor: Any, options: Options) -> Written:
        values = {"kind": Kind.ARTICLE, "audience": Audience.STAFF} | column_values(row.values)
        article = Article(title=row.values["title"], category_id=row.values["category"], **values)
        create_article(article, actor=actor)
        return Written(row, Outcome.CREATED, article, data={"version": article.version})

    def _update(self, row: Row, actor: Any, options: Options) -> Written:
        rows = Article.objects.kept().visible_to(actor, verbs.CHANGE)
        article = rows.filter(pk=row.match).first()
        if article is None:
            return Written(row, Outcome.REFUSED, reason=_("The article is no longer there."))
        before = {name: getattr(article, name) for name in (*COLUMNS, "status", "version")}
        changes = wanted_changes(article, column_values(row.values), options)
        update_article(article, changes=changes, actor=actor)
        if article.version == before["version"]:
            return Written(row, Outcome.SKIPPED, article, _("Nothing to change."))
        data = {"version": article.version, "before": before}
        return Written(row, Outcome.UPDATED, article, data=data)

    # --- undo -----------------------------------------------------------------------------------
    def undo(self, row: JobRow, actor: Any) -> str:
        """A new draft goes, an updated one returns to before; touched ones stay."""
        article = Article.objects.kept().filter(pk=row.object_id).first()
        if article is None:
            return _("The article is no longer there.")
        if not policies.can(actor, verbs.CHANGE, article):
            return _("You may no longer change this article.")
        if article.version != row.data.get("version"):
            return _("The article has been changed since the import.")
        if row.outcome == Outcome.CREATED:
            purge_article(article, actor=None)
            return ""
        before = dict(row.data["before"])
        del before["version"]
        _give_back(article, before, actor)
        return ""


def _give_back(article: Article, before: dict[str, Any], actor: Any) -> None:
    """The values of before; a revision that the import began ends where a version can be read."""
    began = before.pop("status") == ArticleState.PUBLISHED and article.status == ArticleState.DRAFT
    update_article(article, changes=before, actor=actor)
    if began and article.released is not None and not ended(article.released):
        discard_changes(article, actor=actor)


def _present(rows: Sequence[Row]) -> dict[Key, int]:
    """Articles of these rows' categories with these rows' titles, whoever may see them.

    Found by the index of the spelled title; compared as written.
    """
    categories = {row.values["category"] for row in rows}
    titles = {spelled(row.values["title"]) for row in rows}
    found = Article.objects.kept().filter(title_pinyin__in=titles, category_id__in=categories)
    values = found.order_by("-pk").values_list("pk", "category_id", "shown_title")
    return {(category, text.name_key(title)): pk for pk, category, title in values}


def key_of(row: Row) -> Key:
    """What makes two rows the same article."""
    return row.values["category"], text.name_key(row.values["title"])


def _settle(row: Row, reason: str, is_refused: bool) -> None:
    if is_refused:
        row.refuse(reason)
    else:
        row.outcome, row.reason = SKIP, reason


def column_values(values: dict[str, Any]) -> dict[str, Any]:
    """Model values of the columns that are filled."""
    return {name: values[name] for name in COLUMNS if values.get(name)}


ARTICLES = register(ArticleResource())


@register_kind
class ArticleImport(ImportKind):
    """Import of articles."""

    code = "articles.import"
    label = gettext_lazy("Import of articles")
    model = Article
    resource = ARTICLES


@register_kind
class ArticleImportUndo(UndoKind):
    """Undo of an import of articles."""

    code = "articles.import_undo"
    label = gettext_lazy("Undo of an import of articles")
    model = Article
    resource = ARTICLES
