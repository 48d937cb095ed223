"""Addresses of background jobs, mounted at /jobs/."""

from django.urls import path

from crm.jobs import views

app_name = "jobs"
urlpatterns = [
    path("", views.JobListView.as_view(), name="job_list"),
    path("<int:pk>/", views.JobDetailView.as_view(), name="job_detail"),
    path("<int:pk>/progress/", views.JobProgressView.as_view(), name="job_progress"),
    path("<int:pk>/cancel/", views.JobCancelView.as_view(), name="job_cancel"),
    path("<int:pk>/retry/", views.JobRetryView.as_view(), name="job_retry"),
    path("<int:pk>/seen/", views.JobSeenView.as_view(), name="job_seen"),
    path("<int:pk>/files/<int:file>/", views.JobFileView.as_view(), name="job_file"),
]
