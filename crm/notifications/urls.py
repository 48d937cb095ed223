"""Addresses of notifications, mounted at /notifications/."""

from django.urls import path

from crm.notifications import views

app_name = "notifications"
urlpatterns = [
    path("", views.NotificationListView.as_view(), name="notification_list"),
    path("bell/", views.BellView.as_view(), name="bell"),
    path("read/", views.NotificationReadView.as_view(), name="notification_read"),
    path("preferences/", views.PreferenceView.as_view(), name="preferences"),
    path("<int:pk>/open/", views.NotificationOpenView.as_view(), name="notification_open"),
]
