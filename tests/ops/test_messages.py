"""Texts are found in all three languages of source, and catalogues are judged strictly."""

import polib
import pytest

from scripts import extraction, messages


def texts(found):
    return sorted((text.context, text.message, text.plural) for text in found)


def test_finds_calls_in_python():
    source = """
label = _("Customer")
joined = gettext_lazy("a long "
    "sentence")
count = ngettext("%(n)d row", "%(n)d rows", n) % {"n": n}
other = pgettext("month name", "May")
looked_up = gettext(label)
"""
    assert texts(extraction.from_python(source, "x.py")) == [
        ("", "%(n)d row", "%(n)d rows"),
        ("", "Customer", ""),
        ("", "a long sentence", ""),
        ("month name", "May", ""),
    ]


def test_refuses_an_f_string():
    with pytest.raises(extraction.ExtractionError, match="x.py:1"):
        list(extraction.from_python('_(f"Hello {name}")', "x.py"))


def test_refuses_a_name_it_would_not_look_for():
    source = "from django.utils.translation import gettext_lazy as _lazy"
    with pytest.raises(extraction.ExtractionError, match="x.py:1: texts under the name _lazy"):
        list(extraction.from_python(source, "x.py"))


def test_finds_tags_in_django_templates():
    source = """
{% translate "Save" %} {% translate "May" context "month name" %}
{% include "x.html" with label=_("Close \\"it\\"") %} {{ value|default:_("none") }}
{% blocktranslate trimmed count n=rows %}
  {{ n }} row
{% plural %}
  {{ n }} rows
{% endblocktranslate %}
{% blocktranslate with who=user.name %}100% of {{ who }}{% endblocktranslate %}
{# {% translate "not me" %} #}
"""
    assert texts(extraction.from_django(source, "x.html")) == [
        ("", "%(n)s row", "%(n)s rows"),
        ("", "100%% of %(who)s", ""),
        ("", 'Close "it"', ""),
        ("", "Save", ""),
        ("", "none", ""),
        ("month name", "May", ""),
    ]


def test_finds_calls_in_jinja_templates():
    source = "<th>{{ _('Owner') }}</th>{% trans %}Total{% endtrans %}"
    assert texts(extraction.from_jinja(source, "x.html")) == [
        ("", "Owner", ""),
        ("", "Total", ""),
    ]


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        (polib.POEntry(msgid="Save", msgstr="保存"), []),
        (polib.POEntry(msgid="Save", msgstr=""), ["not translated"]),
        (polib.POEntry(msgid="Save", msgstr="保存", flags=["fuzzy"]), ["fuzzy"]),
        (
            polib.POEntry(msgid="%(n)s of %(m)s", msgstr="第 %(n)s 条"),
            ["other placeholders than the id"],
        ),
        (polib.POEntry(msgid="100%% of {x}", msgstr="{x} 的 100%%"), []),
        (
            polib.POEntry(
                msgid="%(n)s row", msgid_plural="%(n)s rows", msgstr_plural={0: "%(n)s 行"}
            ),
            [],
        ),
    ],
)
def test_judges_an_entry(entry, expected):
    assert list(messages.faults(entry)) == expected


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project of one template."""
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "a.html").write_text('{% translate "Save" %}')
    monkeypatch.setattr(messages, "ROOT", tmp_path)
    monkeypatch.setattr(messages, "LOCALES", tmp_path / "locale")
    return tmp_path


def test_extract_fill_and_check_make_a_complete_catalogue(project):
    assert messages.problems() == ["en: missing: 'Save'", "zh_Hans: missing: 'Save'"]
    assert messages.update_all() == ["not translated: Save"]
    assert messages.problems() == ["zh_Hans: not translated: 'Save'"]
    table = project / "zh.tsv"
    table.write_text("Save\t保存\nwithout a tab\n")
    assert messages.fill([table]) == ["zh.tsv:2: expected English<TAB>Chinese"]
    assert messages.problems() == []
    assert messages.compile_all() == 0
    compiled = polib.mofile(str(project / "locale/zh_Hans/LC_MESSAGES/django.mo"))
    assert [(entry.msgid, entry.msgstr) for entry in compiled] == [("Save", "保存")]


def test_extract_drops_what_no_source_has(project):
    messages.update_all()
    (project / "templates" / "a.html").write_text('{% translate "Close" %}')
    assert messages.problems() == [
        "en: missing: 'Close'",
        "en: no source has: 'Save'",
        "zh_Hans: missing: 'Close'",
        "zh_Hans: no source has: 'Save'",
        "zh_Hans: not translated: 'Save'",
    ]
    messages.update_all()
    assert [entry.msgid for entry in messages.load("en")] == ["Close"]
