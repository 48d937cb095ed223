"""The environment of compiled parts: what `item.name` finds, escaping, words, calls."""

from types import SimpleNamespace

import pytest
from django.template import engines
from django.utils import translation
from jinja2 import pass_context


def draw(source, **values):
    return engines["jinja2"].env.from_string(source).render(values)


@pytest.mark.parametrize(
    ("item", "seen"),
    [
        ({"items": "three"}, "three"),  # a value wins over a method of dictionaries
        ({"other": 1}, ""),
        (SimpleNamespace(items="four"), "four"),
        (SimpleNamespace(), ""),
        (None, ""),
    ],
)
def test_reads_a_value_by_its_name(item, seen):
    source = "{{ item.items }}" if item != {"other": 1} else "{{ item.label }}"
    assert draw(source, item=item) == seen


def test_what_is_missing_is_empty_all_the_way_down():
    assert draw("{{ item.a.b.c|default('-') }}{% if item.a %}x{% endif %}", item={}) == "-"


def test_methods_of_dictionaries_can_be_called():
    source = "{% for key, value in item.items() %}{{ key }}{{ value }}{% endfor %}"
    assert draw(source, item={"a": "<"}) == "a&lt;"


def test_a_dictionary_of_its_own_kind_is_asked_as_before():
    class Named(dict):
        label = "attribute"

    assert draw("{{ item.label }}", item=Named(label="value")) == "attribute"


def test_calls_functions_in_loops_with_and_without_the_context():
    @pass_context
    def aware(context, value):
        return f"{context['name']}{value}"

    source = "{% for n in (1, 2) %}{{ plain(n, more=n) }}{{ aware(n) }} {% endfor %}"
    seen = draw(source, plain=lambda n, more: n + more, aware=aware, name="n")
    assert seen == "2n1 4n2 "


def test_calls_macros_with_safe_results():
    source = "{% macro bold(text) %}<b>{{ text }}</b>{% endmacro %}{{ bold('<') }}"
    assert draw(source) == "<b>&lt;</b>"


def test_words_are_in_the_language_of_the_reader():
    for language, seen in (("zh-hans", "编辑"), ("en", "Edit"), ("zh-hans", "编辑")):
        with translation.override(language):
            assert draw("{{ _('Edit') }}{% trans %}Edit{% endtrans %}") == seen * 2


def test_a_part_that_is_kept_has_the_words_of_each_reader():
    env = engines["jinja2"].env
    for language, seen in (("zh-hans", "暂无数据。"), ("en", "Nothing here yet.")) * 2:
        with translation.override(language):
            assert seen in env.get_template("generic/_panel_rows.html").render({"rows": []})


def test_values_in_words_are_escaped():
    with translation.override("en"):
        assert draw("{{ _('%(n)s%% of all', n=name) }}", name="<i>") == "&lt;i&gt;% of all"
        assert draw("{{ _('all 100%%') }}") == "all 100%"
