"""The search tables of articles."""

from django.db import migrations

from crm.search.operations import CreateSearchIndex


class Migration(migrations.Migration):
    dependencies = [("knowledge", "0001_initial")]

    operations = [CreateSearchIndex("knowledge.Article")]
