"""Tables of the knowledge base (D13-1, D13-2, `service` 8.7).

An article is a stable key with the text in hand; what readers see is a version, a copy that was
handed in, released by somebody else and never changes.
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from crm.access.querysets import ScopedQuerySet
from crm.core.models import SoftDeleted, TimeStamped, Versioned
from crm.dictionaries.models import Item
from crm.web.navigation import address
from knowledge.choices import ArticleState, Audience, Kind, Outcome
from knowledge.folder_models import Document, Folder
from knowledge.model_fields import person
from knowledge.querysets import ArticleQuerySet, VersionQuerySet
from knowledge.reader_models import ArticleUse, Autosave, Feedback, SearchGap

__all__ = [
    "Article", "ArticleUse", "ArticleVersion", "Autosave", "Category", "Document", "Feedback",
    "Folder", "SearchGap",
]  # fmt: skip
KEPT = Q(deleted_at__isnull=True)
TITLE_LIMIT = 120
BODY_LIMIT = 50_000


class Category(TimeStamped, Versioned):
    """A node of the tree. Who may read is inherited; a node below may only narrow it."""

    name = models.CharField(_("Name"), max_length=60)
    parent = models.ForeignKey(
        "self",
        verbose_name=_("Parent category"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
    )
    description = models.CharField(_("Description"), max_length=200, blank=True)
    audience = models.CharField(
        _("Readers"), max_length=10, choices=Audience, default=Audience.STAFF
    )
    departments = models.ManyToManyField(
        "accounts.Department",
        verbose_name=_("Only for departments"),
        blank=True,
        related_name="+",
        help_text=_("With those below them. Left empty, the readers above apply."),
    )
    order = models.PositiveSmallIntegerField(_("Order"), default=0)
    is_active = models.BooleanField(_("Active"), default=True)
    is_demo = models.BooleanField(default=False, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("Knowledge category")
        verbose_name_plural = _("Knowledge categories")
        ordering = ["order", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(audience__in=Audience.values), name="knowledge_category_audience"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="knowledge_category_name"),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")),
                name="knowledge_category_not_below_itself",
            ),
            models.UniqueConstraint(fields=["parent", "name"], name="knowledge_category_name_once"),
            models.UniqueConstraint(
                fields=["name"],
                condition=Q(parent__isnull=True),
                name="knowledge_category_top_name_once",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return address("knowledge:category_edit", self.pk)


class Article(TimeStamped, Versioned, SoftDeleted):
    """An article: the text in hand, and the pointers to its versions."""

    kind = models.CharField(_("Type"), max_length=10, choices=Kind, default=Kind.ARTICLE)
    status = models.CharField(
        _("State"),
        max_length=10,
        choices=ArticleState,
        default=ArticleState.DRAFT,
        editable=False,
    )
    category = models.ForeignKey(
        Category,
        verbose_name=_("Category"),
        on_delete=models.PROTECT,
        related_name="articles",
        db_index=False,
    )
    audience = models.CharField(
        _("Readers"), max_length=10, choices=Audience, default=Audience.STAFF
    )
    title = models.CharField(_("Title"), max_length=TITLE_LIMIT)
    keywords = models.CharField(
        _("Keywords"),
        max_length=200,
        blank=True,
        help_text=_("Words people search for, with commas between them."),
    )
    problem = models.TextField(_("Problem"), max_length=4000, blank=True)
    body = models.TextField(_("Text"), max_length=BODY_LIMIT, blank=True)
    fault = models.ForeignKey(
        Item,
        verbose_name=_("Fault"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    products = models.ManyToManyField(
        "opportunities.Product", verbose_name=_("Products"), blank=True, related_name="articles"
    )
    owner = person(_("Owner"))
    review_due = models.DateField(_("Review due"), null=True, blank=True)
    #: What readers see as the title: that of the released version, before it the one in hand.
    shown_title = models.CharField(max_length=TITLE_LIMIT, editable=False)
    title_pinyin = models.CharField(max_length=255, editable=False, default="")
    #: Who changed the text last; this person may not release it alone.
    edited_by = person(_("Edited by"))
    candidate = models.ForeignKey(
        "knowledge.ArticleVersion",
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
        db_index=False,
    )
    released = models.ForeignKey(
        "knowledge.ArticleVersion",
        verbose_name=_("Released version"),
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
        db_index=False,
    )
    helpful_count = models.PositiveIntegerField(_("Helpful"), default=0, editable=False)
    unhelpful_count = models.PositiveIntegerField(_("Not helpful"), default=0, editable=False)
    used_count = models.PositiveIntegerField(_("Used in replies"), default=0, editable=False)
    is_demo = models.BooleanField(default=False, editable=False)

    objects = ArticleQuerySet.as_manager()

    class Meta:
        verbose_name = _("Article")
        verbose_name_plural = _("Articles")
        ordering = ["-updated_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="knowledge_kind"),
            models.CheckConstraint(
                condition=Q(status__in=ArticleState.values), name="knowledge_state"
            ),
            models.CheckConstraint(
                condition=Q(audience__in=Audience.values), name="knowledge_audience"
            ),
            models.CheckConstraint(condition=~Q(title=""), name="knowledge_title"),
            models.CheckConstraint(
                condition=~Q(status=ArticleState.IN_REVIEW) | Q(candidate__isnull=False),
                name="knowledge_review_of_something",
            ),
            models.CheckConstraint(
                condition=~Q(status=ArticleState.PUBLISHED) | Q(released__isnull=False),
                name="knowledge_published_something",
            ),
        ]
        indexes = [
            models.Index(fields=["updated_at", "id"], condition=KEPT, name="know_updated"),
            models.Index(fields=["created_at", "id"], condition=KEPT, name="know_created"),
            models.Index(fields=["title_pinyin", "id"], condition=KEPT, name="know_pinyin"),
            models.Index(fields=["review_due", "id"], condition=KEPT, name="know_review"),
            models.Index(fields=["helpful_count", "id"], condition=KEPT, name="know_helpful"),
            models.Index(fields=["unhelpful_count", "id"], condition=KEPT, name="know_unhelpful"),
            models.Index(fields=["used_count", "id"], condition=KEPT, name="know_used"),
            models.Index(
                fields=["category", "updated_at", "id"], condition=KEPT, name="know_category"
            ),
            models.Index(fields=["owner", "updated_at", "id"], condition=KEPT, name="know_owner"),
            models.Index(fields=["status", "updated_at", "id"], condition=KEPT, name="know_state"),
            models.Index(
                fields=["deleted_at", "id"],
                condition=Q(deleted_at__isnull=False),
                name="know_bin",
            ),
        ]

    def __str__(self) -> str:
        return self.shown_title or self.title

    def get_absolute_url(self) -> str:
        return address("knowledge:article_detail", self.pk)


class ArticleVersion(models.Model):
    """The text of an article as it was handed in; only what became of it is written later."""

    article = models.ForeignKey(
        Article, on_delete=models.CASCADE, related_name="versions", db_index=False
    )
    number = models.PositiveIntegerField(_("Version"))
    title = models.CharField(_("Title"), max_length=TITLE_LIMIT)
    keywords = models.CharField(_("Keywords"), max_length=200, blank=True)
    problem = models.TextField(_("Problem"), max_length=4000, blank=True)
    body = models.TextField(_("Text"), max_length=BODY_LIMIT)
    note = models.CharField(_("What has changed"), max_length=200, blank=True)
    author = person(_("Author"))
    created_at = models.DateTimeField(_("Handed in"))
    decision = models.CharField(
        _("Outcome"), max_length=10, choices=Outcome, default=Outcome.PENDING
    )
    decision_note = models.CharField(_("Reason"), max_length=300, blank=True)
    decided_by = person(_("Decided by"))
    decided_at = models.DateTimeField(_("Decided"), null=True)
    visible_from = models.DateTimeField(_("Visible from"), null=True)
    visible_to = models.DateTimeField(_("Visible to"), null=True)
    #: The tick has told search and lists that this version may be read.
    is_shown = models.BooleanField(default=False)

    objects = VersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("Version")
        verbose_name_plural = _("Versions")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["article", "number"], name="knowledge_version_number_once"
            ),
            models.CheckConstraint(
                condition=Q(decision__in=Outcome.values), name="knowledge_version_decision"
            ),
            models.CheckConstraint(
                condition=~Q(title="") & ~Q(body=""), name="knowledge_version_text"
            ),
            models.CheckConstraint(
                condition=Q(decision=Outcome.RELEASED) | Q(visible_from__isnull=True),
                name="knowledge_version_visible_when_released",
            ),
            models.CheckConstraint(
                condition=~Q(decision=Outcome.RELEASED)
                | (Q(visible_from__isnull=False) & Q(decided_by__isnull=False)),
                name="knowledge_version_released_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(visible_to__isnull=True) | Q(visible_to__gte=F("visible_from")),
                name="knowledge_version_window",
            ),
        ]
        indexes = [
            # With all that the window asks: the texts beside it are long.
            models.Index(
                fields=["article", "visible_from", "visible_to"], name="know_version_span"
            ),
            models.Index(
                fields=["visible_from"],
                condition=Q(visible_from__isnull=False),
                name="know_version_begins",
            ),
            models.Index(
                fields=["visible_to"],
                condition=Q(visible_to__isnull=False),
                name="know_version_ends",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} v{self.number}"
