"""Pipelines and stages from memory: one read a process and change, none a page."""

from dataclasses import dataclass, field
from typing import Any

from crm.accounts.rights import organisation
from crm.dictionaries.models import local_name
from crm.dictionaries.stamps import Cached
from opportunities.models import Pipeline, Stage

#: Raised by the services that change pipelines and stages.
STAMP = "pipelines"


@dataclass(frozen=True)
class Step:
    """A stage as pages and rules need it."""

    pk: int
    pipeline_id: int
    code: str
    name: str
    name_en: str
    color: str
    order: int
    probability: int
    expected_days: int
    is_initial: bool
    is_active: bool
    exit_fields: tuple[str, ...]
    needs_activity: bool
    needs_document: bool

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return local_name(self.name, self.name_en)


@dataclass(frozen=True)
class Line:
    """A pipeline with all its stages in order, disabled ones included."""

    pk: int
    code: str
    name: str
    name_en: str
    is_default: bool
    is_active: bool
    departments: frozenset[int]
    committed_from: int
    steps: list[Step] = field(default_factory=list)

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return local_name(self.name, self.name_en)

    @property
    def active_steps(self) -> list[Step]:
        """The stages in use."""
        return [step for step in self.steps if step.is_active]

    @property
    def first(self) -> Step:
        """Where a new opportunity begins (P3)."""
        initial = [step for step in self.active_steps if step.is_initial]
        return (initial or self.active_steps)[0]


@dataclass(frozen=True)
class _Known:
    lines: dict[int, Line]
    steps: dict[int, Step]


def _load() -> _Known:
    links: dict[int, set[int]] = {}
    for pipeline_id, department_id in Pipeline.departments.through.objects.values_list(
        "pipeline_id", "department_id"
    ):
        links.setdefault(pipeline_id, set()).add(department_id)
    lines = {
        row.pk: Line(
            row.pk, row.code, row.name, row.name_en, row.is_default, row.is_active,
            frozenset(links.get(row.pk, ())), row.committed_from,
        )
        for row in Pipeline.objects.order_by("order", "pk")
    }  # fmt: skip
    steps = {}
    for row in Stage.objects.order_by("pipeline", "order", "pk"):
        steps[row.pk] = Step(
            row.pk, row.pipeline_id, row.code, row.name, row.name_en, row.color, row.order,
            row.probability, row.expected_days, row.is_initial, row.is_active,
            tuple(row.exit_fields), row.needs_activity,
            row.needs_document,
        )  # fmt: skip
        lines[row.pipeline_id].steps.append(steps[row.pk])
    return _Known(lines, steps)


_known: Cached[_Known] = Cached(STAMP, _load)


def lines() -> list[Line]:
    """All pipelines in order."""
    return list(_known.get().lines.values())


def committed_text() -> str:
    """From which win probability on the forecast is sure: one figure, or one a pipeline."""
    shown = [item for item in lines() if item.is_active]
    if len({item.committed_from for item in shown}) < 2:
        return "".join(f"{item.committed_from}%" for item in shown[:1])
    return ", ".join(f"{item.label} {item.committed_from}%" for item in shown)


def line(pk: int | None) -> Line | None:
    """A pipeline by key."""
    return _known.get().lines.get(pk or 0)


def step(pk: int | None) -> Step | None:
    """A stage by key."""
    return _known.get().steps.get(pk or 0)


def namesake(pk: int | None, line_pk: int) -> Step | None:
    """The stage of a pipeline that is called like this one, else this one itself."""
    known = step(pk)
    if known is None:
        return None
    names = {known.name, known.name_en} - {""}
    same = (each for each in line(line_pk).active_steps if names & {each.name, each.name_en})
    return known if known.pipeline_id == line_pk else next(same, known)


def step_of(stage: Any) -> Step:
    """What is known of a stage row. Raises KeyError for one that does not exist."""
    return _known.get().steps[stage.pk if hasattr(stage, "pk") else stage]


def offered(user: Any) -> list[Line]:
    """The pipelines a person may use: those of his departments, and those of everybody."""
    chart = organisation()
    mine = chart.departments_of.get(user.pk, set())
    return [
        item
        for item in lines()
        if item.is_active
        and item.active_steps
        and (not item.departments or chart.below(set(item.departments)) & mine)
    ]


def first_for(user: Any) -> Line:
    """The pipeline offered first: one of the user's own departments, else the default."""
    found = offered(user) or [item for item in lines() if item.is_active]
    own = [item for item in found if item.departments]
    default = [item for item in found if item.is_default]
    return (own or default or found)[0]


def stage_row(pk: int) -> Stage:
    """A stage as a row for a foreign key, made from memory."""
    known = step_of(pk)
    return Stage(
        pk=known.pk,
        pipeline_id=known.pipeline_id,
        code=known.code,
        name=known.name,
        name_en=known.name_en,
    )


def stage_choices(keep: int | None = None) -> list[tuple[str, list[tuple[int, str]]]]:
    """Active stages by pipeline, plus a disabled one that a record still has."""
    return [
        (
            item.label,
            [(each.pk, each.label) for each in item.steps if each.is_active or each.pk == keep],
        )
        for item in lines()
        if item.is_active or any(each.pk == keep for each in item.steps)
    ]


def all_stage_choices() -> list[tuple[int, str]]:
    """Every stage of every pipeline, for filters; named by pipeline where there are several."""
    several = len([item for item in lines() if item.is_active]) > 1
    return [
        (each.pk, f"{item.label} · {each.label}" if several else each.label)
        for item in lines()
        for each in item.steps
    ]
