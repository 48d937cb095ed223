"""后台任务: own jobs, progress, stop, retry, download by the owner only."""

from datetime import timedelta

import pytest
import time_machine
from django.core.files.base import ContentFile

from crm.accounts import rights
from crm.accounts.models import Grant, Role
from crm.core import clock
from crm.dictionaries import stamps
from crm.jobs import files, leases, runner, services, states
from crm.jobs.models import Job, JobFile, State
from crm.notifications.services import unread_count

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def storage(settings, tmp_path):
    """An own folder for files."""
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def job(boss, client):
    """A job of the reader who is logged in."""
    client.force_login(boss)
    return services.enqueue(
        "tests.tags", actor=boss, params={"rows": 4, "batch": 2}, source_name="客户.xlsx"
    )


@pytest.fixture
def result(job, tmp_path):
    """A result file of the job."""
    source = tmp_path / "made.csv"
    source.write_text("a,b\n")
    return files.attach(job, "errors", label="Errors", name="错误 行.csv", source=source)


@pytest.fixture
def auditor(make_user):
    """Somebody who may see all jobs."""
    role = Role.objects.create(code="seer", name="Seer")
    Grant.objects.create(role=role, model="jobs.job", verb="view", scope="all")
    user = make_user("auditor", is_superuser=False)
    user.roles.add(role)
    stamps.bump(rights.RIGHTS_STAMP)
    stamps.bump(rights.ORGANISATION_STAMP)
    return user


def address(job, tail=""):
    return f"/jobs/{job.pk}/{tail}"


def test_list_shows_own_jobs_only(job, make_user, client):
    other = make_user("other")
    services.enqueue("tests.tags", actor=other, params={"rows": 1}, source_name="canary.xlsx")
    page = client.get("/jobs/").content.decode()
    assert "客户.xlsx" in page
    assert "canary" not in page
    assert 'data-total="1"' in page
    assert 'data-total="0"' in client.get("/jobs/?show=finished").content.decode()


def test_page_shows_the_progress_and_polls(job, client):
    lease = leases.claim(job.pk)
    assert lease is not None
    Job.objects.filter(pk=job.pk).update(
        total=200, done=50, started_at=clock.now() - timedelta(seconds=10)
    )
    page = client.get(address(job)).content.decode()
    assert "25%" in page
    assert f'hx-get="{address(job, "progress/")}"' in page
    assert address(job, "cancel/") in page


def test_progress_part_stops_polling_at_the_end(job, client):
    runner.run(job.pk)
    part = client.get(
        address(job, "progress/"), headers={"HX-Request": "true", "HX-Target": "job-progress"}
    ).content.decode()
    assert "<html" not in part
    assert "hx-get" not in part
    assert f'hx-post="{address(job, "seen/")}"' in part


def test_seeing_the_end_silences_the_bell(job, boss, client):
    runner.run(job.pk)
    assert unread_count(boss) == 1
    client.get(address(job))
    assert unread_count(boss) == 1, "a GET writes nothing"
    assert client.post(address(job, "seen/")).status_code == 204
    assert unread_count(boss) == 0
    assert "seen/" not in client.get(address(job)).content.decode()


def test_cancel_and_retry(job, client):
    assert client.post(address(job, "cancel/")).status_code == 302
    job.refresh_from_db()
    assert job.state == State.CANCELLED
    assert client.post(address(job, "retry/")).status_code == 409
    Job.objects.filter(pk=job.pk).update(state=State.FAILED, started_at=clock.now())
    assert client.post(address(job, "retry/")).status_code == 302
    job.refresh_from_db()
    assert job.state == State.QUEUED
    assert client.get(address(job, "cancel/")).status_code == 405


def test_jobs_of_others_do_not_exist(job, make_user, client):
    client.force_login(make_user("stranger", is_superuser=False))
    assert client.get(address(job)).status_code == 404
    for tail in ("cancel/", "retry/", "seen/"):
        assert client.post(address(job, tail)).status_code == 404
    job.refresh_from_db()
    assert job.state == State.QUEUED


def test_owner_downloads_with_the_chinese_name(job, result, client):
    answer = client.get(address(job, f"files/{result.pk}/"))
    assert b"".join(answer.streaming_content) == b"a,b\n"
    assert answer["Content-Disposition"] == (
        "attachment; filename*=utf-8''%E9%94%99%E8%AF%AF%20%E8%A1%8C.csv"
    )
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox"


def test_auditor_sees_the_job_but_not_the_file(job, result, auditor, client):
    client.force_login(auditor)
    page = client.get(address(job))
    assert page.status_code == 200
    assert "files/" not in page.content.decode()
    assert client.get(address(job, f"files/{result.pk}/")).status_code == 404
    assert client.post(address(job, "cancel/")).status_code == 404


def test_expired_files_are_gone(job, result, client):
    JobFile.objects.update(expires_at=clock.now() - timedelta(seconds=1))
    assert client.get(address(job, f"files/{result.pk}/")).status_code == 404
    assert files.expire() == 1
    assert JobFile.objects.count() == 0
    assert list(files._stored()) == []


def test_a_repeated_result_replaces_the_first(
    job, result, tmp_path, django_capture_on_commit_callbacks
):
    source = tmp_path / "second.csv"
    source.write_text("again\n")
    with django_capture_on_commit_callbacks(execute=True):
        files.attach(job, "errors", label="Errors", name="b.csv", source=source)
    assert [file.name for file in JobFile.objects.all()] == ["b.csv"]
    assert len(list(files._stored())) == 1


def test_left_over_files_go_after_a_day(job, result, settings):
    folder = settings.MEDIA_ROOT / "jobs" / "202601"
    folder.mkdir(parents=True)
    (folder / "orphan.bin").write_text("x")
    assert files.expire() == 0
    with time_machine.travel(clock.now() + timedelta(hours=25)):
        assert files.expire() == 1
    assert result.path in list(files._stored())


def test_uploads_of_old_drafts_go(boss, job):
    path = files.store_upload(ContentFile(b"x", name="../../客户.xlsx"))
    assert path.startswith("jobs/")
    assert path.endswith(".xlsx")
    draft = services.prepare("tests.tags", actor=boss, params={"rows": 1}, source=path)
    Job.objects.filter(pk=draft.pk).update(created_at=clock.now() - timedelta(days=8))
    assert files.expire() == 1
    draft.refresh_from_db()
    assert draft.source_file == ""


def test_kind_with_a_page_of_its_own(job, client, monkeypatch):
    monkeypatch.setattr("tests.jobs.kinds.TagsKind.page", lambda self, job: "/elsewhere/")
    assert client.get(address(job))["Location"] == "/elsewhere/"
    runner.run(job.pk)
    answer = client.get(
        address(job, "progress/"), headers={"HX-Request": "true", "HX-Target": "job-progress"}
    )
    assert answer["HX-Redirect"] == "/elsewhere/"


def test_stopping_is_shown_while_the_step_runs(job, client):
    leases.claim(job.pk)
    states.cancel(job)
    page = client.get(address(job)).content.decode()
    assert address(job, "cancel/") not in page
