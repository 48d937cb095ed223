import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="Stamp",
            fields=[
                ("name", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("version", models.BigIntegerField(default=1)),
            ],
            options={
                "indexes": [],
                "constraints": [],
            },
        ),
        migrations.CreateModel(
            name="Dictionary",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.SlugField(max_length=40, unique=True, verbose_name="Code")),
                ("name", models.CharField(max_length=60, verbose_name="Name")),
                (
                    "name_en",
                    models.CharField(blank=True, max_length=60, verbose_name="English name"),
                ),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="Order")),
            ],
            options={
                "verbose_name": "Data dictionary",
                "verbose_name_plural": "Data dictionaries",
                "ordering": ["order", "code"],
                "indexes": [],
                "constraints": [],
            },
        ),
        migrations.CreateModel(
            name="Item",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "dictionary",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="items",
                        to="dictionaries.dictionary",
                        verbose_name="Data dictionary",
                    ),
                ),
                (
                    "code",
                    models.SlugField(
                        help_text="Fixed once saved.", max_length=40, verbose_name="Code"
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="Name")),
                (
                    "name_en",
                    models.CharField(blank=True, max_length=60, verbose_name="English name"),
                ),
                (
                    "synonyms",
                    models.CharField(
                        blank=True,
                        help_text="Other spellings that an import recognises, separated by commas.",
                        max_length=255,
                        verbose_name="Synonyms",
                    ),
                ),
                (
                    "color",
                    models.CharField(
                        choices=[
                            ("gray", "Gray"),
                            ("blue", "Blue"),
                            ("azure", "Azure"),
                            ("cyan", "Cyan"),
                            ("teal", "Teal"),
                            ("green", "Green"),
                            ("lime", "Lime"),
                            ("yellow", "Yellow"),
                            ("orange", "Orange"),
                            ("red", "Red"),
                            ("pink", "Pink"),
                            ("purple", "Purple"),
                            ("indigo", "Indigo"),
                        ],
                        default="gray",
                        max_length=10,
                        verbose_name="Color",
                    ),
                ),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="Order")),
                ("is_active", models.BooleanField(default=True, verbose_name="Active")),
                (
                    "is_system",
                    models.BooleanField(
                        default=False, editable=False, help_text="The program knows this code."
                    ),
                ),
                ("updated_at", models.DateTimeField(auto_now=True)),
            ],
            options={
                "verbose_name": "Dictionary value",
                "verbose_name_plural": "Dictionary values",
                "ordering": ["dictionary", "order", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("dictionary", "code"), name="dictionaries_item_code_once"
                    ),
                    models.UniqueConstraint(
                        models.F("dictionary"),
                        django.db.models.functions.text.Lower("name"),
                        name="dictionaries_item_name_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "color__in",
                                [
                                    "gray",
                                    "blue",
                                    "azure",
                                    "cyan",
                                    "teal",
                                    "green",
                                    "lime",
                                    "yellow",
                                    "orange",
                                    "red",
                                    "pink",
                                    "purple",
                                    "indigo",
                                ],
                            )
                        ),
                        name="dictionaries_item_color",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="Region",
            fields=[
                (
                    "code",
                    models.CharField(
                        max_length=6, primary_key=True, serialize=False, verbose_name="Code"
                    ),
                ),
                ("name", models.CharField(max_length=40, verbose_name="Name")),
                (
                    "parent",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="dictionaries.region",
                    ),
                ),
                ("level", models.PositiveSmallIntegerField(verbose_name="Level")),
            ],
            options={
                "verbose_name": "Region",
                "verbose_name_plural": "Regions",
                "ordering": ["code"],
                "indexes": [],
                "constraints": [],
            },
        ),
        migrations.CreateModel(
            name="Tag",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("created_at", models.DateTimeField(editable=False, verbose_name="Created at")),
                ("updated_at", models.DateTimeField(editable=False, verbose_name="Updated at")),
                (
                    "created_by",
                    models.ForeignKey(
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="Created by",
                    ),
                ),
                ("name", models.CharField(max_length=30, verbose_name="Name")),
                (
                    "color",
                    models.CharField(
                        choices=[
                            ("gray", "Gray"),
                            ("blue", "Blue"),
                            ("azure", "Azure"),
                            ("cyan", "Cyan"),
                            ("teal", "Teal"),
                            ("green", "Green"),
                            ("lime", "Lime"),
                            ("yellow", "Yellow"),
                            ("orange", "Orange"),
                            ("red", "Red"),
                            ("pink", "Pink"),
                            ("purple", "Purple"),
                            ("indigo", "Indigo"),
                        ],
                        default="azure",
                        max_length=10,
                        verbose_name="Color",
                    ),
                ),
            ],
            options={
                "verbose_name": "Tag",
                "verbose_name_plural": "Tags",
                "ordering": ["name"],
                "constraints": [
                    models.UniqueConstraint(
                        django.db.models.functions.text.Lower("name"),
                        name="dictionaries_tag_name_once",
                    )
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="NumberRule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "key",
                    models.SlugField(max_length=40, unique=True, verbose_name="Kind of record"),
                ),
                ("name", models.CharField(max_length=60, verbose_name="Name")),
                (
                    "prefix",
                    models.CharField(
                        blank=True,
                        help_text="Empty: the company abbreviation of the system settings.",
                        max_length=10,
                        verbose_name="Prefix",
                    ),
                ),
                (
                    "width",
                    models.PositiveSmallIntegerField(
                        default=3,
                        help_text="Grows by itself when used up.",
                        verbose_name="Digits of the serial",
                    ),
                ),
                (
                    "restarts_yearly",
                    models.BooleanField(default=True, verbose_name="Restarts every year"),
                ),
            ],
            options={
                "verbose_name": "Number rule",
                "verbose_name_plural": "Number rules",
                "ordering": ["key"],
                "indexes": [],
                "constraints": [],
            },
        ),
        migrations.CreateModel(
            name="Sequence",
            fields=[
                ("name", models.CharField(max_length=80, primary_key=True, serialize=False)),
                ("value", models.BigIntegerField(default=0)),
            ],
            options={
                "indexes": [],
                "constraints": [],
            },
        ),
        migrations.CreateModel(
            name="Setting",
            fields=[
                (
                    "key",
                    models.CharField(
                        max_length=60, primary_key=True, serialize=False, verbose_name="Parameter"
                    ),
                ),
                ("value", models.JSONField(verbose_name="Value")),
                ("updated_at", models.DateTimeField(auto_now=True)),
            ],
            options={
                "verbose_name": "System setting",
                "verbose_name_plural": "System settings",
                "ordering": ["key"],
                "indexes": [],
                "constraints": [],
            },
        ),
        migrations.CreateModel(
            name="BusinessCalendar",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "code",
                    models.SlugField(
                        editable=False, max_length=40, unique=True, verbose_name="Code"
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="Name")),
                (
                    "time_zone",
                    models.CharField(
                        default="Asia/Shanghai", max_length=60, verbose_name="Time zone"
                    ),
                ),
                (
                    "makeup_weekday",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (0, "Monday"),
                            (1, "Tuesday"),
                            (2, "Wednesday"),
                            (3, "Thursday"),
                            (4, "Friday"),
                            (5, "Saturday"),
                            (6, "Sunday"),
                        ],
                        default=0,
                        help_text="A weekend worked for a long holiday has the hours of this weekday.",
                        verbose_name="Hours of a working weekend",
                    ),
                ),
                ("updated_at", models.DateTimeField(auto_now=True)),
            ],
            options={
                "verbose_name": "Work calendar",
                "verbose_name_plural": "Work calendars",
                "ordering": ["id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("makeup_weekday__in", [0, 1, 2, 3, 4, 5, 6])),
                        name="dictionaries_calendar_makeup_weekday",
                    )
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="WeeklySpan",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "calendar",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="spans",
                        to="dictionaries.businesscalendar",
                    ),
                ),
                (
                    "weekday",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (0, "Monday"),
                            (1, "Tuesday"),
                            (2, "Wednesday"),
                            (3, "Thursday"),
                            (4, "Friday"),
                            (5, "Saturday"),
                            (6, "Sunday"),
                        ]
                    ),
                ),
                ("start", models.PositiveSmallIntegerField()),
                ("end", models.PositiveSmallIntegerField()),
            ],
            options={
                "ordering": ["weekday", "start"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("end__lte", 1440),
                            ("start__lt", models.F("end")),
                            ("weekday__in", [0, 1, 2, 3, 4, 5, 6]),
                        ),
                        name="dictionaries_span_within_day",
                    )
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="CalendarException",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "calendar",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="days",
                        to="dictionaries.businesscalendar",
                    ),
                ),
                ("date", models.DateField(verbose_name="Date")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("holiday", "Day off"),
                            ("workday", "Worked"),
                            ("custom", "Hours of its own"),
                        ],
                        max_length=8,
                        verbose_name="Kind of day",
                    ),
                ),
                ("spans", models.JSONField(blank=True, default=list, verbose_name="Hours")),
                ("name", models.CharField(blank=True, max_length=60, verbose_name="Name")),
                (
                    "source",
                    models.CharField(
                        choices=[("manual", "Entered by hand"), ("statutory", "Statutory")],
                        default="manual",
                        editable=False,
                        max_length=9,
                        verbose_name="Source",
                    ),
                ),
            ],
            options={
                "verbose_name": "Holiday or working weekend",
                "verbose_name_plural": "Holidays and working weekends",
                "ordering": ["date"],
                "indexes": [models.Index(fields=["date"], name="dictionaries_exception_date")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("calendar", "date", "source"), name="dictionaries_exception_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["holiday", "workday", "custom"]),
                            ("source__in", ["manual", "statutory"]),
                        ),
                        name="dictionaries_exception_kind",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StatutoryYear",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("country", models.CharField(default="CN", editable=False, max_length=2)),
                ("year", models.PositiveSmallIntegerField(editable=False, verbose_name="Year")),
                (
                    "state",
                    models.CharField(
                        choices=[("missing", "Not published yet"), ("loaded", "Published")],
                        default="missing",
                        max_length=7,
                        verbose_name="State",
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        blank=True, editable=False, max_length=60, verbose_name="Source"
                    ),
                ),
                ("sha256", models.CharField(blank=True, editable=False, max_length=64)),
            ],
            options={
                "verbose_name": "Statutory year",
                "verbose_name_plural": "Statutory years",
                "ordering": ["-year"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("country", "year"), name="dictionaries_statutory_year_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["missing", "loaded"])),
                        name="dictionaries_statutory_year_state",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="CalendarVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "calendar",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="versions",
                        to="dictionaries.businesscalendar",
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("content", models.JSONField()),
                ("valid_from", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("calendar", "number"), name="dictionaries_calendar_version_once"
                    )
                ],
                "indexes": [],
            },
        ),
    ]
