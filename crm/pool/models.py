"""Tables of the pool (`market` 2.1), and the columns every pooled record has."""

from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.access.querysets import ScopedQuerySet
from crm.accounts.models import Department
from crm.core.models import Owned, TimeStamped, Versioned
from crm.dictionaries.models import Item
from crm.pool.choices import Action, Kind, Purpose, Rule

KEPT = Q(deleted_at__isnull=True)


def person_key(label: Any) -> models.ForeignKey:
    """A foreign key to a user; the indexes that lists need are declared in Meta."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=label,
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )


class Pool(TimeStamped, Versioned):
    """A named pool. Nobody chosen as member means that everybody with the right may claim."""

    kind = models.CharField(_("Kind"), max_length=10, choices=Kind)
    name = models.CharField(_("Name"), max_length=40)
    is_active = models.BooleanField(_("Switched on"), default=True)
    order = models.PositiveSmallIntegerField(
        _("Order"),
        default=0,
        help_text=_("Records fall into the first pool whose member their owner is."),
    )
    members = models.ManyToManyField(
        settings.AUTH_USER_MODEL, verbose_name=_("Members"), blank=True, related_name="+"
    )
    departments = models.ManyToManyField(
        Department,
        verbose_name=_("Departments (with those below)"),
        blank=True,
        related_name="+",
    )
    administrators = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Pool administrators"),
        blank=True,
        related_name="+",
    )
    #: Names of the list's columns that members do not see.
    hidden_columns = models.JSONField(_("Hidden columns"), default=list, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("Pool")
        verbose_name_plural = _("Pools")
        ordering = ["kind", "order", "id"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "name"], name="pool_pool_name_once"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="pool_pool_kind"),
        ]

    def __str__(self) -> str:
        return self.name


class PoolRuleVersion(models.Model):
    """The rules of a pool from a day on; the newest one that has begun is in force.

    Numbers of days are whole days of the company's calendar; an empty one switches the rule off.
    """

    pool = models.ForeignKey(
        Pool, verbose_name=_("Pool"), on_delete=models.CASCADE, related_name="rule_versions"
    )
    valid_from = models.DateField(_("In force from"))
    created_at = models.DateTimeField(_("Created at"), editable=False)
    created_by = person_key(_("Created by"))
    claim_limit = models.PositiveSmallIntegerField(
        _("Claims per person and day"), null=True, blank=True
    )
    claim_gap_minutes = models.PositiveSmallIntegerField(
        _("Minutes between two claims"), null=True, blank=True
    )
    former_owner_days = models.PositiveSmallIntegerField(
        _("Days before a former owner may claim again"), null=True, blank=True
    )
    new_entry_days = models.PositiveSmallIntegerField(
        _("Days before a new entry can be claimed"), null=True, blank=True
    )
    protection_days = models.PositiveSmallIntegerField(
        _("Days of protection after a claim"), null=True, blank=True
    )
    protect_days = models.PositiveSmallIntegerField(
        _("Longest protection by hand (days)"),
        null=True,
        blank=True,
        help_text=_("Empty: nobody protects records by hand."),
    )
    protect_limit = models.PositiveSmallIntegerField(
        _("Records protected by hand per person"), null=True, blank=True
    )
    recycles = models.BooleanField(_("Recycle automatically"), default=False)
    by_grade = models.BooleanField(_("Own days for each grade"), default=False)
    follow_up_days = models.PositiveSmallIntegerField(
        _("Days without a follow-up"), null=True, blank=True, default=30
    )
    opportunity_days = models.PositiveSmallIntegerField(
        _("Days without a new opportunity"), null=True, blank=True
    )
    deal_days = models.PositiveSmallIntegerField(
        _("Days without a deal"), null=True, blank=True, default=90
    )
    #: `{grade code: {rule: days}}`, used with `by_grade`; a missing rule does not count.
    grade_days = models.JSONField(_("Days by grade"), default=dict, blank=True)
    ends_protection = models.BooleanField(
        _("Recycle when the protection ends without a deal"), default=False
    )
    spares_deals = models.BooleanField(_("Spare records with a deal"), default=True)
    spares_open_opportunities = models.BooleanField(
        _("Spare records with an open opportunity"), default=True
    )
    #: Days before the fall on which the owner is told, for example [7, 3, 1].
    warn_days = models.JSONField(_("Days of advance warning"), default=list, blank=True)
    grace_days = models.PositiveSmallIntegerField(
        _("Days of grace"),
        default=7,
        help_text=_("Nothing falls so many days after these rules come into force."),
    )
    is_demo = models.BooleanField(default=False, editable=False)

    class Meta:
        verbose_name = _("Pool rules")
        verbose_name_plural = _("Pool rules")
        ordering = ["-valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["pool", "valid_from"], name="pool_rules_once_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.pool} {self.valid_from}"


class OwnedCap(TimeStamped, Versioned):
    """How many records a person may own or lock (保有量); of several caps the lowest counts."""

    kind = models.CharField(_("Kind"), max_length=10, choices=Kind)
    purpose = models.CharField(
        _("What is counted"), max_length=10, choices=Purpose, default=Purpose.OWNED
    )
    limit = models.PositiveIntegerField(_("At most"))
    counts_deals = models.BooleanField(_("Records with a deal count"), default=False)
    people = models.ManyToManyField(
        settings.AUTH_USER_MODEL, verbose_name=_("People"), blank=True, related_name="+"
    )
    departments = models.ManyToManyField(
        Department,
        verbose_name=_("Departments (with those below)"),
        blank=True,
        related_name="+",
    )

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("Ownership cap")
        verbose_name_plural = _("Ownership caps")
        ordering = ["kind", "purpose", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="pool_cap_kind"),
            models.CheckConstraint(
                condition=Q(purpose__in=Purpose.values), name="pool_cap_purpose"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.get_purpose_display()} ≤ {self.limit}"


class OwnershipSpan(models.Model):
    """A finished span of ownership: who held a record, until when, and who got it then and why.

    Exactly one of `owner` and `pool` held it; exactly one of `next_owner` and `next_pool` got it.
    The present span stands on the record itself (owner_since, pool_entered_at).
    """

    subject_type = models.ForeignKey(
        ContentType, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    subject_id = models.BigIntegerField()
    owner = person_key(_("Owner"))
    pool = models.ForeignKey(
        Pool, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    started_at = models.DateTimeField(_("From"), null=True)
    ended_at = models.DateTimeField(_("Until"))
    action = models.CharField(_("What happened"), max_length=12, choices=Action)
    next_owner = person_key(_("New owner"))
    next_pool = models.ForeignKey(
        Pool, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    rule = models.CharField(max_length=12, choices=Rule, blank=True)
    days = models.PositiveSmallIntegerField(null=True)
    reason = models.ForeignKey(
        Item, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    note = models.CharField(_("Note"), max_length=500, blank=True)
    actor = person_key(_("User"))
    #: Whether a claim used up the day's quota: records with a deal do not.
    is_counted = models.BooleanField(default=True)

    class Meta:
        verbose_name = _("Ownership history")
        verbose_name_plural = _("Ownership history")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(action__in=Action.values), name="pool_span_action"),
            models.CheckConstraint(
                condition=Q(owner__isnull=True) | Q(pool__isnull=True), name="pool_span_one_holder"
            ),
            models.CheckConstraint(
                condition=Q(next_owner__isnull=True, next_pool__isnull=False)
                | Q(next_owner__isnull=False, next_pool__isnull=True),
                name="pool_span_one_next",
            ),
        ]
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "-id"], name="pool_span_subject"),
            models.Index(
                fields=["next_owner", "action", "ended_at"],
                condition=Q(action=Action.CLAIMED),
                name="pool_span_claims",
            ),
            models.Index(
                fields=["owner", "subject_type", "ended_at", "subject_id"],
                condition=Q(action=Action.RECYCLED),
                name="pool_span_falls",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject_type_id}:{self.subject_id} {self.action}"


class Claimant(models.Model):
    """The row that is locked while the claims and caps of one person and kind are counted."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=10, choices=Kind)
    touched_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "kind"], name="pool_claimant_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.kind}"


class UntoldFall(models.Model):
    """Somebody who lost records by rule on a day and is not told yet, in the fall's transaction.

    Which ones and how many stands in the ownership history alone.
    """

    kind = models.CharField(max_length=10, choices=Kind)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    #: By the company's calendar.
    day = models.DateField()
    touched_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "day", "owner"], name="pool_untold_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.owner_id} {self.day}"


class ClockRun(models.Model):
    """Which rules the due dates of a kind were computed by, and how far the next walk has come."""

    kind = models.CharField(max_length=10, choices=Kind, unique=True)
    #: Digest of the rules that all due dates follow.
    applied = models.CharField(max_length=64, blank=True)
    #: Digest of the rules that a walk is applying, and the last key it has done.
    walking = models.CharField(max_length=64, blank=True)
    last_id = models.BigIntegerField(default=0)
    #: Due dates up to this day have been announced.
    warned_on = models.DateField(null=True)

    class Meta:
        verbose_name = _("Pool clock")
        verbose_name_plural = _("Pool clocks")

    def __str__(self) -> str:
        return self.kind


class Pooled(Owned):
    """Abstract: a record that has an owner or stands in a pool, never both and never neither.

    A model adds `owner_or_pool()` to its constraints and `pool_indexes()` to its indexes, and
    registers a `PooledKind`. Only `crm.pool` writes these columns.
    """

    pool = models.ForeignKey(
        Pool,
        verbose_name=_("Pool"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    pool_entered_at = models.DateTimeField(_("In the pool since"), null=True, editable=False)
    #: Why it was put into the pool by hand.
    pool_reason = models.ForeignKey(
        Item,
        verbose_name=_("Reason"),
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    previous_owner = person_key(_("Previous owner"))
    #: When the present owner took it out of the pool himself.
    claimed_at = models.DateTimeField(_("Claimed at"), null=True, editable=False)
    is_locked = models.BooleanField(_("Locked"), default=False, editable=False)
    protected_until = models.DateTimeField(_("Protected until"), null=True, editable=False)
    #: Who protected it by hand; nobody where a claim did.
    protected_by = person_key(_("Protected by"))
    #: When it falls into the pool if nothing happens; written by `crm.pool.clock` alone.
    pool_due_at = models.DateTimeField(_("Falls into the pool"), null=True, editable=False)
    #: The rule by which it will fall; in the pool the one that brought it there.
    pool_due_rule = models.CharField(
        _("Rule of the fall"), max_length=12, choices=Rule, blank=True, editable=False
    )
    pool_due_days = models.PositiveSmallIntegerField(
        _("Days of the rule"), null=True, editable=False
    )
    #: It does not fall before: the end of the days of warning since nothing spares it any more.
    pool_not_before = models.DateTimeField(null=True, editable=False)

    class Meta:
        abstract = True


def owner_or_pool(name: str) -> models.CheckConstraint:
    """Exactly one of owner and pool (`contracts.md` 1.5)."""
    owned = Q(owner__isnull=False, pool__isnull=True)
    return models.CheckConstraint(
        condition=owned | Q(owner__isnull=True, pool__isnull=False), name=name
    )


def pool_indexes(prefix: str) -> list[models.Index]:
    """Indexes that cost nothing for records without a due date and outside of the pool."""
    due = KEPT & Q(pool_due_at__isnull=False)
    pooled = KEPT & Q(pool__isnull=False)
    return [
        models.Index(fields=["pool_due_at", "id"], condition=due, name=f"{prefix}_due"),
        models.Index(
            fields=["owner", "pool_due_at", "id"], condition=due, name=f"{prefix}_owner_due"
        ),
        models.Index(
            fields=["pool", "pool_entered_at", "id"], condition=pooled, name=f"{prefix}_pool"
        ),
        models.Index(
            fields=["owner", "claimed_at", "id"],
            condition=KEPT & Q(claimed_at__isnull=False),
            name=f"{prefix}_claimed",
        ),
        models.Index(fields=["owner"], condition=Q(is_locked=True), name=f"{prefix}_locked"),
        models.Index(
            fields=["owner", "protected_until"],
            condition=KEPT & Q(protected_until__isnull=False),
            name=f"{prefix}_protected",
        ),
    ]
