"""E22 Permissions: what sales may not see, what service sees, what a changed role does at once."""

import io
from typing import Any

import openpyxl
import pytest
from django.test import Client

from crm.accounts.models import Role, User
from tests.factories.customers import make_customer, unsaved_contact
from tests.kit.html import row_ids

pytestmark = pytest.mark.django_db
NAME = "拉萨雪域秘密有限公司"
MOBILE = "13766554433"


@pytest.fixture
def foreign(company: Any) -> Any:
    """A customer of sales2, whom sales1 does not know."""
    person = unsaved_contact(mobile=MOBILE, name="次仁央金")
    return make_customer(company, company["sales2"], name=NAME, contacts=[person])


@pytest.fixture
def sales(browser_of: Any) -> Client:
    return browser_of("sales1")


def test_sales_does_not_meet_a_foreign_customer_anywhere(
    sales: Client, foreign: Any, company: Any
) -> None:
    own = make_customer(company, company["sales1"])
    assert row_ids(sales.get("/customers/?scene=all")) == [own.pk]
    for path in ("", "edit/", "delete/", "panels/contacts/"):
        assert sales.get(f"/customers/{foreign.pk}/{path}").status_code == 404
    for word in (NAME, "雪域", "次仁央金", MOBILE, MOBILE[-4:]):
        for path in ("/customers/", "/contacts/", "/search/", "/palette/"):
            answer = sales.get(path, {"q": word, "scene": "all"})
            assert answer.status_code == 200
            assert f"/customers/{foreign.pk}/" not in answer.content.decode()
        options = sales.get("/customers/options/", {"q": word})
        assert NAME not in options.content.decode()


def test_export_holds_only_what_the_list_shows(browser_of: Any, foreign: Any, company: Any) -> None:
    own = make_customer(company, company["sales1"])
    fields = {"step": "run", "fmt": "xlsx", "columns": "shown", "all": "1", "query": "scene=all"}
    assert browser_of("sales1").post("/customers/export/", fields).status_code == 403
    answer = browser_of("manager").post("/customers/export/", fields)
    assert answer.status_code == 200
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    cells = {str(cell) for row in sheet.iter_rows(values_only=True) for cell in row}
    assert own.name in cells
    assert NAME not in cells


def test_service_sees_the_customer_with_masked_numbers(browser_of: Any, foreign: Any) -> None:
    agent = browser_of("agent1")
    page = agent.get(f"/customers/{foreign.pk}/")
    assert page.status_code == 200
    text = page.content.decode()
    assert NAME in text
    assert MOBILE not in text
    assert agent.get(f"/customers/{foreign.pk}/delete/").status_code == 403


def test_changed_role_ends_the_session_and_changes_menu_and_pages(
    browser_of: Any, company: Any, foreign: Any
) -> None:
    sales, admin = browser_of("sales1"), browser_of("admin")
    assert 'href="/customers/"' in nav_of(sales)
    role = Role.objects.get(code="sales")
    change(admin, role, "customers.customer", "none")
    assert sales.get("/")["Location"].startswith("/login/")
    sales = logged_in_again("sales1")
    assert 'href="/customers/"' not in nav_of(sales)
    assert sales.get("/customers/").status_code == 403
    change(admin, role, "customers.customer", "all")
    sales = logged_in_again("sales1")
    assert 'href="/customers/"' in nav_of(sales)
    assert foreign.pk in row_ids(sales.get("/customers/?scene=all"))


def logged_in_again(login: str) -> Client:
    """A new session of somebody whose old one has ended."""
    client = Client()
    client.force_login(User.objects.get(username=login))
    return client


def nav_of(client: Client) -> str:
    """The navigation of the start page."""
    answer = client.get("/")
    assert answer.status_code == 200
    page = answer.content.decode()
    return page[page.index('id="nav"') : page.index("</nav>", page.index('id="nav"'))]


def change(admin: Client, role: Role, label: str, scope: str) -> None:
    """Set the right to see in the table of the role's page, as the administrator does."""
    url = f"/admin/accounts/role/{role.pk}/change/"
    page = admin.get(url)
    form = page.context["adminform"].form
    data = {name: value for name in form.fields if (value := form[name].value()) is not None}
    data = {name: value for name, value in data.items() if value is not False}
    key = f"right-{label}-view"
    assert key in form.fields
    answer = admin.post(url, data | {key: scope})
    assert answer.status_code == 302, answer.context["adminform"].form.errors
