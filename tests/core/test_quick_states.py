"""Quick states of migrations: the same classes as Django's own, in fewer renderings."""

from contextlib import nullcontext
from typing import Any

from django.db import migrations, models
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ModelState, ProjectState

from crm.core.quick_states import UNRELATED, quick_states

AT_LEAST_ONE = models.CheckConstraint(condition=models.Q(number__gte=1), name="shop_at_least_one")
ONE_A_MAKER = models.UniqueConstraint(fields=["maker", "name"], name="shop_one_a_maker")


def key() -> tuple[str, models.Field]:
    return "id", models.BigAutoField(primary_key=True)


def to(name: str, **options: Any) -> models.ForeignKey:
    return models.ForeignKey(f"shop.{name}", models.CASCADE, **options)


def operations() -> list[Operation]:
    """Every kind that our migrations have, with models that refer to each other."""
    named = ("name", models.CharField(max_length=9))
    number = ("number", models.IntegerField())
    return [
        migrations.CreateModel("Maker", [key(), named]),
        migrations.CreateModel("Part", [key(), named, ("maker", to("Maker"))]),
        migrations.CreateModel("Order", [key(), number, ("part", to("Part", null=True))]),
        migrations.AddIndex("Order", models.Index(fields=["number"], name="shop_by_number")),
        migrations.AddConstraint("Order", AT_LEAST_ONE),
        migrations.AddConstraint("Part", ONE_A_MAKER),
        migrations.AddField("Part", "parent", to("Part", null=True)),
        migrations.CreateModel("Note", [key(), ("orders", models.ManyToManyField("shop.Order"))]),
        migrations.AlterField("Order", "id", models.AutoField(primary_key=True)),
        migrations.AddField("Note", "text", models.TextField(default="")),
        migrations.AlterField("Maker", "id", models.AutoField(primary_key=True)),
        migrations.CreateModel(
            "Price", [key(), ("part", models.OneToOneField("shop.Part", models.CASCADE))]
        ),
        migrations.RemoveIndex("Order", "shop_by_number"),
        migrations.RemoveConstraint("Order", "shop_at_least_one"),
        migrations.RenameField("Order", "number", "serial"),
        migrations.AddIndex("Order", models.Index(fields=["serial"], name="shop_by_serial")),
        migrations.RenameModel("Note", "Remark"),
        migrations.RemoveField("Part", "parent"),
        migrations.DeleteModel("Price"),
    ]


def walk(*, quick: bool) -> tuple[list[Any], int]:
    """What operations and code find behind each step, and how many classes were made."""
    made = 0
    render = ModelState.render

    def counted(*args: Any) -> Any:
        nonlocal made
        made += 1
        return render(*args)

    ModelState.render = counted
    try:
        with quick_states() if quick else nullcontext():
            found = list(steps())
    finally:
        ModelState.render = render
    return found, made


def steps() -> Any:
    state = ProjectState()
    assert not state.apps.all_models["shop"]
    for operation in operations():
        state = state.clone()  # as each operation has the state before it
        operation.state_forwards("shop", state)
        yield {name: of_tables(model) for name, model in state.apps.all_models["shop"].items()}
        code = state.clone()
        code.clear_delayed_apps_cache()
        yield {name: of_code(model) for name, model in code.apps.all_models["shop"].items()}


def of_tables(model: Any) -> Any:
    """What statements are made from."""
    meta = model._meta
    columns = [
        (field.name, field.column, type(field), target(field))
        for field in meta.local_concrete_fields
    ]
    links = [(field.name, field.m2m_db_table(), target(field)) for field in meta.local_many_to_many]
    options = [item.deconstruct() for item in (*meta.indexes, *meta.constraints)]
    given = [meta.original_attrs.get(name) for name in sorted(UNRELATED)]
    return meta.db_table, columns, links, repr((options, given, meta.total_unique_constraints))


def target(field: Any) -> Any:
    """The table and key that a field refers to."""
    to = field.related_model
    return to and (to._meta.db_table, to._meta.pk.column, type(to._meta.pk))


def of_code(model: Any) -> Any:
    """What code in a migration finds: fields of both directions, each leading to the class that is
    registered."""
    apps, found = model._meta.apps, []
    for field in model._meta.get_fields():
        other = field.related_model
        assert other is None or other is apps.get_model("shop", other._meta.model_name)
        found.append((field.name, type(field).__name__, other and other._meta.label))
    return sorted(found, key=repr)


def test_classes_are_the_same_and_fewer_are_made() -> None:
    plain, all_made = walk(quick=False)
    found, made = walk(quick=True)
    assert found == plain
    assert made < all_made
