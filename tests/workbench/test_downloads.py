"""下载中心 (D02-7): what a person may import, his own files, the guides; nothing of others."""

from datetime import timedelta
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from crm.core import clock
from crm.jobs.importing.resources import RESOURCES
from crm.jobs.models import Job, JobFile, State
from crm.workbench import downloads
from tests.factories.company import Company

URL = "workbench:downloads"


def kept(user: Any, name: str, *, days: int = 3) -> JobFile:
    """A result of a finished job."""
    job = Job.objects.create(kind="customers.export", actor=user, state=State.DONE)
    until = clock.now() + timedelta(days=days)
    values = {"code": "result", "label": "导出", "path": name, "size": 2048, "expires_at": until}
    return JobFile.objects.create(job=job, name=name, **values)


def test_templates_of_what_one_may_import(company: Company, browser_of: Any) -> None:
    found = {item["url"] for item in downloads.templates_for(company.admin)}
    assert len(found) == len(RESOURCES)
    own = {item["url"] for item in downloads.templates_for(company["sales1"])}
    assert reverse("customers:customer_import_template") in own < found
    assert downloads.templates_for(company["norole"]) == []
    page = browser_of("sales1").get(reverse(URL)).content.decode()
    assert all(url in page for url in own)
    assert not any(url in page for url in found - own)
    for url in own:
        assert browser_of("sales1").get(url).status_code == 200


def test_only_own_files_that_are_still_kept(company: Company, browser_of: Any) -> None:
    mine = kept(company["sales1"], "我的客户.xlsx")
    kept(company["sales1"], "过期.xlsx", days=-1)
    kept(company["sales2"], "别人的.xlsx")
    client = browser_of("sales1")
    page = client.get(reverse(URL)).content.decode()
    assert "我的客户.xlsx" in page and reverse("jobs:job_file", args=[mine.job_id, mine.pk]) in page
    assert "过期.xlsx" not in page and "别人的.xlsx" not in page
    with CaptureQueriesContext(connection) as few:
        client.get(reverse(URL))
    for number in range(5):
        kept(company["sales1"], f"导出{number}.xlsx")
    with CaptureQueriesContext(connection) as many:
        client.get(reverse(URL))
    assert len(many) == len(few)


def test_the_guides_and_the_way_there(company: Company, browser_of: Any) -> None:
    page = browser_of("norole").get(reverse(URL)).content.decode()
    assert page.count("/help/") >= len(downloads.GUIDES)
    assert f'href="{reverse(URL)}"' in browser_of("sales1").get("/").content.decode()
