"""Daily totals of the briefing's measures (`docs/decisions/0015`).

Derived from the rows they count and rebuilt from them at any time; nobody's own data stands here.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

#: The kind of the row that holds everything of a day.
WHOLE = "*"


class DayTotal(models.Model):
    """What one measure counts on one company day, by person and by who opens the rows to readers.

    Readers whose right on `kind` reaches `keeper` see all of these rows. The row of kind `WHOLE`
    is the sum of its day. 0 stands for nobody.
    """

    measure = models.CharField(max_length=40)
    day = models.DateField()
    person = models.BigIntegerField(default=0)
    kind = models.CharField(max_length=60)
    keeper = models.BigIntegerField(default=0)
    number = models.PositiveIntegerField()
    amount = models.DecimalField(max_digits=20, decimal_places=2, default=0)

    class Meta:
        verbose_name = _("Daily total")
        verbose_name_plural = _("Daily totals")
        # Each is all a sum needs to read.
        indexes = [
            models.Index(
                fields=["measure", "kind", "day", "number", "amount"], name="total_by_day"
            ),
            models.Index(
                fields=["measure", "person", "day", "kind", "keeper", "number", "amount"],
                name="total_by_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.day} {self.person}: {self.number}"


class Seal(models.Model):
    """How far a measure has been added up: all days before `until`.

    `walked` is where the slow round that recounts sealed days goes on; `version` lets only one
    recount at a time end.
    """

    measure = models.CharField(max_length=40, primary_key=True)
    until = models.DateField(null=True)
    walked = models.DateField(null=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("Sealed days")
        verbose_name_plural = _("Sealed days")

    def __str__(self) -> str:
        return f"{self.measure} < {self.until}"


class ChangedDay(models.Model):
    """A day whose total no longer holds, written with the change itself; only ever appended.

    Readers count such a day in the rows until it is added up again.
    """

    measure = models.CharField(max_length=40)
    day = models.DateField()

    class Meta:
        verbose_name = _("Changed day")
        verbose_name_plural = _("Changed days")
        indexes = [models.Index(fields=["measure", "day"], name="changed_day")]

    def __str__(self) -> str:
        return f"{self.measure} {self.day}"
