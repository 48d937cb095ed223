"""The report of a bulk action: a page without scripts, a part of the dialog with them."""

import json
from typing import Any

from tests.factories.customers import make_customer

DIALOG = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "dialog-body"}


def run(client: Any, pk: int, **headers: str) -> Any:
    """Put a tag on one customer."""
    return client.post(
        "/customers/bulk/tag/", {"ids": [pk], "step": "run", "add": ["年度重点"]}, **headers
    )


def test_report_is_a_part_in_the_dialog_and_the_list_is_asked_again(
    browser_of: Any, company: Any
) -> None:
    customer = make_customer(company, company["manager"])
    answer = run(browser_of("manager"), customer.pk, **DIALOG)
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "<!doctype" not in text.lower()
    assert customer.name in text
    assert json.loads(answer["HX-Trigger"]) == {"refresh": "results"}


def test_report_is_a_page_without_scripts(browser_of: Any, company: Any) -> None:
    customer = make_customer(company, company["manager"])
    answer = run(browser_of("manager"), customer.pk)
    assert answer.content.decode().lower().startswith("<!doctype")
    assert "HX-Trigger" not in answer
