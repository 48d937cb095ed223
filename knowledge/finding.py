"""Articles in the global search and the palette, found as their list finds them."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from crm.access.policies import policy_for
from crm.access.verbs import VIEW
from crm.workbench.search import Hit, Hits, SearchGroup, hits_of, register
from knowledge import lists, tree
from knowledge.models import Article


def find_articles(user: Any, text: str, limit: int) -> Hits:
    """The first articles of the list for this search, with category and state."""
    return hits_of(lists.ARTICLES, user, text, limit, _hit)


def _hit(row: Article) -> Hit:
    meta = " · ".join(filter(None, [tree.label(row.category_id), str(row.get_status_display())]))
    return Hit(str(row), row.get_absolute_url(), meta)


register(
    SearchGroup(
        Article,
        _("Knowledge base"),
        icon="book",
        list_name="knowledge:article_list",
        find=find_articles,
        allowed=lambda user: policy_for(Article).allows(user, VIEW),
    )
)
