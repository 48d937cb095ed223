"""Help pages in both languages, and the list of changes."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from crm.workbench.help import TOPICS, to_html
from tests.kit import people


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("topic", TOPICS)
def test_every_topic_in_both_languages(
    topic: str, language: str, client: Client, values: Any
) -> None:
    client.force_login(people.make_user("u1", language=language))
    page = client.get(reverse("workbench:help_topic", args=[topic]))
    assert page.status_code == 200
    text = page.content.decode().split('<article class="prose">')[1].split("</article>")[0]
    assert len(text) > 200
    text = text.replace("和客 CRM", "")
    han = any("\u4e00" <= char <= "\u9fff" for char in text)
    assert han is (language == "zh-hans")


def test_first_topic_and_unknown_one(client: Client, values: Any) -> None:
    client.force_login(people.make_user("u1"))
    assert client.get(reverse("workbench:help")).status_code == 200
    assert client.get(reverse("workbench:help_topic", args=["nothing"])).status_code == 404


def test_changes_as_html() -> None:
    text = "# Log\n\nAbout\nit.\n\n## 1.0\n\n- One\n  goes on\n- `two` **new** <b>\n\nEnd."
    assert to_html(text) == (
        "<h2>Log</h2><p>About it.</p><h3>1.0</h3>"
        "<ul><li>One goes on</li><li><code>two</code> <b>new</b> &lt;b&gt;</li></ul><p>End.</p>"
    )
