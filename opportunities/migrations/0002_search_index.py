"""The search tables of opportunities."""

from django.db import migrations

from crm.search.operations import CreateSearchIndex


class Migration(migrations.Migration):
    dependencies = [("opportunities", "0001_initial")]

    operations = [CreateSearchIndex("opportunities.Opportunity")]
