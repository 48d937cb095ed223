"""E10 Captcha and remembered name: a wrong code is refused, the password is not kept."""

import pytest
from django.test import Client

from crm.accounts import captcha
from crm.accounts.models import User
from crm.accounts.services import create_user

pytestmark = pytest.mark.django_db
PASSWORD = "violett-Teekanne-58"


@pytest.fixture
def client() -> Client:
    """A browser in which the password was mistyped until a code is asked."""
    user = User(username="S2001", name="钱新", must_change_password=False)
    create_user(user, actor=None, password=PASSWORD, check_password=False)
    client = Client()
    for _number in range(3):
        client.post("/login/", {"login": "S2001", "password": "mistyped"})
    return client


def test_a_wrong_code_is_refused_and_the_right_one_opens(client: Client) -> None:
    asked = {"login": "S2001", "password": PASSWORD}
    refused = client.post("/login/", {**asked, "captcha": "00000"})
    assert refused.context["form"].errors["captcha"]
    assert client.get("/")["Location"].startswith("/login/")
    signs = client.session[captcha.SESSION_KEY]["signs"]
    assert client.get("/login/code.png")["Content-Type"] == "image/png"
    opened = client.post("/login/", {**asked, "captcha": signs})
    assert (opened.status_code, opened["Location"]) == (302, "/")


def test_the_name_is_there_at_the_next_visit_and_the_password_is_not(client: Client) -> None:
    signs = client.session[captcha.SESSION_KEY]["signs"]
    entries = {"login": "S2001", "password": PASSWORD, "captcha": signs, "remember": "on"}
    assert client.post("/login/", entries).status_code == 302
    client.post("/logout/")
    page = client.get("/login/").content.decode()
    assert 'value="S2001"' in page
    assert PASSWORD not in page
