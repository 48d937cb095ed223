"""Row rules: who reads what is released, who sees texts in hand, who releases.

Every colleague with the right to view reads released articles of the categories open to him. The
scope of that right says whose texts in hand he sees besides; with the scope "all" nothing is
hidden (`service` 8.7).
"""

from collections.abc import Hashable
from typing import Any

from django.db import models
from django.db.models import Q

from crm.access import policies, verbs
from crm.access.results import ALLOWED, Answer, Denied
from crm.access.scopes import Scope
from crm.core.messages import NOT_ALLOWED
from knowledge import moments, tree
from knowledge.models import Article, Category, Document, Folder
from knowledge.querysets import readable
from knowledge.verbs import REVIEW

V = verbs
WORK = (V.VIEW, V.ADD, V.CHANGE, V.DELETE)
READ = {V.VIEW: Scope.ALL}


class ArticlePolicy(policies.OwnedPolicy):
    """Readers, authors and reviewers."""

    rights = (*policies.Policy.rights, REVIEW, V.IMPORT, V.EXPORT)
    defaults = {
        "super_admin": dict.fromkeys((*WORK, REVIEW, V.IMPORT, V.EXPORT), Scope.ALL),
        "system_admin": READ,
        "auditor": READ | {V.EXPORT: Scope.ALL},
        "sales_manager": dict.fromkeys((*WORK, V.EXPORT), Scope.OWN_AND_REPORTS),
        "sales": dict.fromkeys(WORK, Scope.OWN),
        "service_lead": dict.fromkeys((*WORK, REVIEW, V.IMPORT, V.EXPORT), Scope.ALL),
        "service": dict.fromkeys(WORK, Scope.OWN),
        "finance": {V.VIEW: Scope.OWN},
    }

    def rows(self, user: Any, verb: str) -> Q | None:
        seen = self._seen(user)
        if verb == V.VIEW:
            return seen
        reach = self.reach(user, verb)
        if not reach:
            return Q(pk__in=[])
        if reach.everything:
            return seen
        owned = self.owned_by(reach.owners)
        return owned if seen is None else owned & seen

    def _seen(self, user: Any) -> Q | None:
        reach = self.reach(user, V.VIEW)
        if reach.everything:
            return None
        if not reach:
            return Q(pk__in=[])
        released = readable(moments.settled())
        if hidden := tree.hidden_from(user):
            released &= ~Q(category_id__in=hidden)
        return self.owned_by(reach.owners) | released

    def shape(self, user: Any, verb: str) -> Hashable:
        """With the instant, even where the rows need none: lists of what can be read do."""
        view, reach = self.reach(user, V.VIEW), self.reach(user, verb)
        if view.everything or not view:
            return view.everything, moments.settled(), reach
        return view.owners, tree.hidden_from(user), moments.settled(), reach

    def check(self, user: Any, verb: str, obj: models.Model) -> Answer:
        reach = self.reach(user, verb)
        if verb == V.VIEW:
            return ALLOWED if self._sees(user, obj) else Denied(str(NOT_ALLOWED))
        if reach.covers(self.owner_of(obj)) and self._sees(user, obj):
            return ALLOWED
        return Denied(str(NOT_ALLOWED))

    def _sees(self, user: Any, obj: Any) -> bool:
        reach = self.reach(user, V.VIEW)
        if reach.covers(obj.owner_id):
            return True
        if not reach or obj.category_id in tree.hidden_from(user):
            return False
        return obj.versions.live().exists()


class CategoryPolicy(policies.Policy):
    """Readers need no right on categories: this is about keeping the tree."""

    defaults = {
        "super_admin": dict.fromkeys(WORK, Scope.ALL),
        "system_admin": dict.fromkeys(WORK, Scope.ALL),
        "auditor": READ,
        "service_lead": dict.fromkeys(WORK, Scope.ALL),
    }


class FolderPolicy(policies.Policy):
    """Everybody sees the folders; managers and administrators keep them (D13-3)."""

    defaults = {
        "super_admin": dict.fromkeys(WORK, Scope.ALL),
        "system_admin": dict.fromkeys(WORK, Scope.ALL),
        "auditor": READ,
        "sales_manager": dict.fromkeys(WORK, Scope.ALL),
        "service_lead": dict.fromkeys(WORK, Scope.ALL),
        **dict.fromkeys(("sales", "service", "finance"), READ),
    }


def documents(scope: Scope) -> dict[str, Scope]:
    """Reading and uploading everywhere, changing within a scope of owners."""
    return {V.VIEW: Scope.ALL, V.ADD: Scope.ALL, V.CHANGE: scope, V.DELETE: scope}


class DocumentPolicy(policies.OwnedPolicy):
    """Documents are for everybody; who uploaded one and managers change it (D13-4)."""

    defaults = {
        "super_admin": documents(Scope.ALL),
        "system_admin": READ,
        "auditor": READ,
        "sales_manager": documents(Scope.OWN_AND_REPORTS),
        "service_lead": documents(Scope.OWN_AND_REPORTS),
        **dict.fromkeys(("sales", "service"), documents(Scope.OWN)),
        "finance": READ,
    }


policies.register(Article, ArticlePolicy)
policies.register(Folder, FolderPolicy)
policies.register(Document, DocumentPolicy)
policies.register(Category, CategoryPolicy)
