"""What Markdown may become: nothing that runs, nothing from elsewhere (T09, T11)."""

from html.parser import HTMLParser

import pytest

from knowledge.markdown import file_keys, to_html, to_text

HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:msgbox(1))",
    "![x](javascript:alert(1))",
    "![x](https://evil.example/pixel.png)",
    "![x](//evil.example/pixel.png)",
    '![x](file:1" onerror="alert(1))',
    "<a href='javascript:alert(1)'>x</a>",
    "<iframe src=https://evil.example></iframe>",
    "<style>body{display:none}</style>",
    "<form action=/logout/ method=post><button>x</button></form>",
    '<https://evil.example/" onmouseover="alert(1)>',
    "[x]: javascript:alert(1)\n\n[x]",
    "[a](https://ok.example 'x\" onclick=\"alert(1)')",
    "```html\n<script>alert(1)</script>\n```",
    "| a | b |\n|---|---|\n| <b onclick=alert(1)>x</b> | [y](javascript:1) |",
    "<div hx-get=/logout/ hx-trigger=load>x</div>",
    "**<img src=x onerror=alert(1)>**",
    "<!--><script>alert(1)</script>-->",
    "<math><mtext></mtext><script>alert(1)</script></math>",
)
NEVER = {"script", "iframe", "style", "form", "svg", "img", "div", "math", "button", "b"}


class Tags(HTMLParser):
    """The tags of a page with their attributes, as a browser reads them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_runs_and_nothing_is_asked_elsewhere(text: str) -> None:
    for tag, attributes in Tags(to_html(text)).found:
        assert tag not in NEVER
        assert attributes.keys() <= {"href", "title", "rel", "align", "start"}
        scheme = (attributes.get("href") or "#").partition(":")[0]
        assert scheme in {"#", "http", "https", "mailto", "tel"}


def test_what_authors_use() -> None:
    html = to_html("# 一\n\n**粗** ~~删~~ `码`\n\n1. 甲\n2. 乙\n\n| 列 |\n|---|\n| 格 |")
    for part in ("<h2>一</h2>", "<strong>粗</strong>", "<s>删</s>", "<code>码</code>", "<ol>"):
        assert part in html
    assert "<td>格</td>" in html
    link = to_html("[官网](https://example.com) [电话](tel:4001234567)")
    assert 'href="https://example.com"' in link
    assert "noopener" in link
    assert 'href="tel:4001234567"' in link


def test_pictures_are_files_of_ours() -> None:
    def address(kind: str, key: int) -> str:
        return f"/{kind}/{key}/" if key == 12 else ""

    assert 'src="/file/12/"' in to_html("![图](file:12)", address)
    assert "<img" not in to_html("![图](file:13)", address)
    assert 'href="/kb/12/"' in to_html("[另一篇](kb:12)", address)
    assert file_keys("![图](file:12) [表](file:7) kb:3") == {12, 7}


def test_words_without_marks() -> None:
    assert to_text("## 步骤\n\n- **一**\n- [二](https://x.example)", 40) == "步骤 一 二"
    assert len(to_text("长" * 500, 80)) == 80
