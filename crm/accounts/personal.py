"""Pages of higher apps about the person himself, linked from the personal settings."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from crm.web.navigation import address

PAGES: dict[str, "PersonalPage"] = {}


@dataclass(frozen=True)
class PersonalPage:
    """A link; `allowed` says whether this person has the page."""

    url_name: str
    label: Any
    icon: str
    allowed: Callable[[Any], bool]

    @property
    def url(self) -> str:
        """Its address."""
        return address(self.url_name)


def register(page: PersonalPage) -> None:
    """Add a page. A second one of the same name is an error."""
    if page.url_name in PAGES:
        raise ValueError(f"personal page {page.url_name!r} is registered twice")
    PAGES[page.url_name] = page


def pages_of(user: Any) -> list[PersonalPage]:
    """The pages this person has."""
    return [page for page in PAGES.values() if page.allowed(user)]
