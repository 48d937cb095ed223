"""Folders as a tree, documents named after their file, refused types, deletion (D13-3, D13-4)."""

from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from crm.activities.models import Attachment
from crm.audit.models import Event
from crm.core.errors import InvalidValue
from knowledge.folder_models import Document, Folder
from knowledge.services.documents import create_folder, update_folder, upload_documents
from tests.conftest import browser
from tests.factories.company import Company
from tests.factories.knowledge import make_document, make_folder
from tests.kit.html import form_values
from tests.kit.queries import count_queries


def test_folders_are_kept_by_managers_and_seen_by_all(company: Company) -> None:
    manager: Any = browser(company, "manager")
    add = reverse("knowledge:folder_add")
    typed = form_values(manager.get(add), "name")
    assert manager.post(add, typed | {"name": "产品资料"}).status_code == 302
    top = Folder.objects.get()
    typed = form_values(manager.get(add, {"parent": top.pk}), "name")
    assert manager.post(add, typed | {"name": "价格表"}).status_code == 302
    below = Folder.objects.get(name="价格表")
    assert below.parent == top
    assert manager.post(add, typed | {"name": "价格表"}).status_code == 422
    page = browser(company, "sales1").get(top.get_absolute_url()).content.decode()
    assert "价格表" in page
    assert browser(company, "sales1").get(add).status_code == 403
    with pytest.raises(InvalidValue):
        update_folder(top, changes={"parent": below}, actor=company.admin)
    manager.post(reverse("knowledge:folder_delete", args=[top.pk]))
    assert Folder.objects.count() == 2
    manager.post(reverse("knowledge:folder_delete", args=[below.pk]))
    assert list(Folder.objects.all()) == [top]


def test_a_file_becomes_a_document_with_its_name(company: Company) -> None:
    folder, client = make_folder(company), browser(company, "sales1")
    url = reverse("knowledge:document_upload", args=[folder.pk])
    sent = [SimpleUploadedFile(name, b"words") for name in ("a.doc", "报价单.txt")]
    assert client.post(url, {"files": sent, "description": "新版"}).status_code == 302
    assert list(Document.objects.values_list("name", flat=True)) == ["a.doc", "报价单.txt"]
    page = browser(company, "agent1").get(folder.get_absolute_url()).content.decode()
    assert "报价单.txt" in page
    file = Attachment.objects.order_by("pk").first()
    answer = browser(company, "agent1").get(reverse("activities:attachment_file", args=[file.pk]))
    assert b"".join(answer.streaming_content) == b"words"
    assert answer["Content-Disposition"].startswith("attachment")


def test_programs_are_refused_with_the_hint_to_compress(company: Company) -> None:
    folder, client = make_folder(company), browser(company, "sales1")
    url = reverse("knowledge:document_upload", args=[folder.pk])
    sent = [SimpleUploadedFile(name, b"words") for name in ("a.doc", "a.exe")]
    page = client.post(url, {"files": sent})
    assert page.status_code == 422
    assert "a.exe" in page.content.decode()
    assert "zip" in page.content.decode()
    assert not Document.objects.exists()
    assert not Attachment.objects.exists()


def test_who_uploaded_it_changes_and_deletes_it(company: Company) -> None:
    document = make_document(company, company["sales1"])
    edit = reverse("knowledge:document_edit", args=[document.pk])
    delete = reverse("knowledge:document_delete", args=[document.pk])
    assert browser(company, "agent1").get(edit).status_code == 403
    assert browser(company, "agent1").post(delete).status_code == 403
    client: Any = browser(company, "sales1")
    values = form_values(client.get(edit), "description") | {"name": "新的名字.txt"}
    assert client.post(edit, values).status_code == 302
    document.refresh_from_db()
    assert (document.name, document.version) == ("新的名字.txt", 2)
    assert client.get(delete).status_code == 200
    assert client.post(delete).status_code == 302
    assert not Document.objects.exists()
    assert not Attachment.objects.exists()
    last = Event.objects.filter(code="knowledge.document.deleted").get()
    assert last.label == "新的名字.txt"


def test_a_folder_costs_the_same_however_much_lies_in_it(company: Company) -> None:
    folder, client = make_folder(company), browser(company, "sales1")

    def ask() -> None:
        assert client.get(folder.get_absolute_url()).status_code == 200

    make_document(company, company["sales1"], folder=folder)
    ask()
    few = count_queries(ask)
    files = [ContentFile(b"x", name=f"{number}.txt") for number in range(5)]
    upload_documents(folder, files, actor=company["sales1"])
    assert count_queries(ask) == few


def test_a_folder_never_lies_in_itself(company: Company) -> None:
    lead = company["service_lead"]
    top = create_folder(Folder(name="合同"), actor=lead)
    below = create_folder(Folder(name="范本", parent=top), actor=lead)
    for parent in (top, below):
        with pytest.raises(InvalidValue):
            update_folder(top, changes={"parent": parent}, actor=lead)
    assert update_folder(below, changes={"parent": None}, actor=lead).parent is None
