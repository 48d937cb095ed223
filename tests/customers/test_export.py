"""Export of customers and contacts: rights, masks, selection, order, formats, log, job, command."""

import json
from io import BytesIO, StringIO
from typing import Any

import openpyxl
import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from crm.accounts.models import Grant, Role
from crm.accounts.rights import RIGHTS_STAMP
from crm.audit.models import Event
from crm.dictionaries import stamps
from crm.jobs import runner
from crm.jobs.exporting import views
from crm.jobs.models import Job, State
from customers.models import Customer
from customers.tables import CustomerTable
from tests.kit import people

URL = reverse("customers:customer_export")
CONTACTS = reverse("customers:contact_export")


@pytest.fixture
def staff(db: None) -> dict[str, Any]:
    """A manager, his salesperson, and somebody of another team; one customer each."""
    people.seed_values()
    manager = people.make_user("m1", "sales_manager", name="赵经理", language="en")
    sales = people.make_user("s1", "sales", name="张伟", superior=manager)
    other = people.make_user("s2", "sales", name="李娜")
    return {
        "manager": manager,
        "sales": sales,
        "other": other,
        "own": people.make_customer(manager, "成都青羊机械有限公司", annual_spending="1234.50"),
        "report": people.make_customer(sales, "北京海淀软件有限公司", email="hello@example.com"),
        "foreign": people.make_customer(other, "广州天河贸易有限公司"),
    }


def login(user: Any) -> Client:
    """A browser of this user."""
    client = Client()
    client.force_login(user)
    return client


def download(client: Client, url: str = URL, **data: Any) -> Any:
    """Answer of the second step."""
    fields = {"step": "run", "fmt": "xlsx", "columns": "shown", "all": "1", "query": "", **data}
    return client.post(url, fields)


def sheet_of(response: Any) -> list[list[Any]]:
    """The rows of a downloaded workbook."""
    assert response.status_code == 200, response
    return table(b"".join(response.streaming_content))


def table(content: bytes) -> list[list[Any]]:
    """The rows of a workbook."""
    book = openpyxl.load_workbook(BytesIO(content))
    return [[cell.value for cell in row] for row in book.active.iter_rows()]


def column(rows: list[list[Any]], heading: str) -> list[Any]:
    """The values below a heading."""
    place = rows[0].index(heading)
    return [row[place] for row in rows[1:]]


def names(rows: list[list[Any]]) -> list[str]:
    """The first column."""
    return [row[0] for row in rows[1:]]


def test_the_right_decides_who_comes_in(staff: dict[str, Any]) -> None:
    assert login(staff["manager"]).get(URL).status_code == 200
    assert login(staff["sales"]).get(URL).status_code == 403
    assert download(login(staff["sales"])).status_code == 403
    assert Client().get(URL).status_code == 302
    assert not Event.objects.filter(code="customers.customer.exported").exists()


def test_rows_within_reach_in_the_order_of_the_list(staff: dict[str, Any]) -> None:
    client = login(staff["manager"])
    rows = sheet_of(download(client, query="sort=name"))
    assert names(rows) == ["北京海淀软件有限公司", "成都青羊机械有限公司"]
    rows = sheet_of(download(client, query="sort=-name"))
    assert names(rows) == ["成都青羊机械有限公司", "北京海淀软件有限公司"]
    rows = sheet_of(download(client, query="scene=mine"))
    assert names(rows) == ["成都青羊机械有限公司"]


def test_columns_of_the_list_or_all(staff: dict[str, Any]) -> None:
    manager = staff["manager"]
    manager.remember("columns", "customers", ["name", "mobile", "number"])
    client = login(manager)
    rows = sheet_of(download(client))
    assert rows[0] == ["Customer name", "Mobile", "Customer number"]
    rows = sheet_of(download(client, columns="all", query="sort=name"))
    assert len(rows[0]) == len(CustomerTable.columns)
    assert column(rows, "Annual spending") == [None, 1234.5]
    assert column(rows, "Entry date")[0].date() == staff["report"].entered_on


def test_marked_rows_only_and_no_foreign_ones(staff: dict[str, Any]) -> None:
    client = login(staff["manager"])
    ids = [staff["own"].pk, staff["foreign"].pk]
    page = client.post(URL, {"ids": ids, "all": "", "query": "sort=name"})
    assert page.status_code == 200
    assert page.context["count"] == 1
    rows = sheet_of(download(client, ids=ids, all="", rows="marked"))
    assert names(rows) == ["成都青羊机械有限公司"]
    rows = sheet_of(download(client, ids=ids, all="", rows="list"))
    assert len(rows) == 3


def test_numbers_stay_masked_as_on_the_screen(staff: dict[str, Any]) -> None:
    role = Role.objects.create(name="导出", code="exporter")
    scopes = {"view": "all", "export": "all", "add": "all", "unmasked": "own"}
    for verb, scope in scopes.items():
        Grant.objects.create(role=role, model="customers.customer", verb=verb, scope=scope)
    stamps.bump(RIGHTS_STAMP)
    reader = people.make_user("e1", "exporter", language="en")
    people.make_customer(reader, "自己的有限公司")
    rows = sheet_of(download(login(reader), columns="all"))
    assert dict(zip(names(rows), column(rows, "Mobile"), strict=True)) == {
        "自己的有限公司": "13800138000",
        "成都青羊机械有限公司": "138****8000",
        "北京海淀软件有限公司": "138****8000",
        "广州天河贸易有限公司": "138****8000",
    }
    assert set(column(rows, "E-mail")) == {None, "h****@example.com"}


def test_csv_has_a_mark_for_excel(staff: dict[str, Any]) -> None:
    response = download(login(staff["manager"]), fmt="csv")
    content = b"".join(response.streaming_content)
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"].startswith("attachment")
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.decode("utf-8-sig").splitlines()[0].startswith('"Customer name","Customer')


def test_the_log_tells_of_it(staff: dict[str, Any]) -> None:
    sheet_of(download(login(staff["manager"]), query="scene=mine&q=成都"))
    event = Event.objects.get(code="customers.customer.exported")
    assert event.actor == staff["manager"]
    assert event.label == "1 row"
    assert event.changes["Rows"] == [None, 1]
    assert event.changes["Format"] == [None, "xlsx"]
    assert event.changes["Rows chosen by"] == [None, "Mine; Search: 成都"]
    assert event.changes["Columns"][1].startswith("Customer name、Customer number")


def test_many_rows_are_written_by_a_job(
    staff: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "AT_ONCE", 1)
    client = login(staff["manager"])
    response = download(client, query="sort=name")
    job = Job.objects.get()
    assert response.status_code == 302
    assert response["Location"] == job.get_absolute_url()
    assert job.kind == "customers.export"
    assert runner.run_in_process(job).state == State.DONE
    job.refresh_from_db()
    assert (job.total, job.done, job.counters) == (2, 2, {"exported": 2})
    page = client.get(job.get_absolute_url()).content.decode()
    file = job.files.get()
    assert reverse("jobs:job_file", args=[job.pk, file.pk]) in page
    answer = client.get(reverse("jobs:job_file", args=[job.pk, file.pk]))
    rows = table(b"".join(answer.streaming_content))
    assert names(rows) == ["北京海淀软件有限公司", "成都青羊机械有限公司"]
    assert login(staff["other"]).get(answer.request["PATH_INFO"]).status_code == 404
    event = Event.objects.get(code="customers.customer.exported")
    assert event.changes["Rows"] == [None, 2]


def test_a_withdrawn_right_counts_when_the_job_runs(
    staff: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "AT_ONCE", 1)
    download(login(staff["manager"]))
    Grant.objects.filter(role__code="sales_manager", verb="export").delete()
    stamps.bump(RIGHTS_STAMP)
    job = runner.run_in_process(Job.objects.get())
    assert job.state == State.FAILED
    assert not job.files.exists()
    assert not Event.objects.filter(code="customers.customer.exported").exists()


def test_pages_and_dialog_offer_the_export(staff: dict[str, Any]) -> None:
    client = login(staff["manager"])
    listed = client.get(reverse("customers:customer_list"), {"scene": "mine"}).content.decode()
    assert f'formaction="{URL}"' in listed
    assert f'href="{URL}?scene=mine"' in listed
    dialog = client.get(URL, headers={"HX-Request": "true", "HX-Target": "dialog-body"})
    assert "dialog__form" in dialog.content.decode()
    assert "hx-post" not in dialog.content.decode()
    assert download(client, fmt="exe").status_code == 422


def test_contacts(staff: dict[str, Any]) -> None:
    rows = sheet_of(download(login(staff["manager"]), CONTACTS))
    assert column(rows, "Customer") == ["北京海淀软件有限公司", "成都青羊机械有限公司"]
    assert set(column(rows, "Mobile")) == {"13800138000"}
    assert Event.objects.filter(code="customers.contact.exported").count() == 1


def run(*args: Any) -> dict[str, Any]:
    """The last line of the command."""
    out = StringIO()
    call_command("export_file", *args, "--json", stdout=out)
    return json.loads(out.getvalue().splitlines()[-1])


def test_command(staff: dict[str, Any], tmp_path: Any) -> None:
    out = tmp_path / "a.xlsx"
    result = run("customers", str(out), "--as", "m1")
    assert result == {"rows": 2, "columns": len(CustomerTable.columns), "file": str(out)}
    assert len(table(out.read_bytes())) == 3
    assert run("customers", str(tmp_path / "b.csv"), "--as", "m1", "--view", "mine")["rows"] == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.xlsx", "b.csv"]
    event = Event.objects.filter(code="customers.customer.exported").earliest("pk")
    assert (event.source, event.changes["Rows"]) == ("command", [None, 2])


@pytest.mark.parametrize(
    ("out", "login_name", "view", "code"),
    [
        ("a.pdf", "m1", "all", 2),
        ("a.csv", "nobody", "all", 2),
        ("a.csv", "m1", "nonsense", 2),
    ],
)
def test_command_refuses(
    staff: dict[str, Any], tmp_path: Any, out: str, login_name: str, view: str, code: int
) -> None:
    with pytest.raises(CommandError) as caught:
        run("customers", str(tmp_path / out), "--as", login_name, "--view", view)
    assert caught.value.returncode == code


def test_command_without_the_right(staff: dict[str, Any], tmp_path: Any) -> None:
    with pytest.raises(SystemExit) as caught:
        run("customers", str(tmp_path / "a.csv"), "--as", "s1")
    assert caught.value.code == 1
    assert not list(tmp_path.iterdir())
    assert Customer.objects.count() == 3
