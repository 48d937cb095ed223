"""Public forms of tickets, categories offered there, articles that were offered."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import crm.visitors.origins
import tickets.portal.form_models


class Migration(migrations.Migration):
    dependencies = [
        ("knowledge", "0003_folders_and_documents"),
        ("tickets", "0011_add_presence"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="businessnode",
            name="is_public",
            field=models.BooleanField(
                default=False,
                help_text="Customers read the name, and those of the categories above.",
                verbose_name="Offered in public forms",
            ),
        ),
        migrations.CreateModel(
            name="IntakeForm",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("created_at", models.DateTimeField(editable=False, verbose_name="Created at")),
                ("updated_at", models.DateTimeField(editable=False, verbose_name="Updated at")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("title", models.CharField(max_length=60, verbose_name="Title")),
                (
                    "intro",
                    models.TextField(blank=True, max_length=500, verbose_name="Introduction"),
                ),
                (
                    "token",
                    models.CharField(
                        default=tickets.portal.form_models.new_token,
                        editable=False,
                        max_length=40,
                        unique=True,
                    ),
                ),
                (
                    "thanks",
                    models.TextField(blank=True, max_length=500, verbose_name="Words of thanks"),
                ),
                (
                    "origins",
                    models.JSONField(
                        blank=True,
                        default=list,
                        validators=[crm.visitors.origins.check_origins],
                        verbose_name="May be embedded on",
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="Active")),
                ("is_demo", models.BooleanField(default=False, editable=False)),
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
            ],
            options={
                "verbose_name": "Public ticket form",
                "verbose_name_plural": "Public ticket forms",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="ArticleOffer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("page", models.CharField(max_length=32)),
                ("offered_at", models.DateTimeField()),
                ("opened_at", models.DateTimeField(null=True)),
                (
                    "ticket",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="tickets.ticket",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="knowledge.articleversion",
                    ),
                ),
                (
                    "form",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="offers",
                        to="tickets.intakeform",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("form", "page", "version"), name="tickets_offer_once"
                    )
                ],
            },
        ),
    ]
