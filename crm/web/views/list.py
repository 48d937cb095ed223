"""The list page: scenes, filters, search, columns, pages; the same address gives its results."""

from collections.abc import Collection, Hashable, Sequence
from functools import cached_property
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.access import policies, verbs
from crm.web import fragments
from crm.web.bulk import BulkAction
from crm.web.columns import Column
from crm.web.filters import names
from crm.web.listing import PAGE_SIZES, Listing, ListSpec
from crm.web.navigation import address
from crm.web.paging import COUNT_CAP
from crm.web.preferences import chosen_columns
from crm.web.rows import rows_html
from crm.web.views.base import PageView

SORT_CHOICES = (
    ("viewed", gettext_lazy("Recently viewed")),
    ("-updated_at", gettext_lazy("Recently changed")),
    ("-created_at", gettext_lazy("Recently created")),
)
#: The parameter that opens the sheet of filters without scripts; where htmx puts its fields.
FILTERS = "filters"
SHEET = "filter-sheet"


class ListView(PageView):
    """Subclasses set `spec`, `title`, the names of their addresses and the actions."""

    spec: ClassVar[ListSpec]
    title: ClassVar[Any] = ""
    url_prefix: ClassVar[str] = ""  # "customers:customer" for customer_list, customer_detail …
    template = "generic/list.html"
    partials = {"results": "generic/_results.html", SHEET: "generic/_filter_sheet.html"}
    bulk_actions: ClassVar[tuple[type[BulkAction], ...]] = ()
    row_actions: ClassVar[tuple[dict[str, Any], ...]] = ()
    empty: ClassVar[dict[str, Any]] = {}
    printable = True

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "spec" in cls.__dict__:
            cls.model = cls.spec.model

    @cached_property
    def listing(self) -> Listing:
        """The list for this user and this query."""
        return Listing(self.spec, self.request.user, self.request.GET)

    @cached_property
    def columns(self) -> list[Column]:
        """The columns this user has chosen."""
        return chosen_columns(self.request.user, self.spec)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.htmx and request.htmx.target == SHEET:
            return self.show(self.sheet_parts())
        context = self.results_context()
        if not (request.htmx and request.htmx.target in self.partials):
            context |= self.page_context()
        if request.GET.get("print"):
            context["layout"] = "layouts/print.html"
        return self.show(context)

    # --- the result part ------------------------------------------------------------------------
    def results_context(self) -> dict[str, Any]:
        """What `generic/_results.html` needs."""
        listing = self.listing
        page = listing.page
        return {
            "title": self.title,
            "total": listing.total_label,
            "total_text": f"{listing.total:,}" if listing.total <= COUNT_CAP else "10,000+",
            "table_html": self.table_html(page.ids) if page.ids else "",
            "pager": self.pager(),
            "bulk_actions": self.shown_bulk_actions,
            "row_actions": self.shown_row_actions(),
            "query_string": self.query(page=None, after=None),
            "print_url": self.url(print="1") if self.printable else "",
            "filtered": listing.is_narrowed,
            "empty": self.empty,
            "advice": self.spec.advice(listing.text) if listing.text else "",
            "reset_url": self.request.path,
            "chips": self.chips(),
            "sort_choices": self.sort_links(),
            "columns_url": self.columns_url(),
        }

    def table_html(self, ids: list[int]) -> SafeString:
        """The rows, rendered from plain values by the compiled template."""
        table, user = self.spec.table, self.request.user
        ctx = table.context_for(user)
        rows = list(table.values(None, ids, self.columns, ctx))
        selectable = bool(self.shown_bulk_actions) and not self.request.GET.get("print")
        select = _("Select") if selectable else ""
        html = get_template("table.html", using="jinja2").render(
            {
                "columns": [self.heading(column) for column in self.columns],
                "body": rows_html(self.columns, rows, ctx, url=self.row_url, select=select),
                "select_all_label": _("Select all") if selectable else "",
                "caption": self.title,
            }
        )
        return mark_safe(html)  # noqa: S308 - Jinja2 has escaped every value

    @cached_property
    def _row_url(self) -> tuple[str, str]:
        before, _zero, after = address(f"{self.url_prefix}_detail", 0).partition("/0/")
        return f"{before}/", f"/{after}"

    def row_url(self, pk: int) -> str:
        """Address of a record; its page knows by the header from which list one comes."""
        before, after = self._row_url
        return f"{before}{pk}{after}"

    def heading(self, column: Column) -> dict[str, Any]:
        """Label, sort link and state of one column."""
        name, descending = self.listing.sort
        widths = self.request.user.preferences.get("widths", {}).get(self.spec.name, {})
        state = ("desc" if descending else "asc") if column.sort and column.sort == name else ""
        return {
            "name": column.name,
            "label": column.label,
            "css": column.css,
            "width": widths.get(column.name, column.width),
            "sort_state": state,
            "sort_url": self.sort_url(column.sort, state) if column.sort else "",
        }

    def sort_url(self, key: str, state: str) -> str:
        """The first click takes the key's own direction, the next one turns it round."""
        down = self.spec.sorts[key].descending if not state else state == "asc"
        return self.url(sort=f"-{key}" if down else key, page=None, after=None)

    def pager(self) -> dict[str, Any]:
        """Links to the pages around (D02-17)."""
        listing, page = self.listing, self.listing.page
        capped = listing.total > COUNT_CAP
        pages = max(1, -(-listing.total // page.size))
        last = None if capped else pages
        return {
            "page": page.number,
            "pages": None if capped else pages,
            "numbers": self.page_numbers(page.number, pages, capped=capped),
            "first_url": self.url(page=None, after=None) if page.number > 1 else None,
            "prev_url": self.page_url(page.number - 1) if page.number > 1 else None,
            "next_url": self.url(page=page.number + 1, after=page.after) if page.has_next else None,
            "last_url": self.page_url(last) if last and page.number < last else None,
            "page_size": page.size,
            "sizes": [{"label": size, "active": size == page.size} for size in PAGE_SIZES],
            "sizes_back": self.url(page_size=None, page=None, after=None),
            "jump_url": self.request.path,
            "hidden": self.pairs(page=None, after=None),
            "first_row": page.first_row,
            "last_row": page.last_row,
        }

    def page_numbers(self, number: int, pages: int, *, capped: bool) -> list[dict[str, Any]]:
        """The first page, those around the present one, and the last."""
        near = {1, *range(max(1, number - 2), min(pages, number + 2) + 1)}
        if not capped:
            near.add(pages)
        found: list[dict[str, Any]] = []
        before = 0
        for place in sorted(near):
            if place > before + 1:
                found.append({"number": None})
            found.append(
                {
                    "number": place,
                    "url": self.page_url(place),
                    "current": place == number,
                }
            )
            before = place
        return found

    def page_url(self, number: int) -> str:
        """Address of a page by its number."""
        return self.url(page=None if number == 1 else number, after=None)

    @cached_property
    def shown_bulk_actions(self) -> list[dict[str, Any]]:
        """Bulk actions whose right the user has on any row."""
        user = self.request.user
        return [
            {
                "name": action.name,
                "label": action.label,
                "icon": action.icon,
                "style": "danger" if action.danger else "",
                "url": action.url_for(self.url_prefix),
            }
            for action in self.bulk_actions
            if policies.can(user, action.verb, self.spec.model)
        ]

    def shown_row_actions(self) -> list[dict[str, Any]]:
        """Hover actions; `needs` is a verb on the row, `on` another model it is needed on."""
        user = self.request.user
        return [
            {**item, "url": self.row_action_url(item["url_name"], item.get("args", ()))}
            for item in self.row_actions
            if policies.can(user, item["needs"], item.get("on", self.spec.model))
        ]

    def row_action_url(self, name: str, args: tuple) -> str:
        """An address with `__id__` where the key of the row goes."""
        return address(name, *args, 0).replace("/0/", "/__id__/")

    # --- the rest of the page -------------------------------------------------------------------
    def page_context(self) -> dict[str, Any]:
        """What only the full page needs: tabs, filters, actions, column chooser."""
        return {
            "scenes": self.scene_links(),
            "search": self.search_box(),
            **self.filter_parts(),
            "keep": [
                (name, self.request.GET[name])
                for name in ("scene", "sort", "page_size", *self.spec.filterset.hidden)
                if self.request.GET.get(name)
            ],
            "actions": self.page_actions(),
            "more_actions": self.more_actions(),
        }

    def filter_parts(self) -> dict[str, Any]:
        """The fields of the bar; those of the sheet, most of the page's size, once it is open."""
        query, sheet = self.request.GET, self.sheet
        is_open = bool(sheet) and (
            FILTERS in query
            or self.listing.has_filters
            and any(names(query, name) for name in sheet)
        )
        return {
            "filter_fields": self.drawn_filters("inline", self.spec.filterset.inline),
            "filter_open": is_open,
            "filter_url": self.url(**{FILTERS: "1"}) if sheet else "",
            **(self.sheet_parts() if is_open else {}),
        }

    @property
    def sheet(self) -> list[str]:
        """Names of the filters that stand in the sheet."""
        filters = self.spec.filterset
        elsewhere = {*filters.inline, *filters.hidden}
        return [name for name in filters.base_filters if name not in elsewhere]

    def sheet_parts(self) -> dict[str, Any]:
        """What `generic/_filter_sheet.html` needs."""
        return {"filter_more": self.drawn_filters("sheet", self.sheet)}

    def drawn_filters(self, place: str, wanted: Sequence[str]) -> SafeString:
        """Some filters as HTML; all of them at once where none has a value."""
        if self.listing.has_filters:
            return SafeString("".join(map(self.drawn_filter, wanted)))
        return fragments.remember(
            ("filters", self.spec.name, place, self.looks),
            lambda: SafeString("".join(map(self.empty_filter, wanted))),
            maintained=True,
        )

    def drawn_filter(self, name: str) -> SafeString:
        """One filter as HTML.

        Without a chosen value it looks the same for everybody with the same `looks`, and drawing
        all of them costs more than the rows of the page: then it is drawn once.
        """
        if name in self.listing.filterset.filters:
            return self.listing.filterset.form[name].as_field_group()
        return fragments.remember(
            ("filter", self.spec.name, name, self.looks),
            lambda: self.empty_filter(name),
            maintained=True,
        )

    @cached_property
    def looks(self) -> Hashable:
        """What filters without a value look like to this reader."""
        return self.spec.filterset.looks(self.request.user)

    def empty_filter(self, name: str) -> SafeString:
        """A filter without a value."""
        none, user = self.spec.model.objects.none(), self.request.user
        blank = self.spec.filterset(QueryDict(), queryset=none, user=user)
        return blank.form[name].as_field_group()

    def scene_links(self) -> list[dict[str, Any]]:
        """The tabs; filters stay when the tab changes."""
        active = self.listing.scene
        return [
            {
                "label": scene.label,
                "url": self.url(scene=scene.name, page=None, after=None),
                "active": scene is active,
            }
            for scene in self.listing.scenes
        ]

    def search_box(self) -> dict[str, Any] | None:
        """The search field, where the list can be searched."""
        if self.spec.search is None:
            return None
        placeholder = self.spec.search_placeholder
        return {"name": "q", "value": self.listing.text, "placeholder": placeholder}

    def chips(self) -> list[dict[str, Any]]:
        """What is filtered, each with a way to take it off."""
        return [
            {
                "label": item["label"],
                "value": item["value"],
                "remove_url": self.url(**self.without(item["name"]), page=None, after=None),
            }
            for item in self.listing.described
        ]

    def without(self, name: str) -> dict[str, None]:
        """The parameters of a filter, to be dropped (ranges have two)."""
        return {key: None for key in self.request.GET if key == name or key.startswith(f"{name}_")}

    def sort_links(self) -> list[dict[str, Any]]:
        """最近查看 / 最近修改 / 最近创建 (D02-18)."""
        name, descending = self.listing.sort
        present = f"-{name}" if descending else name
        return [
            {
                "label": label,
                "url": self.url(sort=key, page=None, after=None),
                "active": present.lstrip("-") == key.lstrip("-"),
            }
            for key, label in SORT_CHOICES
            if key.lstrip("-") in self.spec.sorts
        ]

    #: Names of columns that cannot be chosen on this page.
    hidden: Collection[str] = ()

    def columns_url(self) -> str:
        """Where this user chooses the columns; without scripts it leads back here."""
        query = {"next": self.request.get_full_path()}
        if self.hidden:
            query["without"] = ",".join(sorted(self.hidden))
        return f"{address('web:columns', self.spec.name)}?{urlencode(query)}"

    def page_actions(self) -> list[dict[str, Any]]:
        """The primary action: create."""
        if not self.can(verbs.ADD):
            return []
        return [
            {
                "label": _("New"),
                "url": address(f"{self.url_prefix}_add"),
                "icon": "plus",
                "style": "primary",
                "name": "add",
                "hotkey": "n",
            }
        ]

    def more_actions(self) -> list[dict[str, Any]]:
        """Import, export, bin: each where the right and the address exist."""
        return []

    def can(self, verb: str) -> bool:
        """Whether the user has a right on any row; False for verbs the model does not know."""
        policy = policies.policy_for(self.spec.model)
        return verb in policy.rights and policy.allows(self.request.user, verb)

    # --- addresses ------------------------------------------------------------------------------
    @cached_property
    def _present(self) -> list[tuple[str, str, str]]:
        """Name, value and written form of each parameter of the query; empty ones are left out."""
        return [
            (name, value, urlencode([(name, value)]))
            for name, values in self.request.GET.lists()
            if name != "print"
            for value in values
            if value
        ]

    def pairs(self, **changes: Any) -> list[tuple[str, str]]:
        """The present query with some parameters changed; None drops one."""
        kept = [(name, value) for name, value, _text in self._present if name not in changes]
        return kept + [(key, str(value)) for key, value in changes.items() if value is not None]

    def query(self, **changes: Any) -> str:
        """The query string of `pairs()`."""
        kept = [text for name, _value, text in self._present if name not in changes]
        new = [(key, value) for key, value in changes.items() if value is not None]
        return "&".join([*kept, urlencode(new)] if new else kept)

    def url(self, **changes: Any) -> str:
        """This page with some parameters changed."""
        query = self.query(**changes)
        return f"{self.request.path}?{query}" if query else self.request.path
