"""The earliest due action of each customer is stored on it; the sweep finds who is over."""

from django.db import migrations
from django.db.models import Min, OuterRef, Subquery


def fill(apps, schema_editor):
    """One statement for the dates that exist; the sweep goes over all graded customers anew."""
    due = apps.get_model("customers", "RhythmDue").objects.filter(customer=OuterRef("pk"))
    first = due.order_by().values("customer").annotate(first=Min("due_at")).values("first")
    apps.get_model("customers", "Customer").objects.update(rhythm_due_at=Subquery(first))
    apps.get_model("customers", "RhythmRule").objects.update(refresh_after=0)


class Migration(migrations.Migration):
    dependencies = [("customers", "0006_rhythm_kept_on_customers")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
