from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="DayTotal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("measure", models.CharField(max_length=40)),
                ("day", models.DateField()),
                ("person", models.BigIntegerField(default=0)),
                ("kind", models.CharField(max_length=60)),
                ("keeper", models.BigIntegerField(default=0)),
                ("number", models.PositiveIntegerField()),
                ("amount", models.DecimalField(decimal_places=2, default=0, max_digits=20)),
            ],
            options={
                "verbose_name": "Daily total",
                "verbose_name_plural": "Daily totals",
                "indexes": [
                    models.Index(
                        fields=["measure", "kind", "day", "number", "amount"], name="total_by_day"
                    ),
                    models.Index(
                        fields=["measure", "person", "day", "kind", "keeper", "number", "amount"],
                        name="total_by_person",
                    ),
                ],
                "constraints": [],
            },
        ),
        migrations.CreateModel(
            name="Seal",
            fields=[
                ("measure", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("until", models.DateField(null=True)),
                ("walked", models.DateField(null=True)),
                ("version", models.PositiveIntegerField(default=0)),
            ],
            options={
                "verbose_name": "Sealed days",
                "verbose_name_plural": "Sealed days",
                "indexes": [],
                "constraints": [],
            },
        ),
        migrations.CreateModel(
            name="ChangedDay",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("measure", models.CharField(max_length=40)),
                ("day", models.DateField()),
            ],
            options={
                "verbose_name": "Changed day",
                "verbose_name_plural": "Changed days",
                "indexes": [models.Index(fields=["measure", "day"], name="changed_day")],
                "constraints": [],
            },
        ),
    ]
