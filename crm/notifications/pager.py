"""Pages of short private lists (notices, jobs). Lists of records use `crm.web.listing`."""

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest

#: A longer page number is somebody playing.
MAX_DIGITS = 6


def paginate(request: HttpRequest, rows: QuerySet) -> tuple[list[Any], dict[str, Any]]:
    """The rows of the page that `?page=` asks for, and the context of `components/pager.html`."""
    wanted = request.GET.get("page", "")
    number = int(wanted) if wanted.isdecimal() and len(wanted) <= MAX_DIGITS else 1
    page = Paginator(rows, request.user.rows_per_page).get_page(number)
    return list(page.object_list), _context(request, page)


def _context(request: HttpRequest, page: Page) -> dict[str, Any]:
    pairs = [pair for pair in request.GET.items() if pair[0] != "page"]

    def address(number: int) -> str:
        return f"?{urlencode([*pairs, ('page', number)])}"

    before = page.previous_page_number() if page.has_previous() else None
    behind = page.next_page_number() if page.has_next() else None
    around = page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)
    return {
        "page": page.number,
        "pages": page.paginator.num_pages,
        "total": page.paginator.count,
        "numbers": [
            {"number": item, "url": address(item), "current": item == page.number}
            if isinstance(item, int)
            else {"number": None}
            for item in around
        ],
        "prev_url": address(before) if before else None,
        "next_url": address(behind) if behind else None,
        "jump_url": request.path,
        "hidden": pairs,
        "first_row": page.start_index(),
        "last_row": page.end_index(),
    }
