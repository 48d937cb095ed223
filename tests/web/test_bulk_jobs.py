"""Bulk actions above 200 rows: a job does all rows that were confirmed, each with its own right."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.urls import get_resolver

from crm.access import verbs
from crm.access.scopes import Scope
from crm.accounts.models import User
from crm.audit.models import Event
from crm.core.errors import InvalidValue
from crm.jobs import bulk as bulk_jobs
from crm.jobs import leases, runner, states
from crm.jobs.models import Job, JobFile, JobRow, State
from crm.notifications import doorbell
from crm.web import bulk
from crm.web.bulk import Order
from crm.web.views.bulk import BulkView
from leads.bulk import AssignLeads, TagLeads
from leads.drafts import LeadDraft
from leads.models import Lead
from leads.services.changing import assign_lead
from leads.services.creating import create_leads
from tests.factories.company import Company
from tests.factories.leads import unsaved_lead
from tests.kit.permissions import give_role

TAGGED = "leads.lead.tagged"


@pytest.fixture(autouse=True)
def quiet(settings: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """An own folder for files, and no broker."""
    settings.MEDIA_ROOT = tmp_path / "files"
    monkeypatch.setattr(doorbell, "publish", lambda task, *args: True)


def leads_of(company: Company, owner: User, number: int) -> list[Lead]:
    """That many leads of one owner."""
    drafts = [LeadDraft(unsaved_lead(owner)) for _ in range(number)]
    return create_leads(drafts, actor=company.admin)


def tag(client: Any, rows: list[Lead], **headers: str) -> Any:
    """Put a tag on the marked leads."""
    sent = {"ids": [row.pk for row in rows], "step": "run", "add": ["年度重点"]}
    return client.post("/leads/bulk/tag/", sent, **headers)


def ordered(company: Company, login: str, rows: list[Lead], **data: list[str]) -> Job:
    """A job that tags leads, or gives them to somebody."""
    action = AssignLeads() if "owner" in data else TagLeads()
    data = data or {"add": ["年度重点"]}
    keys = [row.pk for row in rows]
    url = bulk_jobs.run_later(Order(action, company[login], keys, data=data, back="/leads/"))
    return Job.objects.get(pk=url.strip("/").rpartition("/")[2])


def reasons(job: Job) -> dict[int, tuple[str, str]]:
    """Outcome and reason of each row, by key."""
    rows = job.rows.values_list("object_id", "outcome", "message")
    return {key: (outcome, message) for key, outcome, message in rows}


def test_two_hundred_rows_at_once_and_one_more_as_a_job(browser_of: Any, company: Company) -> None:
    rows = leads_of(company, company["sales1"], 201)
    client = browser_of("sales1")
    answer = tag(client, rows[:200])
    assert answer.status_code == 200
    assert (Job.objects.count(), Lead.objects.filter(tags__name="年度重点").count()) == (0, 200)
    job_page = tag(client, rows)
    job = Job.objects.get()
    assert (job_page.status_code, job_page.url) == (302, f"/jobs/{job.pk}/")
    assert (job.state, job.total, job.done) == (State.QUEUED, 201, 0)
    assert Lead.objects.filter(tags__name="年度重点").count() == 200
    job = runner.run_in_process(job)
    assert (job.state, job.done, job.counters) == (State.DONE, 201, {"done": 201})
    assert Lead.objects.filter(tags__name="年度重点").count() == 201
    page = client.get(f"/jobs/{job.pk}/").content.decode()
    assert "/leads/" in page
    file = JobFile.objects.get(job=job)
    sheet = openpyxl.load_workbook(file_of(client, file)).active
    assert sheet.max_row == 202
    assert str(rows[0]) in [cell.value for cell in sheet[2]]


def file_of(client: Any, file: JobFile) -> Any:
    """The report as its owner downloads it."""
    answer = client.get(f"/jobs/{file.job_id}/files/{file.pk}/")
    return BytesIO(b"".join(answer.streaming_content))


def test_the_dialog_leads_to_the_job(browser_of: Any, company: Company, few: None) -> None:
    rows = leads_of(company, company["sales1"], 3)
    headers = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "dialog-body"}
    answer = tag(browser_of("sales1"), rows, **headers)
    assert (answer.status_code, answer["HX-Redirect"]) == (204, f"/jobs/{Job.objects.get().pk}/")


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """More than two rows are many, and a step has two."""
    monkeypatch.setattr(bulk, "AT_ONCE", 2)
    monkeypatch.setattr(bulk_jobs, "STEP", 2)


def test_all_rows_of_a_list_are_those_that_were_confirmed(
    browser_of: Any, company: Company, few: None
) -> None:
    rows = leads_of(company, company["sales1"], 5)
    sent = {"all": "1", "query": "scene=mine", "step": "run", "add": ["年度重点"]}
    answer = browser_of("sales1").post("/leads/bulk/tag/", sent)
    later = leads_of(company, company["sales1"], 1)[0]
    job = runner.run_in_process(Job.objects.get())
    assert answer.url == f"/jobs/{job.pk}/"
    assert job.params["back"] == "/leads/?scene=mine"
    assert job.done == 5
    assert set(Lead.objects.filter(tags__name="年度重点")) == set(rows)
    assert not later.tags.exists()


def test_a_row_given_away_meanwhile_is_refused_without_its_name(
    company: Company, few: None
) -> None:
    rows = leads_of(company, company["sales1"], 5)
    job = ordered(company, "sales1", rows)
    assign_lead(rows[3], company["sales2"], actor=company.admin)
    job = runner.run_in_process(job)
    assert (job.state, job.counters) == (State.DONE, {"done": 4, "refused": 1})
    assert reasons(job)[rows[3].pk][0] == "refused"
    assert job.rows.get(object_id=rows[3].pk).data == {}
    assert not rows[3].tags.exists()


def test_a_right_withdrawn_meanwhile_fails_the_job_and_nothing_is_written(
    company: Company, few: None
) -> None:
    rows = leads_of(company, company["sales1"], 3)
    job = ordered(company, "sales1", rows)
    give_role(company["sales1"], {("leads.lead", verbs.VIEW): Scope.OWN})
    job = runner.run_in_process(job)
    assert (job.state, job.done) == (State.FAILED, 0)
    assert not Lead.objects.filter(tags__isnull=False).exists()
    assert not JobFile.objects.exists()


def test_a_colleague_who_left_meanwhile_gets_nothing(company: Company, few: None) -> None:
    rows = leads_of(company, company["sales1"], 3)
    job = ordered(company, "manager", rows, owner=[str(company["sales2"].pk)])
    User.objects.filter(pk=company["sales2"].pk).update(is_active=False)
    job = runner.run_in_process(job)
    assert (job.state, job.done) == (State.FAILED, 0)
    assert Lead.objects.filter(owner=company["sales1"]).count() == 3


def test_a_killed_worker_does_no_row_twice(
    company: Company, few: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = leads_of(company, company["sales1"], 5)
    job = ordered(company, "sales1", rows)
    told: list[int] = []
    first = TagLeads.perform

    def dies(self: TagLeads, obj: Lead, data: dict[str, Any], actor: Any) -> None:
        first(self, obj, data, actor)
        told.append(obj.pk)
        if len(told) == 4:
            raise KeyboardInterrupt  # the process is gone: nothing of this step is stored

    monkeypatch.setattr(TagLeads, "perform", dies)
    with pytest.raises(KeyboardInterrupt):
        runner.run(job.pk)
    assert JobRow.objects.filter(job=job).count() == 2
    monkeypatch.setattr(TagLeads, "perform", first)
    Job.objects.filter(pk=job.pk).update(lease_until=None, lease_owner="")
    job = runner.run_in_process(Job.objects.get(pk=job.pk))
    assert (job.state, job.counters) == (State.DONE, {"done": 5})
    assert [row.object_id for row in job.rows.order_by("row_no")] == [row.pk for row in rows]
    events = Event.objects.filter(code=TAGGED, subject_id__in=[row.pk for row in rows])
    assert events.count() == 5


def test_a_row_that_breaks_stops_no_other(
    company: Company, few: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = leads_of(company, company["sales1"], 5)
    job = ordered(company, "sales1", rows)
    first = TagLeads.perform

    def breaks(self: TagLeads, obj: Lead, data: dict[str, Any], actor: Any) -> None:
        if obj.pk == rows[2].pk:
            raise RuntimeError("nobody foresaw this")
        first(self, obj, data, actor)

    monkeypatch.setattr(TagLeads, "perform", breaks)
    job = runner.run_in_process(job)
    assert (job.state, job.counters) == (State.DONE, {"done": 4, "failed": 1})
    assert reasons(job)[rows[2].pk][0] == "failed"


def test_a_stopped_job_keeps_the_report_of_what_was_done(company: Company, few: None) -> None:
    rows = leads_of(company, company["sales1"], 5)
    job = ordered(company, "sales1", rows)
    lease = leases.claim(job.pk)
    assert lease is not None
    runner._turn(lease)
    states.cancel(job)
    runner._turn(lease)
    job.refresh_from_db()
    assert (job.state, job.done) == (State.CANCELLED, 2)
    assert Lead.objects.filter(tags__name="年度重点").count() == 2
    assert JobFile.objects.get(job=job).code == "report"


def test_without_its_keys_or_its_action_a_job_fails_with_a_reason(
    company: Company, few: None
) -> None:
    rows = leads_of(company, company["sales1"], 3)
    job = ordered(company, "sales1", rows)
    Job.objects.filter(pk=job.pk).update(source_file="")
    assert runner.run_in_process(job).state == State.FAILED
    job.params = {**job.params, "action": "leads.unknown"}
    with pytest.raises(InvalidValue):
        bulk_jobs.action_of(job)


def bulk_views(patterns: Any) -> Iterator[type[BulkView]]:
    """All bulk pages of the product."""
    for entry in patterns:
        if hasattr(entry, "url_patterns"):
            yield from bulk_views(entry.url_patterns)
            continue
        view = getattr(entry.callback, "view_class", None)
        if view is not None and issubclass(view, BulkView):
            yield view


def test_every_bulk_action_can_run_as_a_job() -> None:
    views = list(bulk_views(get_resolver().url_patterns))
    assert len(views) >= 7
    missing = [
        action.key()
        for view in views
        for action in view.actions
        if bulk.ACTIONS.get(action.key()) is not action
    ]
    assert missing == []
