"""Address book and people picker."""

from collections.abc import Callable

import pytest
from django.test import Client

from crm.accounts.models import Department, User
from crm.accounts.services import create_department

Make = Callable[..., User]


@pytest.fixture
def inside(client: Client, user: User) -> Client:
    client.force_login(user)
    return client


@pytest.fixture
def team(make_user: Make, department: Department) -> Department:
    below = create_department(Department(name="上海组", parent=department), actor=None)
    make_user("S1002", name="曾志伟", main_department=below, post="销售代表")
    make_user("S1003", name="李娜", mobile="13700137000")
    make_user("S1004", name="李雷", is_active=False)
    return below


def names(response) -> list[str]:
    return [person.name for person in response.context["page"].object_list]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["李娜", "王芳", "曾志伟"]),
        ("?q=志", ["曾志伟"]),
        ("?q=zengzhi", ["曾志伟"]),
        ("?q=ZZW", ["曾志伟"]),
        ("?q=s1003", ["李娜"]),
        ("?q=137", ["李娜"]),
        ("?q=%", []),
        ("?q=雷", []),
        ("?department=abc", ["李娜", "王芳", "曾志伟"]),
    ],
)
def test_search(inside: Client, team: Department, query: str, expected: list[str]) -> None:
    response = inside.get(f"/people/{query}")
    assert names(response) == expected
    assert f'data-total="{len(expected)}"' in response.content.decode()


def test_a_department_includes_what_is_below(
    inside: Client, team: Department, department: Department
) -> None:
    assert names(inside.get(f"/people/?department={department.pk}")) == ["王芳", "曾志伟"]
    response = inside.get(f"/people/?department={team.pk}")
    assert names(response) == ["曾志伟"]
    tree = [(node.name, node.depth, node.people) for node in response.context["tree"]]
    assert tree == [("华东销售部", 0, 2), ("上海组", 1, 1)]


def test_each_person_stands_with_post_and_department(inside: Client, team: Department) -> None:
    page = inside.get("/people/?q=zzw").content.decode()
    row = page.split("<tbody>")[1].split("</tbody>")[0]
    for text in ("曾志伟", "上海组", "销售代表", "S1002"):
        assert text in row


def test_further_departments_count_too(inside: Client, team: Department, make_user: Make) -> None:
    make_user("S1005", name="安然").departments.add(team)
    assert names(inside.get(f"/people/?department={team.pk}")) == ["安然", "曾志伟"]


def test_pages(inside: Client, team: Department, user: User) -> None:
    User.objects.filter(pk=user.pk).update(page_size=2)
    assert names(inside.get("/people/?page=2")) == ["曾志伟"]
    assert "page=1" in inside.get("/people/?page=2&q=").content.decode()


def test_the_picker_gives_active_people_with_department(inside: Client, team: Department) -> None:
    response = inside.get("/people/options/?q=zzw")
    found = User.objects.get(username="S1002")
    assert response.json() == {
        "results": [{"value": found.pk, "label": "曾志伟", "hint": "上海组", "mention": "曾志伟"}]
    }
    assert inside.get("/people/options/?q=李雷").json() == {"results": []}


def test_the_picker_gives_at_most_twenty(inside: Client, make_user: Make) -> None:
    for number in range(25):
        make_user(f"T{number}", name=f"张{number}")
    assert len(inside.get("/people/options/").json()["results"]) == 20


@pytest.mark.parametrize("path", ["/people/", "/people/options/", "/people/1/avatar/", "/me/"])
def test_strangers_see_nothing(client: Client, user: User, path: str) -> None:
    response = client.get(path)
    assert (response.status_code, response["Location"]) == (302, f"/login/?next={path}")
