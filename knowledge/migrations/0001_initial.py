import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from crm.search.operations import CreateSearchIndex


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("accounts", "__first__"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("dictionaries", "0001_initial"),
        ("opportunities", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Folder",
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
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("name", models.CharField(max_length=60, verbose_name="Folder name")),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="knowledge.folder",
                        verbose_name="Folder above",
                    ),
                ),
                (
                    "description",
                    models.CharField(blank=True, max_length=200, verbose_name="Description"),
                ),
                ("is_demo", models.BooleanField(default=False, editable=False)),
            ],
            options={
                "verbose_name": "Folder",
                "verbose_name_plural": "Folders",
                "ordering": ["name", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True),
                        name="knowledge_folder_name",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("parent__isnull", True),
                            models.Q(("parent", models.F("id")), _negated=True),
                            _connector="OR",
                        ),
                        name="knowledge_folder_not_in_itself",
                    ),
                    models.UniqueConstraint(
                        fields=("parent", "name"), name="knowledge_folder_once"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("parent__isnull", True)),
                        fields=("name",),
                        name="knowledge_folder_top_once",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="Document",
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
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="Owner",
                    ),
                ),
                (
                    "owner_since",
                    models.DateTimeField(editable=False, null=True, verbose_name="Owner since"),
                ),
                (
                    "folder",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="documents",
                        to="knowledge.folder",
                        verbose_name="Folder",
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="Document name")),
                (
                    "description",
                    models.CharField(blank=True, max_length=500, verbose_name="Description"),
                ),
                ("is_demo", models.BooleanField(default=False, editable=False)),
            ],
            options={
                "verbose_name": "Document",
                "verbose_name_plural": "Documents",
                "ordering": ["name", "id"],
                "indexes": [models.Index(fields=["folder", "name", "id"], name="know_document")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True),
                        name="knowledge_document_name",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SearchGap",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.CharField(max_length=60, unique=True, verbose_name="Searched for")),
                ("count", models.PositiveIntegerField(default=0, verbose_name="Searches")),
                (
                    "public_count",
                    models.PositiveIntegerField(default=0, verbose_name="By visitors"),
                ),
                ("first_at", models.DateTimeField(verbose_name="First search")),
                ("last_at", models.DateTimeField(verbose_name="Last search")),
            ],
            options={
                "verbose_name": "Search without result",
                "verbose_name_plural": "Searches without result",
                "ordering": ["-count", "-last_at"],
                "indexes": [models.Index(fields=["-count", "-last_at"], name="know_gap_count")],
                "constraints": [],
            },
        ),
        migrations.CreateModel(
            name="Category",
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
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("name", models.CharField(max_length=60, verbose_name="Name")),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="knowledge.category",
                        verbose_name="Parent category",
                    ),
                ),
                (
                    "description",
                    models.CharField(blank=True, max_length=200, verbose_name="Description"),
                ),
                (
                    "audience",
                    models.CharField(
                        choices=[
                            ("public", "Everybody (help centre)"),
                            ("customers", "Customers we answer"),
                            ("staff", "Colleagues"),
                        ],
                        default="staff",
                        max_length=10,
                        verbose_name="Readers",
                    ),
                ),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="Order")),
                ("is_active", models.BooleanField(default=True, verbose_name="Active")),
                ("is_demo", models.BooleanField(default=False, editable=False)),
                (
                    "departments",
                    models.ManyToManyField(
                        blank=True,
                        help_text="With those below them. Left empty, the readers above apply.",
                        related_name="+",
                        to="accounts.department",
                        verbose_name="Only for departments",
                    ),
                ),
            ],
            options={
                "verbose_name": "Knowledge category",
                "verbose_name_plural": "Knowledge categories",
                "ordering": ["order", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("audience__in", ["public", "customers", "staff"])),
                        name="knowledge_category_audience",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True),
                        name="knowledge_category_name",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("parent__isnull", True),
                            models.Q(("parent", models.F("id")), _negated=True),
                            _connector="OR",
                        ),
                        name="knowledge_category_not_below_itself",
                    ),
                    models.UniqueConstraint(
                        fields=("parent", "name"), name="knowledge_category_name_once"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("parent__isnull", True)),
                        fields=("name",),
                        name="knowledge_category_top_name_once",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="Article",
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
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "deleted_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="Deleted at"),
                ),
                (
                    "deleted_by",
                    models.ForeignKey(
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="Deleted by",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("article", "Knowledge article"), ("solution", "Solution")],
                        default="article",
                        max_length=10,
                        verbose_name="Type",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("in_review", "In review"),
                            ("published", "Published"),
                            ("retired", "Taken down"),
                        ],
                        default="draft",
                        editable=False,
                        max_length=10,
                        verbose_name="State",
                    ),
                ),
                (
                    "category",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="articles",
                        to="knowledge.category",
                        verbose_name="Category",
                    ),
                ),
                (
                    "audience",
                    models.CharField(
                        choices=[
                            ("public", "Everybody (help centre)"),
                            ("customers", "Customers we answer"),
                            ("staff", "Colleagues"),
                        ],
                        default="staff",
                        max_length=10,
                        verbose_name="Readers",
                    ),
                ),
                ("title", models.CharField(max_length=120, verbose_name="Title")),
                (
                    "keywords",
                    models.CharField(
                        blank=True,
                        help_text="Words people search for, with commas between them.",
                        max_length=200,
                        verbose_name="Keywords",
                    ),
                ),
                ("problem", models.TextField(blank=True, max_length=4000, verbose_name="Problem")),
                ("body", models.TextField(blank=True, max_length=50000, verbose_name="Text")),
                (
                    "fault",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="dictionaries.item",
                        verbose_name="Fault",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="Owner",
                    ),
                ),
                ("review_due", models.DateField(blank=True, null=True, verbose_name="Review due")),
                ("shown_title", models.CharField(editable=False, max_length=120)),
                ("title_pinyin", models.CharField(default="", editable=False, max_length=255)),
                (
                    "edited_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="Edited by",
                    ),
                ),
                (
                    "helpful_count",
                    models.PositiveIntegerField(default=0, editable=False, verbose_name="Helpful"),
                ),
                (
                    "unhelpful_count",
                    models.PositiveIntegerField(
                        default=0, editable=False, verbose_name="Not helpful"
                    ),
                ),
                (
                    "used_count",
                    models.PositiveIntegerField(
                        default=0, editable=False, verbose_name="Used in replies"
                    ),
                ),
                ("is_demo", models.BooleanField(default=False, editable=False)),
                (
                    "products",
                    models.ManyToManyField(
                        blank=True,
                        related_name="articles",
                        to="opportunities.product",
                        verbose_name="Products",
                    ),
                ),
            ],
            options={
                "verbose_name": "Article",
                "verbose_name_plural": "Articles",
                "ordering": ["-updated_at", "-id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["updated_at", "id"],
                        name="know_updated",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["created_at", "id"],
                        name="know_created",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["title_pinyin", "id"],
                        name="know_pinyin",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["review_due", "id"],
                        name="know_review",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["unhelpful_count", "id"],
                        name="know_unhelpful",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["used_count", "id"],
                        name="know_used",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["category", "updated_at", "id"],
                        name="know_category",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["owner", "updated_at", "id"],
                        name="know_owner",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["status", "updated_at", "id"],
                        name="know_state",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", False)),
                        fields=["deleted_at", "id"],
                        name="know_bin",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["article", "solution"])),
                        name="knowledge_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["draft", "in_review", "published", "retired"])
                        ),
                        name="knowledge_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("audience__in", ["public", "customers", "staff"])),
                        name="knowledge_audience",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("title", ""), _negated=True), name="knowledge_title"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Autosave",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "article",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="knowledge.article",
                    ),
                ),
                ("base_version", models.PositiveIntegerField()),
                ("values", models.JSONField(default=dict)),
                ("saved_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "Automatic draft",
                "verbose_name_plural": "Automatic drafts",
                "indexes": [models.Index(fields=["saved_at"], name="know_autosave_age")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user", "article"), name="knowledge_autosave_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ArticleVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "article",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="versions",
                        to="knowledge.article",
                    ),
                ),
                ("number", models.PositiveIntegerField(verbose_name="Version")),
                ("title", models.CharField(max_length=120, verbose_name="Title")),
                ("keywords", models.CharField(blank=True, max_length=200, verbose_name="Keywords")),
                ("problem", models.TextField(blank=True, max_length=4000, verbose_name="Problem")),
                ("body", models.TextField(max_length=50000, verbose_name="Text")),
                (
                    "note",
                    models.CharField(blank=True, max_length=200, verbose_name="What has changed"),
                ),
                (
                    "author",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="Author",
                    ),
                ),
                ("created_at", models.DateTimeField(verbose_name="Handed in")),
                (
                    "decision",
                    models.CharField(
                        choices=[
                            ("pending", "In review"),
                            ("released", "Released"),
                            ("returned", "Sent back"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="pending",
                        max_length=10,
                        verbose_name="Outcome",
                    ),
                ),
                (
                    "decision_note",
                    models.CharField(blank=True, max_length=300, verbose_name="Reason"),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="Decided by",
                    ),
                ),
                ("decided_at", models.DateTimeField(null=True, verbose_name="Decided")),
                ("visible_from", models.DateTimeField(null=True, verbose_name="Visible from")),
                ("visible_to", models.DateTimeField(null=True, verbose_name="Visible to")),
                ("is_shown", models.BooleanField(default=False)),
            ],
            options={
                "verbose_name": "Version",
                "verbose_name_plural": "Versions",
                "ordering": ["-number"],
                "indexes": [
                    models.Index(fields=["article", "visible_from"], name="know_version_window"),
                    models.Index(
                        condition=models.Q(("visible_from__isnull", False)),
                        fields=["visible_from"],
                        name="know_version_begins",
                    ),
                    models.Index(
                        condition=models.Q(("visible_to__isnull", False)),
                        fields=["visible_to"],
                        name="know_version_ends",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("article", "number"), name="knowledge_version_number_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decision__in", ["pending", "released", "returned", "withdrawn"])
                        ),
                        name="knowledge_version_decision",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("title", ""), _negated=True),
                            models.Q(("body", ""), _negated=True),
                        ),
                        name="knowledge_version_text",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decision", "released"),
                            ("visible_from__isnull", True),
                            _connector="OR",
                        ),
                        name="knowledge_version_visible_when_released",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decision", "released"), _negated=True),
                            models.Q(
                                ("visible_from__isnull", False), ("decided_by__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="knowledge_version_released_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("visible_to__isnull", True),
                            ("visible_to__gte", models.F("visible_from")),
                            _connector="OR",
                        ),
                        name="knowledge_version_window",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Feedback",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "article",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="feedback",
                        to="knowledge.article",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="knowledge.articleversion",
                    ),
                ),
                ("is_helpful", models.BooleanField(verbose_name="Helpful")),
                (
                    "lack",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("wrong", "Something in it is wrong"),
                            ("outdated", "It is out of date"),
                            ("unclear", "I do not understand it"),
                            ("incomplete", "Something is missing"),
                            ("other", "It is about another problem"),
                        ],
                        max_length=10,
                        verbose_name="What is missing",
                    ),
                ),
                ("text", models.CharField(blank=True, max_length=500, verbose_name="Remarks")),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="Reader",
                    ),
                ),
                ("session", models.CharField(editable=False, max_length=64)),
                ("created_at", models.DateTimeField(verbose_name="Created at")),
            ],
            options={
                "verbose_name": "Feedback",
                "verbose_name_plural": "Feedback",
                "ordering": ["-id"],
                "indexes": [models.Index(fields=["article", "-id"], name="know_feedback")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("version", "session"), name="knowledge_feedback_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "lack__in",
                                ["", "wrong", "outdated", "unclear", "incomplete", "other"],
                            )
                        ),
                        name="knowledge_feedback_lack",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ArticleUse",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="uses",
                        to="knowledge.articleversion",
                    ),
                ),
                (
                    "subject_type",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contenttypes.contenttype",
                    ),
                ),
                ("subject_id", models.BigIntegerField()),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="Used by",
                    ),
                ),
                ("used_at", models.DateTimeField(verbose_name="Used at")),
            ],
            options={
                "verbose_name": "Use in a reply",
                "verbose_name_plural": "Uses in replies",
                "ordering": ["-id"],
                "indexes": [
                    models.Index(fields=["version", "-id"], name="know_use_version"),
                    models.Index(fields=["subject_type", "subject_id"], name="know_use_subject"),
                ],
                "constraints": [],
            },
        ),
        migrations.AddField(
            model_name="article",
            name="candidate",
            field=models.ForeignKey(
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="knowledge.articleversion",
            ),
        ),
        migrations.AddField(
            model_name="article",
            name="released",
            field=models.ForeignKey(
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="knowledge.articleversion",
                verbose_name="Released version",
            ),
        ),
        migrations.AddConstraint(
            model_name="article",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "in_review"), _negated=True),
                    ("candidate__isnull", False),
                    _connector="OR",
                ),
                name="knowledge_review_of_something",
            ),
        ),
        migrations.AddConstraint(
            model_name="article",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "published"), _negated=True),
                    ("released__isnull", False),
                    _connector="OR",
                ),
                name="knowledge_published_something",
            ),
        ),
        CreateSearchIndex("knowledge.Article"),
    ]
