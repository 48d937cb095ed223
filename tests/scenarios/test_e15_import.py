"""E15 Import and cleaning: template, three good rows, a duplicate and a faulty one, classification.

Merging two records (the end of step 4) is not part of this release: the duplicate is found and
skipped here.
"""

import io
import re
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from crm.jobs.models import Job, State
from crm.jobs.runner import run_in_process
from customers.models import Category, Customer
from customers.services.classes import create_category
from tests.factories.customers import make_customer
from tests.kit.html import row_ids

pytestmark = pytest.mark.django_db
GOOD = ("昆明晨光贸易有限公司", "昆明滇池物流有限公司", "大理苍山旅游有限公司")


@pytest.fixture
def manager(browser_of: Any) -> Client:
    return browser_of("manager")


def filled_template(client: Client, rows: list[dict[str, str]]) -> SimpleUploadedFile:
    """The downloaded template, filled in under its own headings."""
    answer = client.get("/customers/import/template/")
    assert answer.status_code == 200
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    sheet = book.worksheets[0]
    line = heading_row(sheet)
    titles = {str(cell.value).strip("* "): cell.column for cell in sheet[line] if cell.value}
    last = sheet.max_row
    if last > line:
        sheet.delete_rows(line + 1, last - line)
    for place, row in enumerate(rows, start=line + 1):
        for title, value in row.items():
            sheet.cell(place, titles[title], value)
    out = io.BytesIO()
    book.save(out)
    return SimpleUploadedFile("客户.xlsx", out.getvalue())


def heading_row(sheet: Any) -> int:
    """The row with the name of the customer."""
    for row in sheet.iter_rows(max_row=20):
        if any("客户名称" in str(cell.value) for cell in row):
            return row[0].row
    raise AssertionError("the template has no heading")


def bring_in(client: Client, file: SimpleUploadedFile) -> tuple[Job, str]:
    """Upload, accept the mapping, let it be checked; the job and its address."""
    answer = client.post("/customers/import/", {"file": file})
    assert answer.status_code == 302, answer.context["form"].errors
    url = answer["Location"]
    page = client.get(url)
    form = page.context["form"]
    data = {name: value for name in form.fields if (value := form[name].value())}
    assert client.post(url, data).status_code == 302
    job = Job.objects.get(pk=int(re.search(r"/(\d+)/$", url).group(1)))
    return run_in_process(job), url


def test_template_goes_out_and_comes_back_checked(manager: Client, company: Any) -> None:
    known = make_customer(company, company["manager"], name="昆明重复在先有限公司")
    rows = [
        {"客户名称": name, "客户性质": "企业客户", "手机": f"1399000100{place}"}
        for place, name in enumerate(GOOD)
    ]
    rows.append({"客户名称": known.name, "手机": "13990001008"})
    rows.append({"客户名称": "", "手机": "13990001009"})
    job, url = bring_in(manager, filled_template(manager, rows))

    assert job.state == State.CHECKED
    page = manager.get(url)
    counts = {card["key"]: card["value"] for card in page.context["counts"]}
    assert (counts["new"], counts["skip"], counts["refuse"]) == ("3", "1", "1")
    problems = {problem["level"] for problem in page.context["problems"]}
    assert "refused" in problems
    assert not Customer.objects.filter(name__in=GOOD).exists()

    assert manager.post(url, {"run": "1"}).status_code == 302
    job.refresh_from_db()
    job = run_in_process(job)
    assert job.state == State.DONE
    assert sorted(Customer.objects.filter(name__in=GOOD).values_list("name", flat=True)) == sorted(
        GOOD
    )
    assert Customer.objects.filter(name=known.name).count() == 1
    result = manager.get(url)
    assert result.context["error_url"]
    found = row_ids(manager.get("/customers/", {"scene": "all", "q": "昆明重复在先"}))
    assert found == [known.pk]


def test_imported_customers_are_classified_together(manager: Client, company: Any) -> None:
    made = [make_customer(company, company["manager"]) for _n in range(3)]
    scheme = create_category(Category(name="区域"), actor=company.admin)
    west = create_category(Category(name="西南", parent=scheme), actor=company.admin)
    answer = manager.post(
        "/customers/bulk/classify/",
        {"ids": [customer.pk for customer in made], "step": "run", "category": west.pk},
    )
    assert answer.status_code == 200
    assert answer.context["done"] == 3
    found = row_ids(manager.get("/customers/", {"scene": "all", "category": west.pk}))
    assert sorted(found) == sorted(customer.pk for customer in made)
