"""Templates compile, and hold nothing that the content security policy refuses."""

import re
from pathlib import Path

import pytest
from django.template import engines

from tests.architecture.sources import ROOT, templates

INLINE = re.compile(
    r"<script(?![^>]*\ssrc=)|<style|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:|hx-on|\bhx-vals=.js",
    re.IGNORECASE,
)
#: Mails: their programs read styles in the elements only, and no policy of ours holds there.
MAILS = {"tickets/survey/mail.html"}
ELSEWHERE = re.compile(r"(?:src|href|action)\s*=\s*[\"']?(?:https?:)?//", re.IGNORECASE)
COMMENT = re.compile(r"{%\s*comment.*?endcomment\s*%}|{#.*?#}", re.DOTALL)


def name_of(path: Path) -> str:
    return path.relative_to(ROOT / "templates").as_posix()


@pytest.mark.parametrize("path", templates(), ids=name_of)
def test_compiles(path: Path) -> None:
    name = name_of(path)
    engine, name = (
        ("jinja2", name.removeprefix("jinja/")) if name.startswith("jinja/") else ("django", name)
    )
    engines[engine].get_template(name)


@pytest.mark.parametrize("path", templates(), ids=name_of)
def test_nothing_inline_and_nothing_from_elsewhere(path: Path) -> None:
    text = COMMENT.sub("", path.read_text(encoding="utf-8"))
    found = [hit.strip().lower() for hit in INLINE.findall(text)]
    allowed = {"style="} if name_of(path) in MAILS else set()
    assert [hit for hit in found if hit not in allowed] == []
    assert ELSEWHERE.findall(text) == []


def test_the_rule_sees_inline_code() -> None:
    for text in ("<script>x</script>", '<p style="a">', "<a onclick='x'>", "javascript:x"):
        assert INLINE.search(text)
    assert not INLINE.search('<script src="/a.js" defer></script> <link rel="stylesheet">')
