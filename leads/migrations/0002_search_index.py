"""The search tables of leads."""

from django.db import migrations

from crm.search.operations import CreateSearchIndex


class Migration(migrations.Migration):
    dependencies = [("leads", "0001_initial")]

    operations = [CreateSearchIndex("leads.Lead")]
