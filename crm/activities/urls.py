"""Addresses of follow-ups and of files on records."""

from django.urls import path

from crm.activities import exporting
from crm.activities.views import attachments, follow_ups, importing, phrases, related
from crm.jobs.exporting.views import ExportView
from crm.jobs.importing.urls import import_urls

app_name = "activities"
FOLLOW_UPS, FILES = "follow-ups/", "files/"
urlpatterns = [
    *import_urls("follow_up", FOLLOW_UPS, importing.PAGES),
    path(FOLLOW_UPS, follow_ups.FollowUpListView.as_view(), name="follow_up_list"),
    path(
        f"{FOLLOW_UPS}export/",
        ExportView.as_view(export=exporting.FOLLOW_UPS, url_prefix="activities:follow_up"),
        name="follow_up_export",
    ),
    path(
        f"{FOLLOW_UPS}add/<str:label>/<int:pk>/",
        follow_ups.FollowUpAddView.as_view(),
        name="follow_up_add",
    ),
    path(
        f"{FOLLOW_UPS}<int:pk>/",
        follow_ups.FollowUpDetailView.as_view(),
        name="follow_up_detail",
    ),
    path(
        f"{FOLLOW_UPS}<int:pk>/edit/",
        follow_ups.FollowUpEditView.as_view(),
        name="follow_up_edit",
    ),
    path(
        f"{FOLLOW_UPS}<int:pk>/delete/",
        follow_ups.FollowUpDeleteView.as_view(),
        name="follow_up_delete",
    ),
    path(
        f"{FOLLOW_UPS}related/<str:label>/<int:pk>/<str:name>/",
        related.RelatedOptionsView.as_view(),
        name="related_options",
    ),
    path(f"{FOLLOW_UPS}phrases/", phrases.PhraseListView.as_view(), name="phrase_list"),
    path(
        f"{FOLLOW_UPS}phrases/options/",
        phrases.PhraseOptionsView.as_view(),
        name="phrase_options",
    ),
    path(
        f"{FOLLOW_UPS}phrases/<int:pk>/delete/",
        phrases.PhraseDeleteView.as_view(),
        name="phrase_delete",
    ),
    path(FILES, attachments.AttachmentListView.as_view(), name="attachment_list"),
    path(
        f"{FILES}add/<str:label>/<int:pk>/",
        attachments.AttachmentAddView.as_view(),
        name="attachment_add",
    ),
    path(f"{FILES}<int:pk>/", attachments.AttachmentFileView.as_view(), name="attachment_file"),
    path(
        f"{FILES}<int:pk>/preview/",
        attachments.AttachmentPreviewView.as_view(),
        name="attachment_preview",
    ),
    path(
        f"{FILES}<int:pk>/delete/",
        attachments.AttachmentDeleteView.as_view(),
        name="attachment_delete",
    ),
]
