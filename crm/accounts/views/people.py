"""The address book, the people picker and the pictures: open to everyone who is logged in."""

from collections import Counter
from typing import Any

from django.core.files.storage import default_storage
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from crm.accounts import directory
from crm.accounts.models import Department, User

MOST_OPTIONS = 20
MAX_TERM = 60


class PeopleView(View):
    """Departments on the left, people on the right; search by name, pinyin, number (D17-5)."""

    def get(self, request: HttpRequest) -> HttpResponse:
        term = request.GET.get("q", "").strip()[:MAX_TERM]
        chosen = _department(request.GET.get("department", ""))
        people = directory.people(term, chosen)
        pages = Paginator(people, request.user.rows_per_page)
        page = pages.get_page(request.GET.get("page"))
        context: dict[str, Any] = {
            "title": _("Address book"),
            "q": term,
            "chosen": chosen,
            "tree": directory.tree(),
            "page": page,
            "total": pages.count,
            "pager": _pager(request, page) if pages.num_pages > 1 else None,
        }
        return render(request, "accounts/people.html", context)


def _department(value: str) -> Department | None:
    if not value.isdecimal() or len(value) > 18:
        return None
    return Department.objects.filter(pk=int(value)).first()


def _pager(request: HttpRequest, page: Any) -> dict[str, Any]:
    """The shape of components/pager.html."""
    query = request.GET.copy()
    query.pop("page", None)

    def url(number: int) -> str:
        query["page"] = str(number)
        return f"{reverse('accounts:people')}?{query.urlencode()}"

    numbers = [
        {"number": number if isinstance(number, int) else None, "current": number == page.number}
        | ({"url": url(number)} if isinstance(number, int) else {})
        for number in page.paginator.get_elided_page_range(page.number)
    ]
    return {
        "page": page.number,
        "pages": page.paginator.num_pages,
        "numbers": numbers,
        "first_url": url(1) if page.has_previous() else None,
        "prev_url": url(page.previous_page_number()) if page.has_previous() else None,
        "next_url": url(page.next_page_number()) if page.has_next() else None,
        "last_url": url(page.paginator.num_pages) if page.has_next() else None,
        "page_size": page.paginator.per_page,
        "first_row": page.start_index(),
        "last_row": page.end_index(),
    }


class PersonOptionsView(View):
    """`?q=` → at most twenty active people: value, label, hint (their department), mention."""

    def get(self, request: HttpRequest) -> HttpResponse:
        term = request.GET.get("q", "").strip()[:MAX_TERM]
        people = list(directory.people(term, None)[:MOST_OPTIONS])
        names = Counter(user.name for user in people)
        results = [
            {
                "value": user.pk,
                "label": user.name,
                "hint": user.department_name,
                # what names exactly this person behind an @
                "mention": user.name if names[user.name] == 1 else user.username,
            }
            for user in people
        ]
        return JsonResponse({"results": results})


class AvatarView(View):
    """The picture of a person. Its address changes with the picture, so browsers may keep it."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        user = get_object_or_404(User.objects.filter(~Q(avatar="")), pk=pk)
        try:
            picture = default_storage.open(user.avatar)
        except FileNotFoundError:
            raise Http404 from None
        response = FileResponse(picture, content_type="image/webp")
        response["Cache-Control"] = "private, max-age=604800"
        return response
