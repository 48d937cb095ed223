"""Columns of articles: used by lists, exports and the column chooser."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from crm.core import clock
from crm.core.messages import listed
from crm.dictionaries.columns import ItemColumn
from crm.web.columns import EMPTY, CellContext, ChoiceColumn, Column, DateColumn, PersonColumn
from crm.web.tables import Table
from crm.web.templatetags.ui import badge_html, text_html, time_html
from knowledge import tree
from knowledge.choices import ArticleState, Audience, Kind
from knowledge.models import Article


class CategoryColumn(Column):
    """The category with its way from the top, from memory."""

    by_value = True

    def __init__(self, name: str, label: Any, **options: Any) -> None:
        super().__init__(name, label, paths=("category_id",), **options)

    def plain(self, values: tuple, ctx: CellContext, pk: int) -> Any:
        return tree.label(values[0])


class ReadersColumn(Column):
    """Who may read: the narrower of the article's and the category's readers."""

    by_value = True
    names = dict(Audience.choices)

    def __init__(self, name: str, label: Any, **options: Any) -> None:
        super().__init__(name, label, paths=("audience", "category_id"), **options)

    def cell(self, values: tuple, ctx: CellContext, pk: int) -> SafeString | str:
        key = tree.readers(*values)
        return badge_html(self.names[key], Audience.colors()[key])

    def plain(self, values: tuple, ctx: CellContext, pk: int) -> Any:
        return str(self.names[tree.readers(*values)])


class ReviewColumn(DateColumn):
    """The day of the next review; red once it is over."""

    def __init__(self, name: str, label: Any, **options: Any) -> None:
        super().__init__(name, label, sort=name, **options)

    def cells(self, rows: Sequence[tuple], ctx: CellContext, keys: Sequence[int]) -> list[str]:
        today = clock.company_today()
        return [self._cell(row[0], today) for row in rows]

    def _cell(self, day: Any, today: Any) -> SafeString | str:
        if day is None:
            return EMPTY
        shown = time_html(day, "date")
        return format_html('<span class="late">{}</span>', shown) if day <= today else shown


class HelpfulColumn(Column):
    """Answers of readers: how many it helped, and how many it did not."""

    def __init__(self, name: str, label: Any, **options: Any) -> None:
        paths = ("helpful_count", "unhelpful_count")
        super().__init__(name, label, paths=paths, css="nowrap", **options)

    def cell(self, values: tuple, ctx: CellContext, pk: int) -> SafeString | str:
        return text_html(self.plain(values, ctx, pk)) if any(values) else EMPTY

    def plain(self, values: tuple, ctx: CellContext, pk: int) -> Any:
        words = {"yes": values[0], "no": values[1]}
        return gettext("%(yes)d yes, %(no)d no") % words if any(values) else ""


class VersionColumn(Column):
    """The number of the released version."""

    def __init__(self, name: str, label: Any, **options: Any) -> None:
        super().__init__(name, label, paths=("released__number",), css="num", **options)

    def plain(self, values: tuple, ctx: CellContext, pk: int) -> Any:
        return f"v{values[0]}" if values[0] else ""


class ProductsColumn(Column):
    """Products of all rows of the page with one query."""

    def question(self) -> tuple[Hashable, Callable[..., QuerySet]]:
        return "products of articles", self._links

    def __init__(self, name: str, label: Any, **options: Any) -> None:
        super().__init__(name, label, paths=("pk",), **options)

    def arrange(self, answer: list[tuple], ctx: CellContext) -> None:
        found: dict[int, list[str]] = defaultdict(list)
        for pk, name in answer:
            found[pk].append(name)
        ctx.prepared[self.name] = found

    def _links(self, ids: Sequence[int]) -> QuerySet:
        links = Article.products.through.objects.filter(article_id__in=ids)
        return links.order_by("pk").values_list("article_id", "product__name")

    def plain(self, values: tuple, ctx: CellContext, pk: int) -> Any:
        return listed(ctx.prepared[self.name].get(pk, []))


class ArticleTable(Table):
    """All columns of an article."""

    name = "articles"
    model = Article
    columns = (
        Column("title", _("Title"), paths=("shown_title",), sort="title"),
        ChoiceColumn("status", _("State"), ArticleState, sort="status"),
        ChoiceColumn("kind", _("Type"), Kind),
        CategoryColumn("category", _("Category")),
        ReadersColumn("readers", _("Readers")),
        PersonColumn("owner", _("Owner")),
        ReviewColumn("review_due", _("Review due")),
        HelpfulColumn("helpful", _("Helpful")),
        Column("used_count", _("Used in replies"), sort="used_count", css="num", default=False),
        DateColumn("updated_at", _("Updated at"), fmt="relative", sort="updated_at"),
        VersionColumn("version", _("Version"), default=False),
        ItemColumn("fault", _("Fault"), badge=True, default=False),
        ProductsColumn("products", _("Products"), default=False),
        Column("keywords", _("Keywords"), paths=("released__keywords",), default=False),
        DateColumn("created_at", _("Created at"), fmt="datetime", sort="created_at", default=False),
        PersonColumn("created_by", _("Created by"), default=False),
    )
