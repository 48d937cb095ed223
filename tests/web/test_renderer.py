"""Compiled widgets say what those in Django's own language say; the others stay in it."""

import re
from datetime import date, datetime
from decimal import Decimal

import pytest
from django import forms
from django.contrib.admin.widgets import AdminDateWidget, AdminSplitDateTime
from django.core.files.base import ContentFile
from django.forms.renderers import DjangoTemplates, get_default_renderer
from django.test.html import parse_html
from django.utils import translation
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _

from crm.web.fields import FilesInput
from crm.web.renderer import FormRenderer
from crm.web.widgets import ChoiceMenu, DateRange

HOSTILE = "</textarea></select>\"><script>alert('1')</script>&amp;"
CHOICES = [
    ("", "—"),
    (0, _("Save")),
    (1234567, 1234567),
    (True, "yes"),
    (None, "none"),
    (HOSTILE, HOSTILE),
    (HOSTILE, [("a", HOSTILE), ("b", mark_safe("<b>b</b>")), (Decimal("1000.50"), 3.5)]),
]
#: True and False are attributes with and without themselves, the others their text.
ATTRS = {
    "id": "id_x", "class": "a b", "required": True, "disabled": False, "max": 1234567,
    "title": _("Save"), "data-x": HOSTILE, "min": Decimal("0.10"), "data-none": None,
}  # fmt: skip
VALUES = [
    None, "", 0, False, True, 1234567, 1234.5, Decimal("1234567.80"), HOSTILE, _("Save"),
    mark_safe("<b>"), date(2026, 1, 2), datetime(2026, 1, 2, 3, 4), "\nsecond line",
]  # fmt: skip
INPUTS = [
    forms.TextInput, forms.NumberInput, forms.EmailInput, forms.URLInput, forms.PasswordInput,
    forms.HiddenInput, forms.DateInput, forms.DateTimeInput, forms.TimeInput, forms.Textarea,
    forms.CheckboxInput, forms.ColorInput, forms.SearchInput, forms.TelInput, forms.FileInput,
]  # fmt: skip
CHOOSERS = [forms.Select, forms.SelectMultiple, forms.RadioSelect, forms.CheckboxSelectMultiple]


def same(widget: forms.Widget, value: object, attrs: dict | None = None) -> None:
    """Both ways of drawing lead to the same elements and texts."""
    drawn = [widget.render("x", value, attrs, each()) for each in (FormRenderer, DjangoTemplates)]
    assert parse_html(drawn[0]) == parse_html(drawn[1])
    assert "<script" not in drawn[0]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("kind", INPUTS)
def test_inputs(kind, language):
    with translation.override(language):
        for value in VALUES:
            same(kind(), value, ATTRS)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("kind", CHOOSERS)
def test_choices(kind, language):
    widget = kind(ATTRS)
    widget.choices = CHOICES
    with translation.override(language):
        for value in ([], [""], ["0"], ["1234567", "a"], [HOSTILE]):
            same(widget, value if widget.allow_multiple_selected else "".join(value[:1]))


def test_widgets_of_several_parts():
    moment = datetime(2026, 1, 2, 3, 4)
    for widget in (forms.SplitDateTimeWidget(), forms.SplitHiddenDateTimeWidget()):
        same(widget, moment, {"id": "id_x", "data-x": HOSTILE})
    same(forms.SelectDateWidget(years=[2025, 2026]), moment.date())
    same(forms.NullBooleanSelect(), True)
    same(forms.MultipleHiddenInput(), ["1", HOSTILE], ATTRS)
    stored = ContentFile(b"", name=HOSTILE)
    stored.url = "/files/1?a=1&b=2"
    same(forms.ClearableFileInput(), stored, {"id": "id_x", "checked": True})


def test_a_form_with_errors():
    class Sample(forms.Form):
        name = forms.CharField(label=HOSTILE, help_text="<b>bold</b>")
        kind = forms.ChoiceField(choices=CHOICES[:2], required=False)

        def clean(self):
            raise forms.ValidationError(HOSTILE)

    for draw in ("as_p", "as_table", "as_ul"):
        drawn = [
            getattr(Sample({"name": ""}, renderer=each()), draw)()
            for each in (FormRenderer, DjangoTemplates)
        ]
        assert parse_html(drawn[0]) == parse_html(drawn[1])
        assert "<script" not in drawn[0]


def test_what_only_django_knows_is_drawn_by_it():
    renderer = FormRenderer()
    for widget in (AdminDateWidget(), AdminSplitDateTime()):
        assert 'class="v' in widget.render("x", None, {}, renderer)
    assert renderer.others == {"admin/widgets/date.html", "admin/widgets/split_datetime.html"}
    assert "django/forms/widgets/text.html" not in renderer.others


def test_the_product_draws_by_it():
    assert isinstance(get_default_renderer(), FormRenderer)


def test_our_own_widgets():
    renderer = FormRenderer()
    menu = ChoiceMenu({"data-label": HOSTILE}, choices=[("a", HOSTILE), ("b", "B")])
    html = menu.render("x", ["a"], {"id": "id_x"}, renderer)
    assert '<input type="checkbox" name="x" value="a" checked>&lt;/textarea' in html
    assert '<input type="checkbox" name="x" value="b">B' in html and "<script" not in html
    html = DateRange().render("x", [date(2026, 1, 2), None], {"id": "id_x"}, renderer)
    assert re.findall(r'name="(\w+)"(?: value="([^"]*)")?', html) == [
        ("x_after", "2026-01-02"),
        ("x_before", ""),
    ]
    assert html.count("–") == 1 and html.startswith('<span class="date-range"><input')
    html = FilesInput(HOSTILE).render("x", None, {"id": "id_x"}, renderer)
    assert 'name="x" multiple' in html and "<script" not in html
    assert not renderer.others


def test_a_field_shows_label_star_help_and_errors():
    class Sample(forms.Form):
        name = forms.CharField(label=HOSTILE, help_text="Help")
        agreed = forms.BooleanField(label="Agreed")
        ways = forms.MultipleChoiceField(
            label="Ways", choices=[("a", "A")], widget=forms.CheckboxSelectMultiple
        )

    form = Sample({"name": "", "agreed": "on", "ways": ["a"]})
    name, agreed, ways = (form[each].as_field_group() for each in form.fields)
    assert '<label class="field__label" for="id_name">&lt;/textarea' in name
    assert "<script" not in name and name.count('class="field__star"') == 1
    assert 'aria-describedby="id_name_helptext id_name_error"' in name
    assert '<div class="field__help" id="id_name_helptext">Help</div>' in name
    assert '<ul id="id_name_error"><li class="field__error">' in name
    assert agreed.startswith('<div class="field field--check">') and "checked" in agreed
    assert '<fieldset>\n<legend class="field__label">Ways' in ways.replace(">\n\n<", ">\n<")
