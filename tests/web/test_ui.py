"""Tests of the template tags of the design system; whole pages are tested in test_templates."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.template import Context, Template
from django.utils import translation

from crm.web.templatetags import ui

NOON = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)  # 12:00 in Shanghai


@pytest.fixture(autouse=True)
def english():
    """Texts as they stand in the source."""
    with translation.override("en"):
        yield


def render(source: str, **context: object) -> str:
    return Template("{% load ui %}" + source).render(Context(context))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal(6388415), "6,388,415.00"),
        (Decimal("-1234.5"), "-1,234.50"),
        (0, "0.00"),
        (None, ""),
        ("", ""),
    ],
)
def test_money_has_thousands_commas(value, text):
    assert ui.money_text(value) == text


def test_badge_escapes_its_text_and_ignores_unknown_colours():
    assert ui.badge_html("<b>", "blue") == '<b class="bg bg--blue">&lt;b&gt;</b>'
    assert ui.badge_html("A", "no-such") == '<b class="bg">A</b>'


@pytest.mark.parametrize(
    ("name", "signs", "text"),
    [
        ("张伟", 1, "伟"),
        ("欧阳明月", 2, "明月"),
        ("Ada Lovelace", 1, "AL"),
        ("  ", 1, "?"),
    ],
)
def test_initials(name, signs, text):
    assert ui.initials(name, signs) == text


def test_avatar_escapes_names_and_addresses():
    person = SimpleNamespace(display_name='<"x">', avatar_url='/a"b.png')
    html = ui.avatar_html(person)
    assert html == '<span class="avatar"><img src="/a&quot;b.png" alt=""></span>'
    person.avatar_url = ""
    assert "<x" not in ui.avatar_html(person)


@pytest.mark.parametrize(
    ("shift", "text"),
    [
        (timedelta(seconds=-20), "just now"),
        (timedelta(minutes=-1), "1 minute ago"),
        (timedelta(minutes=-59), "59 minutes ago"),
        (timedelta(hours=-3), "today 09:00"),
        (timedelta(hours=-20), "yesterday 16:00"),
        (timedelta(hours=20), "tomorrow 08:00"),
        (timedelta(days=-9), "11-12 12:00"),
        (timedelta(days=-400), "2025-10-17 12:00"),
    ],
)
def test_relative_time(monkeypatch, shift, text):
    monkeypatch.setattr(ui, "now", lambda: NOON)
    assert ui.relative_text(NOON + shift) == text


def test_time_carries_machine_form_and_full_form(monkeypatch):
    monkeypatch.setattr(ui, "now", lambda: NOON)
    opening = '<time datetime="2026-11-21T12:00+08:00"'
    assert ui.time_html(NOON, "short") == f"{opening}>11-21 12:00</time>"
    assert ui.time_html(NOON) == f"{opening}>2026-11-21 12:00</time>"
    assert ui.time_html(NOON, "relative") == f'{opening} title="2026-11-21 12:00">just now</time>'
    assert ui.time_html(date(2026, 5, 1)) == '<time datetime="2026-05-01">2026-05-01</time>'
    assert ui.time_html(None) == ""


def test_phone_without_right_to_dial_is_plain_text():
    assert ui.phone_html("138****8000") == '<span class="tel">138****8000</span>'
    assert 'href="tel:13800138000"' in ui.phone_html("138 0013 8000", "13800138000")


@pytest.mark.parametrize(
    ("action", "part"),
    [
        ({"label": "New", "url": "/add/"}, '<a class="btn" href="/add/">New</a>'),
        ({"label": "New", "url": "/add/", "dialog": True}, 'data-action="dialog"'),
        (
            {"label": "Drop", "url": "/drop/", "method": "post"},
            'method="post" action="/drop/"',
        ),
        (
            {"label": "Drop", "url": "/d/", "method": "post", "confirm": "?"},
            'data-confirm="?"',
        ),
        ({"label": "No", "url": "/x/", "disabled": "Not yours"}, 'title="Not yours"'),
        ({"label": "Go", "url": "/x/", "style": "primary"}, 'class="btn btn--primary"'),
    ],
)
def test_action_shapes(action, part):
    assert part in render("{% action item %}", item=action, csrf_token="token")


def test_a_disabled_action_has_no_address():
    html = render("{% action item %}", item={"label": "No", "url": "/x/", "disabled": "Why"})
    assert "/x/" not in html


def test_message_with_undo_posts_the_token():
    message = Message(constants.SUCCESS, "Moved", extra_tags="undo:/undo/7/")
    html = render("{% messages_region messages %}", messages=[message], csrf_token="token")
    assert 'action="/undo/7/"' in html
    assert 'value="token"' in html
    assert 'aria-live="polite"' in html


def test_message_texts_are_escaped():
    html = render(
        "{% messages_region messages %}",
        messages=[Message(constants.ERROR, "<script>")],
    )
    assert "&lt;script&gt;" in html
    assert "toast--error" in html


@pytest.mark.parametrize(
    ("url", "leads"),
    [
        ("https://heke.cn/a?b=c:d", True),
        ("/customers/1/", True),
        ("?q=javascript:1", True),
        ("mailto:a@b.cn", True),
        ("tel:138", True),
        ("javascript:alert(1)", False),
        (" JaVaScRiPt:alert(1)", False),
        ("java\tscript:alert(1)", False),
        ("data:text/html,x", False),
        ("vbscript:x", False),
        ("\x01javascript:x", False),
        (None, False),
    ],
)
def test_a_stored_address_leads_nowhere_by_a_script(url: str | None, leads: bool) -> None:
    assert ui.safe_address(url) == (url if leads else "")
