from typing import Any

from django.db import migrations, models
from django.db.models import Q

from crm.search.index import rebuild
from crm.search.operations import CreateSearchIndex

LABELS = ("knowledge.Title", "knowledge.Keywords")


def fill(apps: Any, schema_editor: Any) -> None:
    """Index what was written before."""
    for label in LABELS:
        for _done in rebuild(label, using=schema_editor.connection.alias):
            pass


class Migration(migrations.Migration):
    dependencies = [("knowledge", "0002_autosaves_of_an_article")]

    operations = [
        *map(CreateSearchIndex, LABELS),
        migrations.AddIndex(
            "article",
            models.Index(
                fields=["helpful_count", "id"],
                condition=Q(("deleted_at__isnull", True)),
                name="know_helpful",
            ),
        ),
        migrations.RemoveIndex("articleversion", "know_version_window"),
        migrations.AddIndex(
            "articleversion",
            models.Index(
                fields=["article", "visible_from", "visible_to"], name="know_version_span"
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
    ]
