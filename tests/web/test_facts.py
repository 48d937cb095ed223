"""Key facts: a copy button stands only beside what can be copied."""

from django.template.loader import render_to_string


def test_only_facts_with_something_to_copy_have_the_button() -> None:
    group = {
        "title": "Contact",
        "items": [
            {"label": "Phone", "value": "010-12345678", "copy": "010-12345678"},
            {"label": "Website", "value": ""},
            {"label": "E-mail", "value": "", "copy": ""},
        ],
    }
    html = render_to_string("components/_facts.html", {"group": group})
    assert html.count('data-action="copy"') == 1
    assert 'data-text="010-12345678"' in html
