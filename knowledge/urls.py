"""Addresses of the knowledge base for colleagues."""

from django.urls import path

from crm.jobs.exporting.views import ExportView
from crm.jobs.importing.urls import import_urls
from crm.web.urls import model_urls
from knowledge import exporting
from knowledge.views import (
    articles,
    categories,
    document_files,
    documents,
    importing,
    readers,
    steps,
    texts,
)

app_name = "knowledge"
BASE = "knowledge/"
ONE = f"{BASE}<int:pk>/"
DOCUMENTS = f"{BASE}documents/"
STEPS = {
    "submit": steps.SubmitView,
    "withdraw": steps.WithdrawView,
    "return": steps.ReturnView,
    "publish": steps.PublishView,
    "revise": steps.ReviseView,
    "discard": steps.DiscardView,
    "retire": steps.RetireView,
    "confirm": steps.ConfirmView,
    "autosave": texts.ArticleAutosaveView,
}

urlpatterns = [
    *model_urls(
        "article",
        BASE,
        {
            "list": articles.ArticleListView,
            "add": articles.ArticleCreateView,
            "bin": articles.ArticleBinView,
            "options": articles.ArticleOptionsView,
            "bulk": articles.ArticleBulkView,
            "detail": articles.ArticleDetailView,
            "edit": articles.ArticleEditView,
            "delete": articles.ArticleDeleteView,
            "restore": articles.ArticleRestoreView,
            "panel": articles.ArticlePanelView,
        },
    ),
    *import_urls("article", BASE, importing.PAGES),
    *(
        path(f"{ONE}{name}/", view.as_view(), name=f"article_{name}")
        for name, view in STEPS.items()
    ),
    path(
        f"{BASE}export/",
        ExportView.as_view(export=exporting.ARTICLES, url_prefix="knowledge:article"),
        name="article_export",
    ),
    path(f"{BASE}preview/", texts.PreviewView.as_view(), name="preview"),
    path(f"{ONE}versions/<int:number>/", texts.VersionView.as_view(), name="version"),
    path(f"{ONE}feedback/", readers.FeedbackView.as_view(), name="feedback"),
    path(f"{BASE}searches/", readers.GapListView.as_view(), name="gap_list"),
    path(f"{BASE}searches/add/", readers.GapAddView.as_view(), name="gap_add"),
    path(f"{BASE}searches/<int:pk>/delete/", readers.GapDeleteView.as_view(), name="gap_delete"),
    *model_urls(
        "folder",
        DOCUMENTS,
        {
            "list": documents.FolderListView,
            "add": documents.FolderCreateView,
            "detail": documents.FolderDetailView,
            "edit": documents.FolderEditView,
            "delete": document_files.FolderDeleteView,
            "options": documents.FolderOptionsView,
        },
    ),
    path(
        f"{DOCUMENTS}<int:pk>/upload/", document_files.UploadView.as_view(), name="document_upload"
    ),
    *model_urls(
        "document",
        f"{DOCUMENTS}files/",
        {
            "detail": document_files.DocumentDetailView,
            "edit": document_files.DocumentEditView,
            "delete": document_files.DocumentDeleteView,
        },
    ),
    *model_urls(
        "category",
        f"{BASE}categories/",
        {
            "list": categories.CategoryListView,
            "add": categories.CategoryCreateView,
            "edit": categories.CategoryEditView,
            "delete": categories.CategoryDeleteView,
            "options": categories.CategoryOptionsView,
        },
    ),
]
