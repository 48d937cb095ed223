"""Addresses of planning: tasks, appointments."""

from django.urls import path

from crm.activities.planning.views import appointments, common, tasks
from crm.web.urls import model_urls

app_name = "planning"


def step(kind: str, base: str, name: str, view: type) -> object:
    """The address of one step of a record."""
    return path(f"{base}<int:pk>/{name}/", view.as_view(), name=f"{kind}_{name}")


urlpatterns = [
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
