"""Addresses of reminders, mounted at /reminders/."""

from django.urls import path

from crm.reminders import views

app_name = "reminders"
urlpatterns = [
    path(
        "<int:pk>/snooze/<slug:delay>/",
        views.ReminderSnoozeView.as_view(),
        name="reminder_snooze",
    ),
    path("<int:pk>/done/", views.ReminderDoneView.as_view(), name="reminder_done"),
]
