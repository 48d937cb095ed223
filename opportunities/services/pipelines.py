"""Create and change pipelines and stages; what is in use is disabled, never deleted."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from crm.access import policies, verbs
from crm.audit.services import record
from crm.core.changes import touch, write_changes
from crm.core.errors import InvalidValue
from crm.dictionaries import stamps
from opportunities.models import Opportunity, Pipeline, Stage
from opportunities.pipelines import STAMP


@transaction.atomic
def create_pipeline(pipeline: Pipeline, departments: Any, *, actor: Any) -> Pipeline:
    """Make a pipeline; a new default takes that from the one before."""
    policies.require(actor, verbs.ADD, Pipeline)
    if pipeline.is_default:
        Pipeline.objects.filter(is_default=True).update(is_default=False)
    pipeline.full_clean()
    pipeline.save(force_insert=True)
    pipeline.departments.set(departments)
    stamps.bump(STAMP)
    record("opportunities.pipeline.created", pipeline, actor=actor)
    return pipeline


@transaction.atomic
def update_pipeline(
    pipeline: Pipeline,
    *,
    changes: dict[str, Any],
    actor: Any,
    version: int | None = None,
    departments: Any = None,
) -> Pipeline:
    """Change a pipeline. Raises InvalidValue for a default that would be off, Stale."""
    policies.require(actor, verbs.CHANGE, pipeline)
    default = changes.get("is_default", pipeline.is_default)
    if default and not changes.get("is_active", pipeline.is_active):
        raise InvalidValue(
            _("Saving failed: the default pipeline must be active."), field="is_active"
        )
    if pipeline.is_default and not default:
        raise InvalidValue(
            _("Saving failed: make another pipeline the default instead."), field="is_default"
        )
    if default and not pipeline.is_default:
        Pipeline.objects.filter(is_default=True).update(is_default=False)
    diff = write_changes(pipeline, changes, version=version)
    if departments is not None:
        old, new = list(pipeline.departments.all()), list(departments)
        if {row.pk for row in old} != {row.pk for row in new}:
            pipeline.departments.set(new)
            diff["departments"] = ["、".join(map(str, old)), "、".join(map(str, new))]
            touch(pipeline)
    if diff:
        stamps.bump(STAMP)
        record("opportunities.pipeline.updated", pipeline, actor=actor, changes=diff)
    return pipeline


@transaction.atomic
def delete_pipeline(pipeline: Pipeline, *, actor: Any) -> None:
    """Remove a pipeline nothing has ever stood in, with its stages."""
    policies.require(actor, verbs.DELETE, pipeline)
    if pipeline.is_default or Opportunity.objects.filter(pipeline=pipeline).exists():
        raise InvalidValue(
            _("Deleting failed: the pipeline is the default or in use. Disable it instead.")
        )
    record("opportunities.pipeline.deleted", pipeline, actor=actor)
    pipeline.stages.all().delete()
    pipeline.delete()
    stamps.bump(STAMP)


@transaction.atomic
def create_stage(stage: Stage, *, actor: Any) -> Stage:
    """Add a stage; the first one of a pipeline is where opportunities begin."""
    policies.require(actor, verbs.ADD, Stage)
    others = Stage.objects.filter(pipeline=stage.pipeline)
    if not others.exists():
        stage.is_initial = True
    elif stage.is_initial:
        others.update(is_initial=False)
    stage.full_clean()
    stage.save(force_insert=True)
    stamps.bump(STAMP)
    record("opportunities.stage.created", stage, actor=actor, about=[stage.pipeline])
    return stage


@transaction.atomic
def update_stage(
    stage: Stage, *, changes: dict[str, Any], actor: Any, version: int | None = None
) -> Stage:
    """Change a stage. Raises InvalidValue where open opportunities would lose it, Stale."""
    policies.require(actor, verbs.CHANGE, stage)
    initial = changes.get("is_initial", stage.is_initial)
    if not changes.get("is_active", stage.is_active):
        if initial:
            raise InvalidValue(
                _("Saving failed: the first stage must be active."), field="is_active"
            )
        if Opportunity.objects.open().filter(stage=stage).exists():
            raise InvalidValue(
                _("Saving failed: open opportunities stand in this stage."), field="is_active"
            )
    if stage.is_initial and not initial:
        raise InvalidValue(
            _("Saving failed: make another stage the first one instead."), field="is_initial"
        )
    if initial and not stage.is_initial:
        Stage.objects.filter(pipeline=stage.pipeline).update(is_initial=False)
    diff = write_changes(stage, changes, version=version)
    if diff:
        stamps.bump(STAMP)
        record(
            "opportunities.stage.updated", stage, actor=actor, changes=diff, about=[stage.pipeline]
        )
    return stage
