"""E8 First login and profile: initial password, forced change, personal settings."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from crm.accounts.models import User
from crm.accounts.services import create_user

pytestmark = pytest.mark.django_db
INITIAL = "Initial-2026-pass"
OWN = "violett-Teekanne-58"


@pytest.fixture
def newcomer() -> User:
    """An account as the administrator makes it."""
    user = User(username="S2001", name="钱新", email="qian@example.com", must_change_password=True)
    return create_user(user, actor=None, password=INITIAL, check_password=False)


def log_in(login: str, password: str) -> tuple[Client, str]:
    """A browser after the login, and where it was sent."""
    client = Client()
    response = client.post("/login/", {"login": login, "password": password}, follow=True)
    return client, response.request["PATH_INFO"]


@pytest.mark.parametrize("login", ["S2001", "qian@example.com"])
def test_initial_password_leads_to_the_forced_change(newcomer: User, login: str) -> None:
    client, place = log_in(login, INITIAL)
    assert place == "/password/first/"
    for path in ("/", "/customers/", "/me/"):
        assert client.get(path)["Location"].startswith("/password/first/")


def test_weak_password_is_refused_and_a_good_one_opens_the_product(newcomer: User) -> None:
    client, place = log_in("S2001", INITIAL)
    refused = client.post(place, {"password1": "12345678", "password2": "12345678"})
    assert refused.context["form"].errors
    assert client.get("/")["Location"].startswith("/password/first/")

    accepted = client.post(place, {"password1": OWN, "password2": OWN})
    assert (accepted.status_code, accepted["Location"]) == (302, "/")
    assert client.get("/").status_code == 200
    assert log_in("S2001", OWN)[1] == "/"
    assert log_in("S2001", INITIAL)[1] == "/login/"


def test_personal_settings_take_picture_phone_zone_and_language(newcomer: User) -> None:
    client, place = log_in("S2001", INITIAL)
    client.post(place, {"password1": OWN, "password2": OWN})
    page = client.get("/").content.decode()
    assert 'href="/me/"' in page

    client.post("/me/avatar/", {"picture": picture()})
    saved = client.post(
        "/me/",
        {
            "name": "钱新",
            "email": "qian@example.com",
            "mobile": "139 1234 0001",
            "language": "en",
            "time_zone": "Europe/Berlin",
            "theme": "dark",
            "page_size": "",
        },
    )
    assert saved.status_code == 302
    newcomer.refresh_from_db()
    assert (newcomer.mobile, newcomer.language) == ("13912340001", "en")
    assert newcomer.time_zone == "Europe/Berlin"
    assert newcomer.avatar_url.startswith(f"/people/{newcomer.pk}/avatar/?v=")
    assert client.get(f"/people/{newcomer.pk}/avatar/").status_code == 200
    home = client.get("/").content.decode()
    assert 'lang="en"' in home and 'data-theme="dark"' in home


def picture() -> SimpleUploadedFile:
    """A photograph from a phone."""
    out = BytesIO()
    Image.new("RGB", (640, 480), "teal").save(out, "JPEG")
    return SimpleUploadedFile("me.jpg", out.getvalue(), content_type="image/jpeg")
