"""Addresses of follow-ups, mounted at /follow-ups/."""

from django.urls import path

from crm.activities import exporting, views
from crm.jobs.exporting.views import ExportView

app_name = "activities"
urlpatterns = [
    path("", views.FollowUpListView.as_view(), name="follow_up_list"),
    path(
        "export/",
        ExportView.as_view(export=exporting.FOLLOW_UPS, url_prefix="activities:follow_up"),
        name="follow_up_export",
    ),
    path("add/<str:label>/<int:pk>/", views.FollowUpAddView.as_view(), name="follow_up_add"),
    path("<int:pk>/", views.FollowUpDetailView.as_view(), name="follow_up_detail"),
    path("<int:pk>/edit/", views.FollowUpEditView.as_view(), name="follow_up_edit"),
    path("<int:pk>/delete/", views.FollowUpDeleteView.as_view(), name="follow_up_delete"),
]
