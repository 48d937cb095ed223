"""Whether a version helped: one answer a session and version, with a reason for a no."""

from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from crm.core import clock
from crm.core.errors import DuplicateFound, InvalidValue
from knowledge.choices import Lack
from knowledge.models import Article, ArticleVersion, Feedback

SALT = "knowledge.feedback"


def session_of(*parts: str | None) -> str:
    """A name for a session that cannot be traced back to it."""
    return salted_hmac(SALT, "|".join(part or "" for part in parts), algorithm="sha256").hexdigest()


@transaction.atomic
def give_feedback(
    version: ArticleVersion,
    *,
    is_helpful: bool,
    session: str,
    user: Any = None,
    lack: str = "",
    text: str = "",
) -> Feedback:
    """Store an answer. Raises DuplicateFound for a second one, InvalidValue for an odd reason."""
    if lack and lack not in Lack.values:
        raise InvalidValue(_("Sending failed: this reason does not exist."), field="lack")
    row = Feedback(
        article_id=version.article_id,
        version=version,
        is_helpful=is_helpful,
        lack="" if is_helpful else lack,
        text="" if is_helpful else text.strip()[:500],
        user=user,
        session=session,
        created_at=clock.now(),
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise DuplicateFound(_("You have answered already. Thank you.")) from error
    counter = "helpful_count" if is_helpful else "unhelpful_count"
    Article.objects.filter(pk=version.article_id).update(**{counter: F(counter) + 1})
    return row
