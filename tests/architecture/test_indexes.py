"""Nothing gets slow with the size of a table that it has nothing to do with."""

from django.apps import apps
from django.db import models

#: Records that are removed for good: each removal asks every table that points to them.
GOING = {
    "customers.Customer",
    "customers.Contact",
    "opportunities.Opportunity",
    "leads.Lead",
    "tickets.Ticket",
    "knowledge.Article",
    "activities.FollowUp",
    "activities.Task",
    "activities.Appointment",
    "reminders.Reminder",
}


def leads_to(model: type[models.Model], field: models.ForeignKey) -> bool:
    """Whether an index finds all rows of a key: whole, or without the empty ones."""
    filled = models.Q(**{f"{field.name}__isnull": False})
    made = [(index.fields, index.condition) for index in model._meta.indexes]
    unique = [
        (each.fields, each.condition)
        for each in model._meta.constraints
        if isinstance(each, models.UniqueConstraint) and each.fields
    ]
    return (field.db_index or field.unique) or any(
        fields and fields[0].lstrip("-") == field.name and condition in (None, filled)
        for fields, condition in [*made, *unique]
    )


def test_nothing_reads_a_whole_table_because_a_record_goes() -> None:
    missing = [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.local_fields
        if isinstance(field, models.ForeignKey)
        and field.related_model._meta.label in GOING
        and not leads_to(model, field)
    ]
    assert not missing, f"no index leads to all rows of {missing}"
