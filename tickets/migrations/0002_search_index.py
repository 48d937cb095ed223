"""The search tables of tickets."""

from django.db import migrations

from crm.search.operations import CreateSearchIndex


class Migration(migrations.Migration):
    dependencies = [("tickets", "0001_initial")]

    operations = [CreateSearchIndex("tickets.Ticket")]
