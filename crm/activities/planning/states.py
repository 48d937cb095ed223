"""The states of tasks and appointments."""

from django.utils.translation import gettext_lazy as _

from crm.access import verbs
from crm.activities.planning.choices import AppointmentStatus, ReportStatus, TaskStatus
from crm.core.states import StateMachine, Transition

TASK = StateMachine(
    field="status",
    transitions=(
        Transition(
            "complete",
            _("Complete"),
            (TaskStatus.OPEN,),
            TaskStatus.DONE,
            verbs.CHANGE,
            "activities.task.completed",
        ),
        Transition(
            "cancel",
            _("Cancel the task"),
            (TaskStatus.OPEN,),
            TaskStatus.CANCELLED,
            verbs.CHANGE,
            "activities.task.cancelled",
        ),
        Transition(
            "reopen",
            _("Reopen"),
            (TaskStatus.DONE, TaskStatus.CANCELLED),
            TaskStatus.OPEN,
            verbs.CHANGE,
            "activities.task.reopened",
        ),
    ),
)

APPOINTMENT = StateMachine(
    field="status",
    transitions=(
        Transition(
            "complete",
            _("Record the outcome"),
            (AppointmentStatus.PLANNED,),
            AppointmentStatus.DONE,
            verbs.CHANGE,
            "activities.appointment.completed",
        ),
        Transition(
            "cancel",
            _("Cancel the appointment"),
            (AppointmentStatus.PLANNED,),
            AppointmentStatus.CANCELLED,
            verbs.CHANGE,
            "activities.appointment.cancelled",
        ),
        Transition(
            "reopen",
            _("Plan again"),
            (AppointmentStatus.CANCELLED,),
            AppointmentStatus.PLANNED,
            verbs.CHANGE,
            "activities.appointment.reopened",
        ),
    ),
)

REPORT = StateMachine(
    field="status",
    transitions=(
        Transition(
            "submit",
            _("Send the report"),
            (ReportStatus.DRAFT,),
            ReportStatus.SUBMITTED,
            verbs.CHANGE,
            "activities.report.submitted",
        ),
    ),
)
