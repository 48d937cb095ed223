"""The import wizard of articles."""

from typing import Any, ClassVar

from crm.jobs.importing import views
from knowledge.importing.articles import ARTICLES


class ArticleImportPage:
    """What the pages of the wizard share."""

    resource = ARTICLES
    dictionaries: ClassVar[dict[str, Any]] = {}
    list_url_name = "knowledge:article_list"


class ArticleImportView(ArticleImportPage, views.UploadView):
    """Upload and history."""


class ArticleImportTemplateView(ArticleImportPage, views.TemplateView):
    """The template workbook."""


class ArticleImportJobView(ArticleImportPage, views.JobView):
    """Mapping, check, run, result."""


class ArticleImportUndoView(ArticleImportPage, views.UndoView):
    """Undo."""


PAGES = {
    "upload": ArticleImportView,
    "template": ArticleImportTemplateView,
    "job": ArticleImportJobView,
    "undo": ArticleImportUndoView,
}
