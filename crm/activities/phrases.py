"""Quick phrases: the common ones of the dictionary, and each person's own (`market` 2.8)."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from crm.activities.choices import PHRASE
from crm.activities.models import PHRASE_LIMIT, Phrase
from crm.core.errors import InvalidValue, LimitReached
from crm.core.text import clean_text
from crm.dictionaries import lookups

#: More would be a list to search in, not a menu.
MOST_OWN = 50


def common() -> list[str]:
    """Common phrases of the company, in the reader's language (`market` 1.6)."""
    return [value.label for value in lookups.items(PHRASE)]


def own(user: Any) -> list[str]:
    """The person's own phrases, oldest first."""
    return list(Phrase.objects.of(user).values_list("text", flat=True)[:MOST_OWN])


def add_phrase(text: str, *, actor: Any) -> Phrase:
    """Keep a phrase of one's own. The same twice is one. Raises InvalidValue, LimitReached."""
    cleaned = clean_text(text, max_length=PHRASE_LIMIT)
    if cleaned.value is None:
        reason = cleaned.notes[0].text() if cleaned.notes else _("The phrase is empty.")
        raise InvalidValue(_("Saving failed: %(reason)s") % {"reason": reason}, field="text")
    if Phrase.objects.of(actor).count() >= MOST_OWN:
        raise LimitReached(
            _("Saving failed: you have %(count)d phrases already, delete one first.")
            % {"count": MOST_OWN},
            field="text",
        )
    try:
        with transaction.atomic():
            return Phrase.objects.create(user=actor, text=cleaned.value)
    except IntegrityError:
        return Phrase.objects.of(actor).get(text=cleaned.value)


def delete_phrase(phrase: Phrase, *, actor: Any) -> None:
    """Remove a phrase of one's own."""
    Phrase.objects.of(actor).filter(pk=phrase.pk).delete()
