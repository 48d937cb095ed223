"""G12 beside the matrix, which reads the headers of all answers: cookies, log-out, typed values."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from tests.conftest import browser
from tests.factories.company import Company
from tests.kit.headers import weak_headers

pytestmark = [pytest.mark.gate, pytest.mark.xdist_group("gates.headers")]


@pytest.mark.parametrize("actor", ["anonymous", "sales1"])
def test_a_page_that_does_not_exist_carries_them_too(company: Company, actor: str) -> None:
    answer = browser(company, actor).get("/nowhere/")
    assert not weak_headers("", answer, signed_in=actor == "sales1")


def test_cookies_are_closed(company: Company) -> None:
    page = browser(company, "admin").get(reverse("workbench:home"))
    form = Client().get(reverse("account_login"))
    for cookie in [*page.cookies.values(), *form.cookies.values()]:
        assert cookie["httponly"], cookie.key
        assert cookie["samesite"] in ("Lax", "Strict"), cookie.key
    assert settings.CSRF_COOKIE_NAME in form.cookies


def test_log_out_clears_the_browser(company: Company) -> None:
    client = browser(company, "sales1")
    answer = client.post(reverse("account_logout"))
    assert '"cache"' in answer.headers["Clear-Site-Data"]
    assert client.get(reverse("customers:customer_list")).status_code == 302


@pytest.mark.parametrize("value", ['"><script>', "\r\nX-Evil: 1", "%0d%0aX-Evil: 1", "\u2028"])
def test_typed_values_reach_no_header(company: Company, value: str) -> None:
    client = browser(company, "sales1")
    for path in ("/customers/", "/search/", f"/customers/{value}/", "/login/"):
        answer = client.get(path, {"q": value, "next": value, "sort": value, "scene": value})
        assert "X-Evil" not in answer.headers
        assert "<script>" not in str(answer.headers)
