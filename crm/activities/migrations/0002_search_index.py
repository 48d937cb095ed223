"""The search tables of follow-ups, filled with those that are there."""

from django.db import migrations

from crm.activities import searching
from crm.search import index
from crm.search.operations import CreateSearchIndex


def fill(apps, schema_editor):
    alias = schema_editor.connection.alias
    rows = apps.get_model("activities", "FollowUp").objects.using(alias)
    kept = rows.filter(deleted_at__isnull=True).only("pk", "author_id", "text").order_by("pk")
    last = 0
    while part := list(kept.filter(pk__gt=last)[: index.BATCH]):
        index.index_documents(searching.LABEL, map(searching.document_of, part), using=alias)
        last = part[-1].pk


class Migration(migrations.Migration):
    dependencies = [("activities", "0001_initial")]

    operations = [
        CreateSearchIndex(searching.LABEL),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
