"""Personal settings (D01-8, E8) and the choices of the frame."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from crm.accounts.models import User
from crm.audit.models import Event

PROFILE = {
    "name": "曾丽",
    "email": "Zeng.Li@Example.com",
    "mobile": "139 0013 9000",
    "language": "en",
    "time_zone": "Europe/Berlin",
    "theme": "dark",
    "page_size": "50",
}


@pytest.fixture
def inside(client: Client, user: User) -> Client:
    client.force_login(user)
    return client


def picture(
    size: tuple[int, int] = (600, 300), kind: str = "PNG", mode: str = "RGB"
) -> SimpleUploadedFile:
    out = BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "secret place"
    Image.new(mode, size, "teal").save(out, kind, exif=exif)
    return SimpleUploadedFile("me.png", out.getvalue(), content_type="image/png")


def test_settings_are_saved_normalised(inside: Client, user: User) -> None:
    assert inside.get("/me/").status_code == 200
    response = inside.post("/me/", PROFILE)
    assert (response.status_code, response["Location"]) == (302, "/me/")
    user.refresh_from_db()
    assert (user.name, user.name_pinyin, user.name_initials) == ("曾丽", "zengli", "zl")
    assert (user.email, user.mobile) == ("zeng.li@example.com", "13900139000")
    assert (user.language, user.time_zone, user.theme) == ("en", "Europe/Berlin", "dark")
    assert (user.page_size, user.rows_per_page) == (50, 50)
    event = Event.objects.get(code="accounts.user.profile_changed")
    assert (event.actor, event.changes["name"]) == (user, ["王芳", "曾丽"])
    assert inside.get("/me/")["Content-Language"] == "en"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("email", "no address"),
        ("mobile", "12345"),
        ("time_zone", "Mars/Base"),
        ("theme", "pink"),
        ("page_size", "7"),
        ("language", "fr"),
    ],
)
def test_bad_values_are_refused_at_their_field(
    inside: Client, user: User, field: str, value: str
) -> None:
    response = inside.post("/me/", {**PROFILE, field: value})
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    user.refresh_from_db()
    assert user.name == "王芳"


@pytest.mark.parametrize("field", ["email", "mobile"])
def test_values_of_others_are_refused(inside: Client, make_user: Any, field: str) -> None:
    make_user("S2", email="taken@example.com", mobile="13700137000")
    value = {"email": "TAKEN@example.com", "mobile": "137-0013-7000"}[field]
    response = inside.post("/me/", {**PROFILE, field: value})
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]


def test_the_old_address_learns_of_a_new_one(inside: Client, user: User, sent: Any) -> None:
    inside.post("/me/", PROFILE)
    assert [mail.to for mail in sent()] == [["wang.fang@example.com"]]


def test_nobody_changes_his_rank_or_department(inside: Client, user: User) -> None:
    inside.post("/me/", {**PROFILE, "is_superuser": "1", "username": "x", "main_department": ""})
    user.refresh_from_db()
    assert (user.is_superuser, user.username) == (False, "S1001")
    assert user.main_department_id is not None


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_picture_is_drawn_anew(inside: Client, user: User, kind: str, settings: Any) -> None:
    inside.post("/me/avatar/", {"picture": picture(kind=kind)})
    user.refresh_from_db()
    response = inside.get(user.avatar_url)
    assert response["Content-Type"] == "image/webp"
    assert response["Cache-Control"] == "private, max-age=604800"
    content = b"".join(response.streaming_content)
    assert b"secret place" not in content
    with Image.open(BytesIO(content)) as stored:
        assert (stored.format, stored.size) == ("WEBP", (256, 256))
    file = Path(settings.MEDIA_ROOT, user.avatar)
    assert file.exists()


@pytest.mark.django_db(transaction=True)
def test_the_old_picture_goes(user: User, settings: Any) -> None:
    inside = Client()
    inside.force_login(user)
    inside.post("/me/avatar/", {"picture": picture()})
    user.refresh_from_db()
    first = user.avatar_url
    file = Path(settings.MEDIA_ROOT, user.avatar)
    inside.post("/me/avatar/", {"picture": picture()})
    user.refresh_from_db()
    assert user.avatar_url != first
    assert not file.exists()
    inside.post("/me/avatar/", {"remove": "1"})
    user.refresh_from_db()
    assert (user.avatar, user.avatar_url) == ("", "")
    assert inside.get(first).status_code == 404


@pytest.mark.parametrize(
    "content",
    [
        b"GIF89a<script>alert(1)</script>",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"%!PS-Adobe-3.0",
        b"\x89PNG\r\n\x1a\n" + b"\0" * 40,
    ],
)
def test_what_is_no_picture_is_refused(inside: Client, user: User, content: bytes) -> None:
    upload = SimpleUploadedFile("me.png", content, content_type="image/png")
    assert inside.post("/me/avatar/", {"picture": upload}).status_code == 422
    user.refresh_from_db()
    assert user.avatar == ""


def test_too_many_pixels_are_refused_undecoded(inside: Client) -> None:
    upload = picture((9000, 9000), mode="1")
    assert inside.post("/me/avatar/", {"picture": upload}).status_code == 422


def test_theme_language_and_navigation_are_remembered(inside: Client, user: User) -> None:
    response = inside.post("/me/theme/", {"theme": "dark", "next": "/people/?q=a"})
    assert response["Location"] == "/people/?q=a"
    assert inside.post("/me/theme/", {"theme": "light"}, HTTP_HX_REQUEST="true").status_code == 204
    assert inside.post("/me/language/", {"language": "en", "next": "//evil.example"}).url == "/"
    assert inside.post("/me/nav/", {"collapsed": "1"}).status_code == 204
    user.refresh_from_db()
    assert (user.theme, user.language) == ("light", "en")
    assert user.preferences == {"frame": {"nav_collapsed": True}}
    assert not Event.objects.filter(code="accounts.user.profile_changed").exists()


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("/me/theme/", {"theme": "x"}),
        ("/me/language/", {"language": "fr"}),
        ("/me/nav/", {"collapsed": "2"}),
    ],
)
def test_unknown_choices_are_bad_requests(inside: Client, path: str, data: dict[str, str]) -> None:
    assert inside.post(path, data).status_code == 400
    assert inside.get(path).status_code == 405


def test_language_before_log_in_stands_in_a_cookie(client: Client, db: None) -> None:
    client.post("/me/language/", {"language": "en", "next": "/login/"})
    assert client.get("/login/", HTTP_ACCEPT_LANGUAGE="zh-CN")["Content-Language"] == "en"
