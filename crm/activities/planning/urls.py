"""Addresses of planning: calendar, diary, work reports, tasks, appointments."""

from django.urls import path

from crm.activities.planning.views import (
    appointments,
    calendar,
    common,
    diary,
    feed,
    reports,
    tasks,
)
from crm.web.urls import model_urls

app_name = "planning"


def step(kind: str, base: str, name: str, view: type) -> object:
    """The address of one step of a record."""
    return path(f"{base}<int:pk>/{name}/", view.as_view(), name=f"{kind}_{name}")


urlpatterns = [
    path("calendar/", calendar.CalendarView.as_view(), name="calendar"),
    path(
        "calendar/move/<slug:layer>/<int:pk>/",
        calendar.CalendarMoveView.as_view(),
        name="calendar_move",
    ),
    path("calendar/feed/", feed.FeedPageView.as_view(), name="calendar_feed"),
    path("calendar/feed/<str:token>.ics", feed.FeedView.as_view(), name="calendar_ics"),
    path("diary/", diary.DiaryView.as_view(), name="diary"),
    path("diary/<str:day>/", diary.DiaryDayView.as_view(), name="diary_day"),
    path("diary/<str:day>/delete/", diary.DiaryDeleteView.as_view(), name="diary_delete"),
    path("work-reports/", reports.ReportListView.as_view(), name="report_list"),
    path("work-reports/team/", reports.ReportTeamView.as_view(), name="report_team"),
    path(
        "work-reports/write/<slug:kind>/<str:day>/",
        reports.ReportWriteView.as_view(),
        name="report_write",
    ),
    path("work-reports/<int:pk>/", reports.ReportDetailView.as_view(), name="report_detail"),
    path(
        "work-reports/<int:pk>/comment/", reports.ReportCommentView.as_view(), name="report_comment"
    ),
    path("work-reports/<int:pk>/delete/", reports.ReportDeleteView.as_view(), name="report_delete"),
    path("planning/records/", common.SubjectOptionsView.as_view(), name="subject_options"),
    *model_urls(
        "task",
        "tasks/",
        {
            "list": tasks.TaskListView,
            "add": tasks.TaskCreateView,
            "bin": tasks.TaskBinView,
            "bulk": tasks.TaskBulkView,
            "detail": tasks.TaskDetailView,
            "edit": tasks.TaskEditView,
            "delete": tasks.TaskDeleteView,
            "restore": tasks.TaskRestoreView,
            "panel": tasks.TaskPanelView,
        },
    ),
    step("task", "tasks/", "complete", tasks.TaskCompleteView),
    step("task", "tasks/", "reopen", tasks.TaskReopenView),
    step("task", "tasks/", "cancel", tasks.TaskCancelView),
    path("tasks/<int:pk>/items/<int:item>/tick/", tasks.TaskTickView.as_view(), name="task_tick"),
    *model_urls(
        "appointment",
        "appointments/",
        {
            "list": appointments.AppointmentListView,
            "add": appointments.AppointmentCreateView,
            "bin": appointments.AppointmentBinView,
            "bulk": appointments.AppointmentBulkView,
            "detail": appointments.AppointmentDetailView,
            "edit": appointments.AppointmentEditView,
            "delete": appointments.AppointmentDeleteView,
            "restore": appointments.AppointmentRestoreView,
            "panel": appointments.AppointmentPanelView,
        },
    ),
    path(
        "appointments/collisions/",
        appointments.AppointmentCollisionsView.as_view(),
        name="appointment_collisions",
    ),
    step("appointment", "appointments/", "complete", appointments.AppointmentCompleteView),
    step("appointment", "appointments/", "cancel", appointments.AppointmentCancelView),
    step("appointment", "appointments/", "reopen", appointments.AppointmentReopenView),
]
