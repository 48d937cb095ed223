"""Icon names are collected wherever they are written; unknown ones stop the build."""

import pytest

from crm.navigation import MENU
from scripts import icons
from scripts.assets import PACKAGES, named_icons_in


def test_collects_names_from_every_way_of_writing(tmp_path):
    page = tmp_path / "page.html"
    page.write_text("""{% icon "users" css="x" %} <use href="{% static 'icons.svg' %}#a"></use>""")
    module = tmp_path / "page.py"
    module.write_text(
        'Item(icon="phone", x=1); {"icon": "star-filled"}; icon("map-pin"); icon=name\n'
        'MenuItem(\n    _("New visit"),\n    "calendar-plus",\n    "planning:add",\n)'
    )
    names = ["calendar-plus", "map-pin", "phone", "star-filled", "users"]
    assert sorted(icons.used_names([page, module])) == names


def test_writes_outline_and_filled_drawings(tmp_path):
    page = tmp_path / "page.html"
    page.write_text('{% icon "users" %}{% icon "star-filled" %}')
    sprite = tmp_path / "icons.svg"
    assert icons.write_sprite(sprite, [page], PACKAGES) == 2
    text = sprite.read_text()
    assert '<symbol id="star-filled" viewBox="0 0 24 24" fill="currentColor"><path' in text
    assert '<symbol id="users" viewBox="0 0 24 24" fill="none" stroke="currentColor"' in text


def test_every_entry_of_the_menu_has_its_drawing():
    items = [*(item for group in MENU.groups for item in group.items), *MENU.quick_create]
    assert {item.icon for item in items} <= icons.used_names(named_icons_in()).keys()


def test_names_the_file_of_an_unknown_icon(tmp_path):
    page = tmp_path / "page.html"
    page.write_text('{% icon "no-such-thing" %}')
    with pytest.raises(LookupError, match=r"page\.html: there is no icon 'no-such-thing'"):
        icons.write_sprite(tmp_path / "icons.svg", [page], PACKAGES)
