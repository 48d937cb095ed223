"""G09: hostile files at every place that takes files: nothing inline, no path, no open mode.

Places: attachments of customers, tickets and articles, follow-ups, messages of tickets, tickets as
they are taken in, documents, and the picture of a person. Small: every hostile name and content
once, in two of the places by turns. Full: every name with every content in every place.
"""

import io
import itertools
import secrets
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from PIL import Image

from crm.activities.models import Attachment, FollowUp
from crm.visitors import pace
from customers.models import Customer
from tests.conftest import browser
from tests.factories.company import Company
from tests.factories.customers import make_customer
from tests.factories.knowledge import make_article, make_folder
from tests.factories.tickets import make_intake_form, make_ticket
from tests.kit.gates import FULL, announce
from tickets.models import TicketMessage
from tickets.portal.forms import new_proof
from tickets.portal.linking import ensure_link, path_of

pytestmark = [pytest.mark.gate, pytest.mark.xdist_group("gates.uploads")]
SCRIPT = b"<script>document.title='owned'</script>"
LEAST = 60
Values = Callable[[], dict[str, Any]]
#: Characters of a name that still reach the product.
LONGEST = 300
#: Types whose bytes a browser would run or draw if they were ever shown in a page.
ACTIVE = ("html", "xml", "svg", "script", "pdf", "flash")


def png(kind: str = "PNG") -> bytes:
    """A true picture."""
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "teal").save(out, kind)
    return out.getvalue()


NAMES = (
    "../../../etc/cron.d/job.txt", "..\\..\\windows\\win.txt", "/etc/passwd.txt",
    "C:\\boot.txt", "a.txt\x00.exe", "nul\x00l.pdf", "长" * 400 + ".pdf", "长" * 250 + ".pdf",
    "a" * 5000 + ".txt", ".htaccess", "..", ".", "", " ", "CON.txt", "AUX.pdf", "LPT1",
    "a.html", "a.HTML", "a.htm", "a.xhtml", "a.svg", "a.SVGZ", "a.xml", "a.xsl", "a.js",
    "a.mjs", "a.hta", "a.exe", "a.scr", "a.bat", "a.jar", "a.lnk", "a.url", "a.pdf.exe",
    "a.exe.pdf", "\u202egpj.exe", "a\u200b.html", "a.html ", "a.html.", "a.svg\u3000",
    "a\r\nSet-Cookie: x=1.txt", 'a";filename="b.html', "a;b.txt", "a%2f..%2fb.txt",
    "a&#46;txt", "<img src=x onerror=alert(1)>.png", "'\"><script>.pdf", "${7*7}.txt",
    "{{7*7}}.txt", "~root.txt", "-rf.txt", "$(id).txt", "`id`.pdf", "|id.txt", "a.php",
    "a.jsp", "a.asp", "a.cgi", "a.wasm", "a.swf", "emoji😀.pdf", "ａ．ｔｘｔ", "a\uff0etxt",
    "\ufeffa.txt", "a.mht", "a.eml",
)  # fmt: skip
CONTENTS = (
    SCRIPT,
    b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    b"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY y SYSTEM 'file:///etc/passwd'>]><x>&y;</x>",
    b"GIF89a/*" + SCRIPT + b"*/=1;",
    b"\xff\xd8\xff\xe0" + SCRIPT,
    b"\x89PNG\r\n\x1a\n" + SCRIPT,
    png() + SCRIPT,
    png("JPEG") + SCRIPT,
    b"%PDF-1.7\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>",
    b"MZ\x90\x00" + b"\x00" * 64,
    b"PK\x03\x04" + b"\x00" * 26,
    b"#!/bin/sh\nid\n",
    b"",
    b"\x00" * 32,
    b"BM" + b"\xff" * 60,  # a picture that claims to be gigantic
)


def pairs() -> Iterator[tuple[str, bytes]]:
    """Names with contents."""
    if FULL:
        yield from itertools.product(NAMES, CONTENTS)
        return
    yield from zip(NAMES, itertools.cycle(CONTENTS))  # noqa: B905 - the contents repeat
    yield from ((f"a.{ending}", content) for ending in ("png", "xml") for content in CONTENTS)


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    """A file under exactly this name."""
    file = SimpleUploadedFile("x", content, content_type="text/html")
    file._name = name
    return file


@pytest.fixture
def storage(tmp_path: Path, settings: Any) -> Path:
    """A storage of this test's own, with something beside it that must stay as it is."""
    settings.MEDIA_ROOT = tmp_path / "files"
    (tmp_path / "beside.txt").write_text("untouched")
    return tmp_path


def judged(answer: HttpResponse) -> list[str]:
    """What is wrong with a download."""
    wrong = []
    headers = {name: answer.get(name, "") for name in ("Content-Disposition", "Content-Type")}
    if not headers["Content-Disposition"].startswith("attachment"):
        wrong.append(f"inline: {headers}")
    kind = headers["Content-Type"].split(";")[0]
    passive = kind == "application/pdf" or "openxmlformats" in kind
    if not passive and any(word in kind for word in ACTIVE):
        wrong.append(f"active type: {kind}")
    if answer.get("X-Content-Type-Options") != "nosniff":
        wrong.append("the browser may guess")
    if "sandbox" not in answer.get("Content-Security-Policy", ""):
        wrong.append("no sandbox")
    if any("\n" in value or "\r" in value for value in answer.headers.values()):
        wrong.append("a header was split")
    return wrong


def problems_of_storage(root: Path) -> list[str]:
    """Files outside their folder, with names of users, or that others may read."""
    wrong = []
    if sorted(path.name for path in root.iterdir()) != ["beside.txt", "files"]:
        wrong.append("something was written beside the storage")
    for path in (root / "files").rglob("*"):
        mode = stat.S_IMODE(path.lstat().st_mode)
        if path.is_symlink() or mode & 0o007:
            wrong.append(f"{path}: {mode:o}")
        if path.is_file() and path.suffix not in (".bin", ".webp"):
            wrong.append(f"{path}: a name of the user")
    return wrong


def test_hostile_files(
    company: Company,
    storage: Path,
    request: pytest.FixtureRequest,
    db: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pace, "take_turn", lambda *_, **_options: None)  # customers in a hurry
    customer = make_customer(company, company["sales1"])
    client: Client = browser(company, "admin")
    places = upload_points(company, customer)
    turns = itertools.cycle(range(len(places)))
    wrong, sent = [], 0
    for name, content in pairs():
        for url, values in places if FULL else [places[next(turns)], places[next(turns)]]:
            answer = client.post(url, {**values(), "files": upload(name, content)})
            sent += 1
            # the parser itself refuses headers of more than a kilobyte
            if answer.status_code not in ((400,) if len(name) > LONGEST else (200, 302, 422)):
                wrong.append(f"{name[:40]!r} at {url}: {answer.status_code}")
    rows = list(Attachment.objects.all())
    for row in rows:
        answer = client.get(row.get_absolute_url())
        wrong += [f"{row.name!r}: {problem}" for problem in judged(answer)]
        b"".join(answer.streaming_content)
        if row.preview:
            small = client.get(reverse("activities:attachment_preview", args=[row.pk]))
            drawn = b"".join(small.streaming_content)
            if SCRIPT in drawn or small["Content-Type"] != "image/webp":
                wrong.append(f"{row.name!r}: the small picture carries what was sent")
    page = client.get(
        reverse("customers:customer_panel", args=[customer.pk, "files"])
    ).content.decode()
    wrong += ["markup of a name"] if "<script>.pdf" in page or "<img src=x" in page else []
    wrong += problems_of_storage(storage)
    announce(request, "G09", passed=not wrong, sent=sent, kept=len(rows), wrong=len(wrong))
    assert not wrong, "\n".join(wrong[:30])
    assert sent >= LEAST
    kinds = {row.subject_type.model for row in rows}
    assert kinds >= {"customer", "ticket", "article", "document"}
    assert FollowUp.objects.exists()
    assert TicketMessage.objects.filter(kind="public", files__isnull=False).exists()


def upload_points(company: Company, customer: Customer) -> list[tuple[str, Values]]:
    """Every address that takes files, from colleagues and customers, with the rest of its form."""
    owner = company["sales1"]
    ticket = make_ticket(company, owner, customer=customer)
    article = make_article(company, owner)
    said = {"text": "客户要求周五前给出方案"}
    taken_in = {"title": "无法登录", "description": "提示密码错误", "priority": "medium"}

    def attached(label: str, row: Any) -> str:
        return reverse("activities:attachment_add", args=[label, row.pk])

    message = reverse("tickets:ticket_message", args=[ticket.pk])
    colleagues: list[tuple[str, dict[str, Any]]] = [
        (attached("customers.customer", customer), {}),
        (reverse("activities:follow_up_add", args=["customers.customer", customer.pk]),
         {**said, "method": _method()}),
        (attached("tickets.ticket", ticket), {}),
        (message, {**said, "kind": "public", "via": "desk"}),
        (message, {**said, "kind": "internal"}),
        (reverse("tickets:ticket_add"), taken_in),
        (attached("knowledge.article", article), {}),
        (reverse("knowledge:document_upload", args=[make_folder(company).pk]), {}),
    ]  # fmt: skip
    asked = make_ticket(company, owner, customer=customer)
    link, intake = ensure_link(asked, by=company.admin), make_intake_form(company)
    assert link is not None
    # what a customer sends counts once, so that each is a message of its own
    customers: list[tuple[str, Values]] = [
        (path_of(link), lambda: {**said, "nonce": secrets.token_hex(12)}),
        (reverse("tickets:public_intake", args=[intake.token]),
         lambda: {**taken_in, "requester": "王芳", "phone": "13800000000", "shown": "1",
                  "proof": new_proof(intake)}),
    ]  # fmt: skip
    return [
        *customers,
        *((url, lambda values=values: values) for url, values in colleagues),
    ]


def _method() -> int:
    return (
        FollowUp._meta.get_field("method")
        .related_model.objects.get(dictionary__code="follow_up_method", code="phone")
        .pk
    )


@pytest.mark.parametrize("content", CONTENTS)
def test_no_hostile_picture_of_a_person_is_kept_as_it_came(
    content: bytes, company: Company, storage: Path, db: None
) -> None:
    client = browser(company, "sales1")
    client.post(reverse("accounts:avatar_upload"), {"picture": upload("a.png", content)})
    for path in (storage / "files").rglob("*.webp"):
        assert SCRIPT not in path.read_bytes()


def test_the_judge_sees_a_file_that_is_shown() -> None:
    answer = HttpResponse(SCRIPT, content_type="text/html")
    assert len(judged(answer)) == 4
