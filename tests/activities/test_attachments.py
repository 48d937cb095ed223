"""Files on records: what is taken, who reads and deletes, what is left in the storage."""

import io
import json
import os
import stat
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from PIL import Image

from crm.activities import files
from crm.activities.attachments import attach_files, delete_attachment
from crm.activities.models import Attachment, FollowUp
from crm.activities.services import Said, create_follow_up, delete_follow_up
from crm.audit.models import Event
from crm.core import clock, context
from crm.core.errors import InvalidValue, NotAllowed
from crm.dictionaries.models import Item, Setting
from crm.dictionaries.stamps import bump
from crm.web.views.detail import panels
from customers.models import Contact, Customer
from customers.services.removing import delete_customer, purge_customer
from tests.kit import people

TEXT = "预算 50 万以内，一周内要方案"


@pytest.fixture(autouse=True)
def storage(tmp_path: Path, settings: Any) -> Path:
    """A storage of this test's own."""
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def upload(name: str = "合同.pdf", content: bytes = b"%PDF-1.7 content") -> SimpleUploadedFile:
    """A file as a browser sends it; the name may be worse than Django lets it be."""
    file = SimpleUploadedFile("x", content)
    file._name = name
    return file


def picture(kind: str = "JPEG") -> bytes:
    """A photograph of 900 × 600 pixels."""
    out = io.BytesIO()
    Image.new("RGB", (900, 600), "teal").save(out, kind)
    return out.getvalue()


def stored(root: Path) -> list[Path]:
    """All files below the storage."""
    return [path for path in root.rglob("*") if path.is_file()]


def test_a_file_is_kept_under_another_name(customer: Customer, sales: Any, storage: Path) -> None:
    (row,) = attach_files(customer, [upload()], actor=sales)
    assert (row.name, row.ending, row.size) == ("合同.pdf", "pdf", 16)
    (path,) = stored(storage)
    assert path.read_bytes() == b"%PDF-1.7 content"
    assert path.suffix == ".bin"
    assert "合同" not in str(path)
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o640
    event = Event.objects.get(code="activities.attachment.added")
    assert (event.label, event.actor, event.subject_id) == ("合同.pdf", sales, row.pk)
    assert event.links.get().about_id == customer.pk


def test_a_file_on_a_contact_is_one_of_its_customer(
    contact: Contact, customer: Customer, sales: Any
) -> None:
    (row,) = attach_files(contact, [upload()], actor=sales)
    assert list(Attachment.objects.under(customer)) == [row]
    assert Attachment.objects.on(contact).exists()
    assert not Attachment.objects.on(customer).exists()


def test_of_a_picture_a_small_one_is_drawn(customer: Customer, sales: Any) -> None:
    (row,) = attach_files(customer, [upload("现场.JPG", picture())], actor=sales)
    with default_storage.open(row.preview) as small:
        image = Image.open(small)
        assert (image.format, image.size) == ("WEBP", (480, 320))


@pytest.mark.parametrize("content", [b"<svg onload=alert(1)>", b"GIF89a\x01\x00", b"\x89PNG\r\n"])
def test_what_only_calls_itself_a_picture_has_none(
    content: bytes, customer: Customer, sales: Any
) -> None:
    (row,) = attach_files(customer, [upload("a.png", content)], actor=sales)
    assert row.preview == ""


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\用户\\桌面\\报价.xlsx", "报价.xlsx"),
        ("a\x00b\u202etxt.exe\u200b.pdf", "abtxt.exe.pdf"),
        ("  报价\r\n单 .pdf", "报价单.pdf"),
        ("长" * 400 + ".docx", "长" * 195 + ".docx"),
    ],
)
def test_names_are_cleaned(name: str, shown: str, customer: Customer, sales: Any) -> None:
    (row,) = attach_files(customer, [upload(name)], actor=sales)
    assert row.name == shown


@pytest.mark.parametrize(
    "name", ["a.exe", "a.html", "A.SVG", "a.pdf.js", "noending", ".pdf", "a.", "a.xhtml", "..", ""]
)
def test_refused_types(name: str, customer: Customer, sales: Any, storage: Path) -> None:
    with pytest.raises(InvalidValue) as caught:
        attach_files(customer, [upload(), upload(name)], actor=sales)
    assert caught.value.field == "files"
    assert stored(storage) == []
    assert not Attachment.objects.exists()


def test_limits_are_parameters(customer: Customer, sales: Any) -> None:
    with pytest.raises(InvalidValue, match="合同"):
        attach_files(customer, [upload(content=b"")], actor=sales)
    with pytest.raises(InvalidValue, match="10"):
        attach_files(customer, [upload() for _n in range(11)], actor=sales)
    Setting.objects.create(key="attachment_endings", value=".ofd，exe svg")
    Setting.objects.create(key="attachment_mb", value=1)
    bump("settings")
    assert files.allowed_endings() == ["ofd"]
    assert attach_files(customer, [upload("发票.OFD")], actor=sales)
    with pytest.raises(InvalidValue, match="1 MB"):
        attach_files(customer, [upload("a.ofd", b"x" * (files.MEGABYTE + 1))], actor=sales)


def test_an_error_behind_leaves_no_bytes(
    customer: Customer, sales: Any, storage: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crm.activities.attachments.record_many", lambda *a, **k: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        attach_files(customer, [upload(), upload("b.png", picture("PNG"))], actor=sales)
    assert stored(storage) == []


def test_only_on_records_one_sees(customer: Customer, sales: Any, other: Any) -> None:
    for user in (other, people.make_user("f1", "finance")):
        with pytest.raises(NotAllowed):
            attach_files(customer, [upload()], actor=user)
    delete_customer(customer, actor=sales)
    with pytest.raises(NotAllowed):
        attach_files(customer, [upload()], actor=sales)


def test_files_of_a_follow_up_go_with_it(
    customer: Customer, sales: Any, phone: Item, storage: Path
) -> None:
    said = Said(TEXT, phone, files=[upload(), upload("现场.jpg", picture())])
    follow_up = create_follow_up(customer, said, actor=sales, token="a" * 32)
    assert follow_up.file_count == follow_up.attachments.count() == 2
    before = len(stored(storage))
    again = Said(TEXT, phone, files=[upload()])
    assert create_follow_up(customer, again, actor=sales, token="a" * 32).pk == follow_up.pk
    assert len(stored(storage)) == before == 3
    delete_follow_up(follow_up, actor=sales)
    assert not Attachment.objects.kept().exists()


def test_who_deletes(
    customer: Customer, sales: Any, manager: Any, storage: Path,
    django_capture_on_commit_callbacks: Any,
) -> None:  # fmt: skip
    first, second = attach_files(customer, [upload(), upload("b.pdf")], actor=sales)
    with pytest.raises(NotAllowed):
        delete_attachment(first, actor=people.make_user("a1", "service"))
    with django_capture_on_commit_callbacks(execute=True):
        delete_attachment(first, actor=sales)
        delete_attachment(second, actor=manager)
    assert stored(storage) == []
    event = Event.objects.filter(code="activities.attachment.deleted").first()
    assert event.note.startswith("sha256 ")


def test_files_go_with_their_customer_for_good(
    customer: Customer, contact: Contact, sales: Any, phone: Item, storage: Path,
    django_capture_on_commit_callbacks: Any,
) -> None:  # fmt: skip
    create_follow_up(customer, Said(TEXT, phone, files=[upload()]), actor=sales)
    attach_files(contact, [upload("现场.jpg", picture())], actor=sales)
    customer.refresh_from_db()
    delete_customer(customer, actor=sales)
    assert len(stored(storage)) == 3  # in the bin everything stays
    with django_capture_on_commit_callbacks(execute=True):
        purge_customer(customer, actor=None)
    assert stored(storage) == []
    assert not Attachment.objects.exists()


def test_left_overs_of_a_crash_are_removed(customer: Customer, sales: Any) -> None:
    (row,) = attach_files(customer, [upload("现场.jpg", picture())], actor=sales)
    folder = row.path.rpartition("/")[0]
    lost = default_storage.save(f"{folder}/lost.bin", ContentFile(b"half"))
    written = clock.now().timestamp()  # the file system may go by another clock than the test
    os.utime(default_storage.path(lost), (written, written))
    assert files.remove_leftovers() == 0
    with time_machine.travel(clock.now() + timedelta(hours=25), tick=False):
        assert files.remove_leftovers() == 1
    assert not default_storage.exists(lost)
    assert default_storage.exists(row.path)
    assert default_storage.exists(row.preview)


@pytest.mark.parametrize("day", ["2027-03-01", "2027-03-03", "2027-12-31", "2028-01-01"])
def test_left_overs_of_the_last_month_are_found_on_every_day(
    db: None, storage: Path, day: str
) -> None:
    noon = datetime.fromisoformat(f"{day}T12:00Z")
    before = noon.replace(day=1) - timedelta(days=1)
    folder = f"{files.FOLDER}/{before:%Y%m}"
    lost = default_storage.save(f"{folder}/lost.bin", ContentFile(b"half"))
    with time_machine.travel(noon, tick=False):
        assert files.remove_leftovers() == 1
    assert not default_storage.exists(lost)


def test_rows_follow_the_record(customer: Customer, sales: Any, manager: Any, other: Any) -> None:
    attach_files(customer, [upload()], actor=sales)
    auditor = people.make_user("au", "auditor")
    seen = {
        user.username: Attachment.objects.visible_to(user).count()
        for user in (sales, manager, other, auditor)
    }
    assert seen == {"s1": 1, "m1": 1, "s2": 0, "au": 1}


@pytest.mark.parametrize("wrong", [{"name": ""}, {"ending": ""}, {"path": ""}, {"size": 0}])
def test_the_database_refuses_what_no_service_writes(
    wrong: dict[str, Any], customer: Customer, sales: Any
) -> None:
    attach_files(customer, [upload()], actor=sales)
    with pytest.raises(IntegrityError), transaction.atomic():
        Attachment.objects.update(**wrong)


# --- pages --------------------------------------------------------------------------------------
def add_url(obj: Any) -> str:
    """Where a file is attached to a record."""
    return reverse("activities:attachment_add", args=[obj._meta.label_lower, obj.pk])


def page_of(row: Attachment, name: str = "file") -> str:
    """An address of a file."""
    return reverse(f"activities:attachment_{name}", args=[row.pk])


def test_upload_in_the_dialog_and_on_the_page(
    client: Client, customer: Customer, sales: Any
) -> None:
    client.force_login(sales)
    assert 'type="file"' in client.get(add_url(customer)).content.decode()
    answer = client.post(add_url(customer), {"files": [upload(), upload("b.txt")]})
    assert answer["Location"] == customer.get_absolute_url()
    headers = {"HX-Request": "true", "HX-Target": "dialog-body"}
    answer = client.post(add_url(customer), {"files": [upload("c.ofd")]}, headers=headers)
    assert answer.status_code == 204
    assert "panel-files" in json.loads(answer["HX-Trigger"])["refresh"]
    assert Attachment.objects.count() == 3
    for wrong in ({}, {"files": [upload("a.exe")]}):
        answer = client.post(add_url(customer), wrong, headers=headers)
        assert answer.status_code == 422
        assert "field__error" in answer.content.decode()


def test_download_is_never_shown(client: Client, customer: Customer, sales: Any) -> None:
    (row,) = attach_files(customer, [upload("报价 单;\"'.xml", b"<html><script>1</script>")],
                          actor=sales)  # fmt: skip
    client.force_login(sales)
    answer = client.get(page_of(row))
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''%E6%8A%A5")
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert b"".join(answer.streaming_content) == b"<html><script>1</script>"
    assert client.get(page_of(row, "preview")).status_code == 404


def test_a_lost_file_is_a_404(client: Client, customer: Customer, sales: Any) -> None:
    (row,) = attach_files(customer, [upload("现场.jpg", picture())], actor=sales)
    client.force_login(sales)
    shown = client.get(page_of(row, "preview"))
    assert shown["Content-Type"] == "image/webp"
    assert b"".join(shown.streaming_content).startswith(b"RIFF")
    default_storage.delete(row.path)
    assert client.get(page_of(row)).status_code == 404


def test_foreign_files_are_not_there(
    client: Client, customer: Customer, sales: Any, other: Any
) -> None:
    (row,) = attach_files(customer, [upload("现场.jpg", picture())], actor=sales)
    client.force_login(other)
    for name in ("file", "preview", "delete"):
        assert client.get(page_of(row, name)).status_code == 404, name
    assert client.post(add_url(customer), {"files": [upload()]}).status_code == 404
    assert client.post(page_of(row, "delete")).status_code == 404
    assert Attachment.objects.count() == 1


def test_deleting_on_its_page(client: Client, customer: Customer, sales: Any) -> None:
    (row,) = attach_files(customer, [upload()], actor=sales)
    client.force_login(people.make_user("a1", "service"))
    assert client.post(page_of(row, "delete")).status_code == 403
    client.force_login(sales)
    assert "合同.pdf" in client.get(page_of(row, "delete")).content.decode()
    assert client.post(page_of(row, "delete"))["Location"] == customer.get_absolute_url()
    assert not Attachment.objects.exists()


def test_the_panel(
    client: Client, customer: Customer, contact: Contact, sales: Any, phone: Item,
    django_assert_max_num_queries: Any,
) -> None:  # fmt: skip
    attach_files(contact, [upload("现场.jpg", picture())], actor=sales)
    create_follow_up(customer, Said(TEXT, phone, files=[upload()]), actor=sales)
    panel = next(item for item in panels.panels_of(Customer) if item.name == "files")
    panel.context(customer, sales)
    # stamps, shares of each kind of record, files
    with context.working_as("web"), django_assert_max_num_queries(5):
        rows = panel.context(customer, sales)["rows"]
    assert [(row["name"], bool(row["preview"])) for row in rows] == [
        ("合同.pdf", False), ("现场.jpg", True),
    ]  # fmt: skip
    client.force_login(sales)
    page = client.get(reverse("customers:contact_panel", args=[contact.pk, "files"]))
    text = page.content.decode()
    assert "现场.jpg" in text
    assert "合同.pdf" not in text
    agent = people.make_user("a1", "service")
    assert not any(row["delete_url"] for row in panel.context(customer, agent)["rows"])
    assert FollowUp.objects.get().file_count == 1
