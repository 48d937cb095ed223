"""Tables of company values. Codes are fixed and known to the program, names belong to users."""

from django.db import models
from django.db.models.functions import Lower
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from crm.access.querysets import ScopedQuerySet
from crm.core.models import TimeStamped, Versioned


class Stamp(models.Model):
    """A counter raised with every change of a kind of cached data, in the same transaction.

    Processes compare it once a request and re-read what has changed, so everyone sees current
    dictionaries, settings, rights and organisation at once.
    """

    name = models.CharField(max_length=40, primary_key=True)
    version = models.BigIntegerField(default=1)

    def __str__(self) -> str:
        return f"{self.name}={self.version}"


class Color(models.TextChoices):
    """Badge colours of the design system."""

    GRAY = "gray", _("Gray")
    BLUE = "blue", _("Blue")
    AZURE = "azure", _("Azure")
    CYAN = "cyan", _("Cyan")
    TEAL = "teal", _("Teal")
    GREEN = "green", _("Green")
    LIME = "lime", _("Lime")
    YELLOW = "yellow", _("Yellow")
    ORANGE = "orange", _("Orange")
    RED = "red", _("Red")
    PINK = "pink", _("Pink")
    PURPLE = "purple", _("Purple")
    INDIGO = "indigo", _("Indigo")


class Weekday(models.IntegerChoices):
    """Days of the week as Python counts them."""

    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")


class Dictionary(models.Model):
    """A list of values that fields offer, for example customer sources."""

    code = models.SlugField(_("Code"), max_length=40, unique=True)
    name = models.CharField(_("Name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=60, blank=True)
    order = models.PositiveSmallIntegerField(_("Order"), default=0)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("Data dictionary")
        verbose_name_plural = _("Data dictionaries")
        ordering = ["order", "code"]

    def __str__(self) -> str:
        return local_name(self.name, self.name_en)


class Item(Versioned):
    """One value of a dictionary. A used value is disabled, never deleted."""

    dictionary = models.ForeignKey(
        Dictionary,
        verbose_name=_("Data dictionary"),
        on_delete=models.PROTECT,
        related_name="items",
    )
    code = models.SlugField(_("Code"), max_length=40, help_text=_("Fixed once saved."))
    name = models.CharField(_("Name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=60, blank=True)
    synonyms = models.CharField(
        _("Synonyms"),
        max_length=255,
        blank=True,
        help_text=_("Other spellings that an import recognises, separated by commas."),
    )
    color = models.CharField(_("Color"), max_length=10, choices=Color, default=Color.GRAY)
    order = models.PositiveSmallIntegerField(_("Order"), default=0)
    is_active = models.BooleanField(_("Active"), default=True)
    is_system = models.BooleanField(
        default=False, editable=False, help_text=_("The program knows this code.")
    )
    updated_at = models.DateTimeField(auto_now=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("Dictionary value")
        verbose_name_plural = _("Dictionary values")
        ordering = ["dictionary", "order", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["dictionary", "code"], name="dictionaries_item_code_once"
            ),
            models.UniqueConstraint(
                "dictionary", Lower("name"), name="dictionaries_item_name_once"
            ),
            models.CheckConstraint(
                condition=models.Q(color__in=Color.values),
                name="dictionaries_item_color",
            ),
        ]

    def __str__(self) -> str:
        return local_name(self.name, self.name_en)


class Region(models.Model):
    """省 / 市 / 区县, from a pinned package. The code of the lowest level is stored on records."""

    code = models.CharField(_("Code"), max_length=6, primary_key=True)
    name = models.CharField(_("Name"), max_length=40)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    level = models.PositiveSmallIntegerField(_("Level"))  # 1 province, 2 city, 3 district

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("Region")
        verbose_name_plural = _("Regions")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class Tag(TimeStamped, Versioned):
    """A free label that users put on records; several per record."""

    name = models.CharField(_("Name"), max_length=30)
    color = models.CharField(_("Color"), max_length=10, choices=Color, default=Color.AZURE)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("Tag")
        verbose_name_plural = _("Tags")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(Lower("name"), name="dictionaries_tag_name_once"),
        ]

    def __str__(self) -> str:
        return self.name


class NumberRule(Versioned):
    """How numbers of one kind of record are built: prefix, year, serial (`requirements` N1-N3)."""

    key = models.SlugField(_("Kind of record"), max_length=40, unique=True)
    name = models.CharField(_("Name"), max_length=60)
    prefix = models.CharField(
        _("Prefix"),
        max_length=10,
        blank=True,
        help_text=_("Empty: the company abbreviation of the system settings."),
    )
    width = models.PositiveSmallIntegerField(
        _("Digits of the serial"),
        default=3,
        help_text=_("Grows by itself when used up."),
    )
    restarts_yearly = models.BooleanField(_("Restarts every year"), default=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("Number rule")
        verbose_name_plural = _("Number rules")
        ordering = ["key"]

    def __str__(self) -> str:
        return self.name


class Sequence(models.Model):
    """The last serial given out for a prefix and a year. Gaps are allowed, duplicates are not."""

    name = models.CharField(max_length=80, primary_key=True)
    value = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name}={self.value}"


class Setting(models.Model):
    """One system parameter that differs from its default (`crm.dictionaries.settings`)."""

    key = models.CharField(_("Parameter"), max_length=60, primary_key=True)
    value = models.JSONField(_("Value"))
    updated_at = models.DateTimeField(auto_now=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("System setting")
        verbose_name_plural = _("System settings")
        ordering = ["key"]

    def __str__(self) -> str:
        return self.key


class BusinessCalendar(Versioned):
    """When is worked (`service.md` 8.2): weekly hours, and single days that differ.

    One is the company's, which every installation has; further ones are for promises that are
    counted by other hours.
    """

    code = models.SlugField(_("Code"), max_length=40, unique=True, editable=False)
    name = models.CharField(_("Name"), max_length=60)
    time_zone = models.CharField(_("Time zone"), max_length=60, default="Asia/Shanghai")
    makeup_weekday = models.PositiveSmallIntegerField(
        _("Hours of a working weekend"),
        default=0,
        choices=Weekday,
        help_text=_("A weekend worked for a long holiday has the hours of this weekday."),
    )
    follows_statutory = models.BooleanField(
        _("Statutory holidays apply"),
        default=True,
        help_text=_("Otherwise only days entered by hand differ from the weekly hours."),
    )
    updated_at = models.DateTimeField(auto_now=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("Work calendar")
        verbose_name_plural = _("Work calendars")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(makeup_weekday__in=Weekday.values),
                name="dictionaries_calendar_makeup_weekday",
            ),
            models.UniqueConstraint(Lower("name"), name="dictionaries_calendar_name_once"),
        ]

    def __str__(self) -> str:
        return self.name


class WeeklySpan(models.Model):
    """Hours worked on a weekday, as minutes of the day; 1440 is the midnight behind it."""

    calendar = models.ForeignKey(BusinessCalendar, on_delete=models.CASCADE, related_name="spans")
    weekday = models.PositiveSmallIntegerField(choices=Weekday)
    start = models.PositiveSmallIntegerField()
    end = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["weekday", "start"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    weekday__in=Weekday.values, start__lt=models.F("end"), end__lte=1440
                ),
                name="dictionaries_span_within_day",
            )
        ]

    def __str__(self) -> str:
        return f"{self.weekday} {self.start}-{self.end}"


class DayKind(models.TextChoices):
    """How a day differs from its weekday."""

    HOLIDAY = "holiday", _("Day off")
    WORKDAY = "workday", _("Worked")
    CUSTOM = "custom", _("Hours of its own")


class Source(models.TextChoices):
    """Who says so: the law, or the company, which has the last word."""

    MANUAL = "manual", _("Entered by hand")
    STATUTORY = "statutory", _("Statutory")


class CalendarException(models.Model):
    """A day that differs from its weekday. Manual entries count over statutory ones."""

    calendar = models.ForeignKey(
        BusinessCalendar,
        verbose_name=_("Work calendar"),
        on_delete=models.CASCADE,
        related_name="days",
    )
    date = models.DateField(_("Date"))
    kind = models.CharField(_("Kind of day"), max_length=8, choices=DayKind)
    #: Pairs of minutes; only for days with hours of their own.
    spans = models.JSONField(_("Hours"), default=list, blank=True)
    name = models.CharField(_("Name"), max_length=60, blank=True)
    source = models.CharField(
        _("Source"), max_length=9, choices=Source, default=Source.MANUAL, editable=False
    )

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("Holiday or working weekend")
        verbose_name_plural = _("Holidays and working weekends")
        ordering = ["date"]
        constraints = [
            models.UniqueConstraint(
                fields=["calendar", "date", "source"], name="dictionaries_exception_once"
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=DayKind.values, source__in=Source.values),
                name="dictionaries_exception_kind",
            ),
        ]
        indexes = [models.Index(fields=["date"], name="dictionaries_exception_date")]

    def __str__(self) -> str:
        return f"{self.date} {self.name}".strip()


class StatutoryYear(models.Model):
    """Whether the statutory holidays of a year are known, and from where."""

    class State(models.TextChoices):
        MISSING = "missing", _("Not published yet")
        LOADED = "loaded", _("Published")

    country = models.CharField(max_length=2, default="CN", editable=False)
    year = models.PositiveSmallIntegerField(_("Year"), editable=False)
    state = models.CharField(_("State"), max_length=7, choices=State.choices, default=State.MISSING)
    source = models.CharField(_("Source"), max_length=60, blank=True, editable=False)
    sha256 = models.CharField(max_length=64, blank=True, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("Statutory year")
        verbose_name_plural = _("Statutory years")
        ordering = ["-year"]
        constraints = [
            models.UniqueConstraint(
                fields=["country", "year"], name="dictionaries_statutory_year_once"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["missing", "loaded"]),
                name="dictionaries_statutory_year_state",
            ),
        ]

    def __str__(self) -> str:
        return str(self.year)


class CalendarVersion(models.Model):
    """What a calendar said from a moment on: clocks are judged by the rules in force then."""

    calendar = models.ForeignKey(
        BusinessCalendar, on_delete=models.CASCADE, related_name="versions", db_index=False
    )
    number = models.PositiveIntegerField()
    content = models.JSONField()
    valid_from = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["calendar", "number"], name="dictionaries_calendar_version_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.calendar_id} {self.number}"


def local_name(name: str, name_en: str) -> str:
    """The English name for a reader of English where there is one."""
    return name_en if name_en and translation.get_language() == "en" else name
