"""Language and zone of one thread are not those of another, and nothing is asynchronous."""

import ast
from pathlib import Path
from threading import Thread, local

from django.conf import settings
from django.db import connections
from django.urls import base
from django.utils import timezone, translation
from django.utils.translation import trans_real


def test_each_thread_has_its_language_and_zone():
    seen = {}

    def other() -> None:
        seen["before"] = translation.get_language(), timezone.get_current_timezone_name()
        with translation.override("zh-hans"), timezone.override("Asia/Tokyo"):
            seen["inside"] = translation.get_language(), timezone.get_current_timezone_name()

    with translation.override("en"), timezone.override("Europe/Berlin"):
        thread = Thread(target=other)
        thread.start()
        thread.join()
        here = translation.get_language(), timezone.get_current_timezone_name()
    for kept in (trans_real._active, base._urlconfs, connections._connections):
        assert isinstance(kept, local)
    assert here == ("en", "Europe/Berlin")
    assert seen["before"] == (settings.LANGUAGE_CODE, settings.TIME_ZONE)
    assert seen["inside"] == ("zh-hans", "Asia/Tokyo")


def is_asynchronous(text: str) -> bool:
    return any(isinstance(node, ast.AsyncFunctionDef) for node in ast.walk(ast.parse(text)))


def test_the_product_has_no_asynchronous_code():
    found = []
    for path in Path(settings.BASE_DIR).glob("*/**/*.py"):
        place = path.relative_to(settings.BASE_DIR)
        if place.parts[0] in ("tests", "node_modules") or place.parts[0].startswith("."):
            continue
        text = path.read_text(encoding="utf-8")
        if "async" in text and is_asynchronous(text):
            found.append(str(place))
    assert found == []
