"""今日待办: what is due today and what is overdue, of every app that registers a source.

A source knows its rows and how one of them is done or put off; order, numbers and the one panel
are here.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, ClassVar

from django.http import Http404
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from crm.core import clock, prepared
from crm.core.prepared import Ask
from crm.web.navigation import address
from crm.workbench.panels import HomePanel, register

SOURCES: dict[str, "TodoSource"] = {}
LIMIT = 10
#: Code of the address -> what the menu calls it.
PUT_OFF = {
    "hour": gettext_lazy("In one hour"),
    "tomorrow": gettext_lazy("Tomorrow"),
    "monday": gettext_lazy("Next Monday"),
}


@dataclass(frozen=True)
class Todo:
    """One thing to do. `done` is an Action (`components`): a link, or a form that posts."""

    pk: int
    title: str
    url: str
    at: datetime
    done: dict[str, Any]
    person: str = ""
    phone: str = ""
    tel: str = ""
    last: str = ""
    last_at: datetime | None = None
    #: What stands instead of the hour, such as a countdown.
    when: str = ""


@dataclass(frozen=True)
class Number:
    """So many rows, leading to exactly them."""

    label: str
    value: str
    url: str
    is_late: bool = False


@dataclass(frozen=True)
class Due:
    """The first things of a source, the oldest first, and its numbers."""

    todos: Sequence[Todo]
    numbers: Sequence[Number] = field(default_factory=tuple)


class TodoSource:
    """One kind of things to do."""

    name: ClassVar[str]
    label: ClassVar[Any]
    icon: ClassVar[str]
    order: ClassVar[int] = 100
    #: Codes of `PUT_OFF` that are offered.
    put_offs: ClassVar[tuple[str, ...]] = tuple(PUT_OFF)

    def is_for(self, user: Any) -> bool:
        """Whether this user has such things to do; costs no query."""
        return True

    def asks(self, user: Any, limit: int) -> Sequence[Ask]:
        """What the source asks of the database: the panel puts all questions into one statement."""
        raise NotImplementedError

    def due(self, user: Any, limit: int, *answers: Any) -> Due:
        """The first `limit` things until the end of today, of the answers to `asks()`."""
        raise NotImplementedError

    def put_off(self, user: Any, pk: int, until: str) -> None:
        """Move one thing to a later time (`moment_of`). Raises Http404, DomainError."""
        raise NotImplementedError

    def finish(self, user: Any, pk: int) -> None:
        """One thing is done, where its `done` posts. Raises Http404, DomainError."""
        raise Http404

    def later(self, todo: Todo) -> list[dict[str, Any]]:
        """The choices of putting off."""
        url = address("workbench:todo", self.name, todo.pk)
        return [{"label": PUT_OFF[code], "url": url, "until": code} for code in self.put_offs]


def register_source(source: type[TodoSource]) -> None:
    """Add a kind of things to do. A second one of the same name is an error."""
    if source.name in SOURCES:
        raise ValueError(f"there is a source of things to do called {source.name!r} already")
    SOURCES[source.name] = source()


def sources_of(user: Any) -> list[TodoSource]:
    """The kinds of things this user has to do, in order."""
    found = [source for source in SOURCES.values() if source.is_for(user)]
    return sorted(found, key=lambda source: source.order)


def moment_of(code: str, planned: datetime | None) -> datetime:
    """When something is put off to. Raises KeyError for an unknown code.

    Another day keeps the planned hour; without one it is nine o'clock.
    """
    now = localtime(clock.now())
    if code == "hour":
        return clock.now() + timedelta(hours=1)
    day = {"tomorrow": now.date() + timedelta(days=1), "monday": _next_monday(now.date())}[code]
    hour = localtime(planned) if planned else None
    return clock.at_hour(day, hour.hour if hour else 9, hour.minute if hour else 0)


def _next_monday(day: date) -> date:
    return day + timedelta(days=7 - day.weekday())


def late_text(moment: datetime) -> str:
    """逾期 3 天, or since which hour of today."""
    days = (clock.today() - localtime(moment).date()).days
    if days < 1:
        return _("%(time)s, overdue") % {"time": f"{localtime(moment):%H:%M}"}
    return ngettext("%(n)s day overdue", "%(n)s days overdue", days) % {"n": days}


def dues_of(user: Any, limit: int) -> list[tuple[TodoSource, Due]]:
    """What each kind of things has due: one statement for all of them."""
    sources = sources_of(user)
    asked = [source.asks(user, limit) for source in sources]
    answers = iter(prepared.together(*(ask for asks in asked for ask in asks)))
    return [
        (source, source.due(user, limit, *(next(answers) for _ask in asks)))
        for source, asks in zip(sources, asked, strict=True)
    ]


class TodoPanel(HomePanel):
    """今日待办: overdue first."""

    name = "todo"
    title = gettext_lazy("To do today")
    icon = "checkbox"
    side = "main"
    order = 10
    template = "workbench/_todo.html"
    empty = gettext_lazy("Nothing is left to do today. Well done.")

    def is_for(self, user: Any) -> bool:
        return bool(sources_of(user))

    def context(self, user: Any) -> dict[str, Any]:
        """The rows of all sources by time; the numbers source by source."""
        dues = dues_of(user, LIMIT)
        rows = [self.row(source, todo) for source, due in dues for todo in due.todos]
        rows.sort(key=lambda row: row["at"])
        rows = list({row["todo"].url: row for row in reversed(rows)}.values())[::-1]
        numbers = [
            {"icon": source.icon, "number": number}
            for source, due in dues
            for number in due.numbers
        ]
        return {"rows": rows[:LIMIT], "numbers": numbers}

    def row(self, source: TodoSource, todo: Todo) -> dict[str, Any]:
        """One line: when, what, how it is done or put off."""
        late = todo.at < clock.now()
        return {
            "at": todo.at,
            "late": late,
            "when": todo.when or (late_text(todo.at) if late else f"{localtime(todo.at):%H:%M}"),
            "icon": source.icon,
            "kind": source.label,
            "todo": todo,
            "later": source.later(todo),
        }


register(TodoPanel)
