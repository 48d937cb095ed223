"""What the command palette offers: pages of the menu, actions, recent and matching records."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.core import pinyin
from crm.web.navigation import groups_for as menu_groups
from crm.web.navigation import quick_create_for
from crm.workbench import recent
from crm.workbench.search import groups_for

RECORDS = 5
RECENT = 5
#: Pages that stand in no menu: label, icon, URL name.
FURTHER = (
    {
        "label": gettext_lazy("Notifications"),
        "icon": "bell",
        "name": "notifications:notification_list",
    },
    {"label": gettext_lazy("Personal settings"), "icon": "user-circle", "name": "accounts:profile"},
    {"label": gettext_lazy("Change password"), "icon": "lock", "name": "account_change_password"},
    {"label": gettext_lazy("Help"), "icon": "help-circle", "name": "workbench:help"},
)


def matches(label: str, text: str) -> bool:
    """Whether a page's name holds the text, or its pinyin or initials begin with it."""
    wanted = text.casefold().replace(" ", "")
    name = label.casefold()
    if not wanted or wanted in name.replace(" ", ""):
        return True
    spelled = pinyin.company(label)
    return spelled.full.startswith(wanted) or spelled.initials.startswith(wanted)


def pages(user: Any) -> list[dict[str, str]]:
    """All pages of the menu this user sees, and the further ones."""
    found = [
        {
            "label": str(item["label"]),
            "hint": str(group["title"]),
            "url": item["url"],
            "icon": item["icon"],
        }
        for group in menu_groups(user, "")
        for item in group["items"]
    ]
    found += [
        {
            "label": str(page["label"]),
            "hint": "",
            "url": reverse(page["name"]),
            "icon": page["icon"],
        }
        for page in FURTHER
    ]
    return found


def matching_pages(user: Any, text: str) -> list[dict[str, str]]:
    """Pages whose name fits what was typed."""
    return [page for page in pages(user) if matches(page["label"], text)]


def actions(user: Any, text: str) -> list[dict[str, str]]:
    """What the user may create, as far as the name fits."""
    return [
        {"label": str(item["label"]), "hint": "", "url": item["url"], "icon": item["icon"]}
        for item in quick_create_for(user)
        if matches(str(item["label"]), text)
    ]


def records(user: Any, text: str) -> list[dict[str, Any]]:
    """One group of matching records for each kind."""
    found = []
    for group in groups_for(user):
        hits = group.find(user, text, RECORDS).rows
        items = [
            {"label": hit.title, "hint": hit.meta, "url": hit.url, "icon": group.icon}
            for hit in hits
        ]
        found.append({"title": str(group.label), "items": items})
    return found


def recent_records(user: Any) -> list[dict[str, str]]:
    """What the user opened last."""
    return [
        {
            "label": str(obj),
            "hint": str(group.label),
            "url": obj.get_absolute_url(),
            "icon": group.icon,
        }
        for _view, obj, group in recent.recently_viewed(user, RECENT)
    ]


def groups(user: Any, text: str) -> list[dict[str, Any]]:
    """The answer for what was typed; groups without items are left out."""
    found = [
        {"title": _("Pages of the product"), "items": matching_pages(user, text)},
        {"title": _("Actions"), "items": actions(user, text)},
    ]
    if text:
        found += records(user, text)
    else:
        found.insert(0, {"title": _("Recently viewed"), "items": recent_records(user)})
    return [group for group in found if group["items"]]
