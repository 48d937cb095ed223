"""Teams of customers that came into a pool before a team ended there; the log says so."""

from collections import defaultdict

from django.db import migrations
from django.utils import timezone


def end_teams(apps, schema_editor):
    """Delete them and write one event for each customer."""
    shares = apps.get_model("customers", "CustomerShare").objects.filter(
        content_object__owner__isnull=True
    )
    members = defaultdict(list)
    for share in shares.select_related("user", "content_object").order_by("pk"):
        members[share.content_object].append(share.user.name)
    if not members:
        return
    shares.delete()
    types = apps.get_model("contenttypes", "ContentType").objects
    subject_type = types.get(app_label="customers", model="customer")
    Event = apps.get_model("audit", "Event")
    Event.objects.bulk_create(
        Event(
            code="customers.customer.shared",
            at=timezone.now(),
            source="system",
            subject_type=subject_type,
            subject_id=customer.pk,
            label=customer.name[:255],
            changes={"shares": ["、".join(names), ""]},
        )
        for customer, names in members.items()
    )


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0002_customer_pool_not_before"),
        ("audit", "0001_initial"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(end_teams, migrations.RunPython.noop)]
