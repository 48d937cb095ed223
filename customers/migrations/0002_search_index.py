"""The search tables of customers."""

from django.db import migrations

from crm.search.operations import CreateSearchIndex


class Migration(migrations.Migration):
    dependencies = [("customers", "0001_initial")]

    operations = [CreateSearchIndex("customers.Customer")]
