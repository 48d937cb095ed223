import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

import crm.core.clock


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Role",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("code", models.SlugField(max_length=40, unique=True, verbose_name="Code")),
                ("name", models.CharField(max_length=60, verbose_name="Name")),
                (
                    "name_en",
                    models.CharField(blank=True, max_length=60, verbose_name="English name"),
                ),
                (
                    "description",
                    models.CharField(blank=True, max_length=255, verbose_name="Description"),
                ),
                (
                    "is_preset",
                    models.BooleanField(default=False, editable=False, verbose_name="Preset"),
                ),
                ("seeded", models.JSONField(default=list, editable=False)),
                ("updated_at", models.DateTimeField(default=crm.core.clock.now, editable=False)),
            ],
            options={
                "verbose_name": "Role",
                "verbose_name_plural": "Roles",
                "ordering": ["id"],
                "indexes": [],
                "constraints": [],
            },
        ),
        migrations.CreateModel(
            name="LoginThrottle",
            fields=[
                ("key", models.CharField(max_length=160, primary_key=True, serialize=False)),
                ("window_start", models.DateTimeField()),
                ("failures", models.PositiveIntegerField(default=0)),
            ],
            options={
                "indexes": [],
                "constraints": [],
            },
        ),
        migrations.CreateModel(
            name="Department",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
                        to="accounts.department",
                        verbose_name="Parent department",
                    ),
                ),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="Order")),
                ("is_active", models.BooleanField(default=True, verbose_name="Active")),
                (
                    "path",
                    models.CharField(db_index=True, default="", editable=False, max_length=255),
                ),
                ("updated_at", models.DateTimeField(default=crm.core.clock.now, editable=False)),
            ],
            options={
                "verbose_name": "Department",
                "verbose_name_plural": "Departments",
                "ordering": ["order", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("parent"),
                        django.db.models.functions.text.Lower("name"),
                        name="accounts_department_name_once_per_parent",
                    )
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="Grant",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "role",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="grants",
                        to="accounts.role",
                    ),
                ),
                ("model", models.CharField(max_length=80, verbose_name="Model")),
                ("verb", models.CharField(max_length=40, verbose_name="Right")),
                (
                    "scope",
                    models.CharField(
                        choices=[
                            ("none", "None"),
                            ("own", "Own"),
                            ("own_and_reports", "Own and subordinates"),
                            ("department", "Own department"),
                            ("department_tree", "Own department and below"),
                            ("chosen_departments", "Chosen departments"),
                            ("all", "All"),
                        ],
                        max_length=20,
                        verbose_name="Scope",
                    ),
                ),
                (
                    "departments",
                    models.ManyToManyField(
                        blank=True, to="accounts.department", verbose_name="Departments"
                    ),
                ),
            ],
            options={
                "verbose_name": "Right",
                "verbose_name_plural": "Rights",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("role", "model", "verb"), name="accounts_grant_once_per_role"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "scope__in",
                                [
                                    "none",
                                    "own",
                                    "own_and_reports",
                                    "department",
                                    "department_tree",
                                    "chosen_departments",
                                    "all",
                                ],
                            )
                        ),
                        name="accounts_grant_scope",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="User",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                (
                    "last_login",
                    models.DateTimeField(blank=True, null=True, verbose_name="last login"),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "username",
                    models.CharField(max_length=40, unique=True, verbose_name="Employee number"),
                ),
                ("name", models.CharField(max_length=60, verbose_name="Full name")),
                ("name_pinyin", models.CharField(default="", editable=False, max_length=255)),
                ("name_initials", models.CharField(default="", editable=False, max_length=60)),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="E-mail")),
                ("mobile", models.CharField(blank=True, max_length=20, verbose_name="Mobile")),
                ("avatar", models.CharField(blank=True, editable=False, max_length=100)),
                ("post", models.CharField(blank=True, max_length=60, verbose_name="Post")),
                (
                    "main_department",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="main_members",
                        to="accounts.department",
                        verbose_name="Main department",
                    ),
                ),
                (
                    "superior",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reports",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="Direct superior",
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="Active")),
                (
                    "is_superuser",
                    models.BooleanField(default=False, verbose_name="Super administrator"),
                ),
                (
                    "must_change_password",
                    models.BooleanField(default=True, verbose_name="Must change the password"),
                ),
                ("session_epoch", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "language",
                    models.CharField(
                        blank=True,
                        choices=[("zh-hans", "Simplified Chinese"), ("en", "English")],
                        max_length=10,
                        verbose_name="Language",
                    ),
                ),
                (
                    "time_zone",
                    models.CharField(
                        default="Asia/Shanghai", max_length=60, verbose_name="Time zone"
                    ),
                ),
                (
                    "theme",
                    models.CharField(
                        choices=[("auto", "Like the system"), ("light", "Light"), ("dark", "Dark")],
                        default="auto",
                        max_length=5,
                        verbose_name="Theme",
                    ),
                ),
                (
                    "page_size",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="Rows per page"
                    ),
                ),
                ("preferences", models.JSONField(default=dict, editable=False)),
                ("is_demo", models.BooleanField(default=False, editable=False)),
                (
                    "joined_at",
                    models.DateTimeField(
                        default=crm.core.clock.now, editable=False, verbose_name="Created at"
                    ),
                ),
                ("updated_at", models.DateTimeField(default=crm.core.clock.now, editable=False)),
                (
                    "departments",
                    models.ManyToManyField(
                        blank=True,
                        related_name="members",
                        to="accounts.department",
                        verbose_name="Further departments",
                    ),
                ),
                (
                    "roles",
                    models.ManyToManyField(
                        blank=True, related_name="users", to="accounts.role", verbose_name="Roles"
                    ),
                ),
            ],
            options={
                "verbose_name": "User",
                "verbose_name_plural": "Users",
                "ordering": ["id"],
                "indexes": [models.Index(fields=["name_pinyin"], name="accounts_user_pinyin")],
                "constraints": [
                    models.UniqueConstraint(
                        django.db.models.functions.text.Lower("username"),
                        name="accounts_user_username_once_any_case",
                    ),
                    models.UniqueConstraint(
                        django.db.models.functions.text.Lower("email"),
                        condition=models.Q(("email", ""), _negated=True),
                        name="accounts_user_email_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("mobile", ""), _negated=True),
                        fields=("mobile",),
                        name="accounts_user_mobile_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("theme__in", ["auto", "light", "dark"])),
                        name="accounts_user_theme",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LoginRecord",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "at",
                    models.DateTimeField(
                        db_index=True, default=crm.core.clock.now, verbose_name="Time"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="User",
                    ),
                ),
                ("login", models.CharField(blank=True, max_length=120, verbose_name="Login name")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("password", "Password"),
                            ("reset", "Password reset"),
                            ("logout", "Log out"),
                            ("ended", "Session ended"),
                        ],
                        max_length=10,
                        verbose_name="Kind",
                    ),
                ),
                (
                    "result",
                    models.CharField(
                        choices=[
                            ("ok", "Succeeded"),
                            ("wrong", "Wrong name or password"),
                            ("throttled", "Too many attempts"),
                            ("disabled", "Account disabled"),
                            ("captcha", "Wrong verification code"),
                        ],
                        max_length=10,
                        verbose_name="Result",
                    ),
                ),
                ("ip", models.GenericIPAddressField(null=True, verbose_name="IP address")),
                (
                    "user_agent",
                    models.CharField(blank=True, max_length=255, verbose_name="Browser"),
                ),
            ],
            options={
                "verbose_name": "Login log entry",
                "verbose_name_plural": "Login log",
                "ordering": ["-id"],
                "indexes": [],
                "constraints": [],
            },
        ),
        migrations.AddField(
            model_name="department",
            name="head",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="Head of department",
            ),
        ),
    ]
