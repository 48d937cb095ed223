"""The column chooser: its page, its dialog, what it leaves out, and where it leads back."""

from collections.abc import Callable

from django.test import Client

URL = "/lists/customers/columns/"


def test_page_and_dialog_show_the_chosen_columns_first(browser_of: Callable[[str], Client]) -> None:
    client = browser_of("sales1")
    client.post(URL, {"columns": "name,wechat"})
    for headers in ({}, {"HX-Request": "true", "HX-Target": "dialog-body"}):
        text = client.get(URL, headers=headers).content.decode()
        assert text.index('value="wechat" checked') < text.index('value="number">')
        assert 'value="name" checked disabled' in text
        assert ("<html" in text) is not bool(headers)


def test_hidden_columns_are_not_offered(browser_of: Callable[[str], Client]) -> None:
    text = browser_of("sales1").get(URL, {"without": "wechat,phone"}).content.decode()
    assert 'value="wechat"' not in text
    assert 'value="email"' in text


def test_without_scripts_it_leads_back(browser_of: Callable[[str], Client]) -> None:
    client = browser_of("sales1")
    assert (
        'value="/customers/?q=x"' in client.get(URL, {"next": "/customers/?q=x"}).content.decode()
    )
    answer = client.post(URL, {"columns": "name", "next": "/customers/?q=x"})
    assert answer["Location"] == "/customers/?q=x"
    client.post(URL, {"columns": "name", "reset": "1"})
    assert 'value="number" checked' in client.get(URL).content.decode()


def test_an_unknown_list_is_not_found(browser_of: Callable[[str], Client]) -> None:
    assert browser_of("sales1").get("/lists/nothing/columns/").status_code == 404
