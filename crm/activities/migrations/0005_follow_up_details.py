import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "__first__"),
        ("activities", "0004_planning"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("dictionaries", "0002_work_calendar"),
    ]

    operations = [
        migrations.CreateModel(
            name="FollowUpLink",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("object_id", models.BigIntegerField()),
            ],
            options={
                "verbose_name": "Related record",
                "verbose_name_plural": "Related records",
            },
        ),
        migrations.CreateModel(
            name="Mention",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("typed", models.CharField(max_length=60)),
            ],
            options={
                "verbose_name": "Mention",
                "verbose_name_plural": "Mentions",
            },
        ),
        migrations.CreateModel(
            name="Phrase",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.CharField(max_length=200, verbose_name="Phrase")),
            ],
            options={
                "verbose_name": "Phrase",
                "verbose_name_plural": "Phrases",
                "ordering": ["id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True),
                        name="activities_phrase_text",
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="followup",
            name="address",
            field=models.CharField(blank=True, max_length=120, verbose_name="Number or address"),
        ),
        migrations.AddField(
            model_name="followup",
            name="link_count",
            field=models.PositiveSmallIntegerField(default=0, editable=False),
        ),
        migrations.AddField(
            model_name="followup",
            name="minutes",
            field=models.PositiveSmallIntegerField(
                blank=True, null=True, verbose_name="Duration in minutes"
            ),
        ),
        migrations.AddField(
            model_name="followup",
            name="topic",
            field=models.CharField(blank=True, max_length=200, verbose_name="Subject of the mail"),
        ),
        migrations.AddConstraint(
            model_name="followup",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("minutes__isnull", True), ("minutes__range", (1, 1440)), _connector="OR"
                ),
                name="activities_follow_up_minutes",
            ),
        ),
        migrations.AddField(
            model_name="followuplink",
            name="follow_up",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="links",
                to="activities.followup",
            ),
        ),
        migrations.AddField(
            model_name="followuplink",
            name="object_type",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="contenttypes.contenttype",
            ),
        ),
        migrations.AddField(
            model_name="mention",
            name="follow_up",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="mentions",
                to="activities.followup",
            ),
        ),
        migrations.AddField(
            model_name="mention",
            name="user",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="phrase",
            name="user",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddIndex(
            model_name="followuplink",
            index=models.Index(
                fields=["object_type", "object_id", "follow_up"], name="follow_link"
            ),
        ),
        migrations.AddConstraint(
            model_name="followuplink",
            constraint=models.UniqueConstraint(
                fields=("follow_up", "object_type", "object_id"), name="activities_link_once"
            ),
        ),
        migrations.AddIndex(
            model_name="mention",
            index=models.Index(fields=["user", "-follow_up"], name="follow_mention"),
        ),
        migrations.AddConstraint(
            model_name="mention",
            constraint=models.UniqueConstraint(
                fields=("follow_up", "user"), name="activities_mention_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="phrase",
            constraint=models.UniqueConstraint(
                fields=("user", "text"), name="activities_phrase_once"
            ),
        ),
    ]
