"""Which lists of this app can be exported. How is in `crm.jobs.exporting`."""

from django.utils.translation import gettext_lazy as _

from crm.jobs.exporting.kinds import declare
from knowledge import lists

ARTICLES = declare(lists.ARTICLES, event="knowledge.article.exported", title=_("Knowledge base"))
