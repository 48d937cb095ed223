"""Canaries: values that stand nowhere else, in every field of records somebody must not see.

Here: making records full of them, and finding them in whatever comes back. Not here: asking for
pages (`tests/kit/crawl`).
"""

import io
import re
import zipfile
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse

from crm.accounts.models import User
from crm.activities.services import Said, create_follow_up
from customers.models import Contact, Customer
from customers.services.changing import update_customer
from leads.models import Lead
from tests.factories.company import Company
from tests.factories.customers import make_contact, make_customer, make_follow_up, phone_call
from tests.factories.leads import make_lead

#: Words, mobiles, landlines and amounts; nothing else in the tests looks like these.
PATTERN = re.compile(r"KQZ\d{5}|1997\d{7}|0571-?76\d{6}|777\d{4}\.01", re.IGNORECASE)
_XML = ("xl/sharedStrings.xml", "xl/worksheets/")


@dataclass
class Canaries:
    """Values given out, and what they stand for: `{value: "customer 3 remarks"}`.

    Two sets of one test start at different numbers.
    """

    start: int = 0
    places: dict[str, str] = field(default_factory=dict)
    where: str = ""

    def _give(self, pattern: str, place: str) -> str:
        value = pattern.format(self.start + len(self.places))
        self.places[canonical(value)] = f"{self.where} {place}"
        return value

    def word(self, place: str) -> str:
        """A word for a text field."""
        return self._give("KQZ{:05d}", place)

    def email(self, place: str) -> str:
        """An address."""
        return self._give("kqz{:05d}", place) + "@example.com"

    def mobile(self, place: str) -> str:
        """A mobile number."""
        return self._give("1997{:07d}", place)

    def landline(self, place: str) -> str:
        """A landline number."""
        return self._give("0571-76{:06d}", place)

    def amount(self, place: str) -> Decimal:
        """An amount of money; at most 9,999 in a set."""
        return Decimal(self._give("777{:04d}.01", place))

    def seen_in(self, text: str) -> dict[str, str]:
        """The canaries of this set that a text holds: value -> what it stands for."""
        hits = {canonical(hit) for hit in PATTERN.findall(text.replace(",", ""))}
        return {hit: self.places[hit] for hit in hits if hit in self.places}


def canonical(value: str) -> str:
    """One spelling for comparison."""
    return value.upper().replace("-", "")


@dataclass
class Planted:
    """A customer and a lead whose texts are all canaries."""

    customer: Customer
    contact: Contact
    follow_up: Any
    attachment: Any
    lead: Lead


def plant(company: Company, owner: User, hidden: Canaries, masked: Canaries) -> Planted:
    """Fill every field: contact data from `masked`, all other texts from `hidden`."""
    serial = Customer.objects.count()
    hidden.where = masked.where = f"customer {serial}"
    customer = make_customer(
        company, owner, contacts=[],
        name=f"密客{hidden.word('name')}有限公司", address=f"暗路{hidden.word('address')}号",
        need=f"需要{hidden.word('need')}", remarks=f"备注{hidden.word('remarks')}",
        product_preference=f"偏好{hidden.word('preference')}",
        website=f"https://{hidden.word('website').lower()}.example.com",
        credit_code=f"91{hidden.word('credit code')}", annual_spending=hidden.amount("spending"),
        phone=masked.landline("phone"), email=masked.email("email"),
    )  # fmt: skip
    contact = make_contact(
        company, customer, name=f"密{hidden.word('contact')}",
        position=f"岗{hidden.word('position')}", department=f"部{hidden.word('department')}",
        salutation=hidden.word("salutation"), remarks=f"备{hidden.word('contact remarks')}",
        mobile=masked.mobile("mobile"), phone=masked.landline("contact phone"),
        other_phones=masked.mobile("further phone"), email=masked.email("contact email"),
        wechat=masked.word("wechat"), qq=masked.mobile("qq"),
    )  # fmt: skip
    said = Said(
        f"谈到{hidden.word('follow-up')}", phone_call(), topic=hidden.word("mail subject"),
        address=masked.mobile("dialled"), related=[contact],
        files=[SimpleUploadedFile(f"密{hidden.word('file')}.txt", b"content")],
    )  # fmt: skip
    follow_up = create_follow_up(customer, said, actor=owner)
    customer.refresh_from_db()
    changes = {"phone": masked.landline("new phone"), "email": masked.email("new e-mail")}
    update_customer(customer, changes=changes, actor=company.admin)
    lead = plant_lead(company, owner, hidden, masked)
    return Planted(customer, contact, follow_up, follow_up.attachments.get(), lead)


def plant_lead(company: Company, owner: User | None, hidden: Canaries, masked: Canaries) -> Lead:
    """A lead whose texts are all canaries; `owner` None puts it into the pool."""
    hidden.where = masked.where = f"lead {Lead.objects.count()}"
    lead = make_lead(
        company, owner, name=f"密客{hidden.word('name')}公司", contact_name=hidden.word("contact"),
        position=hidden.word("position"), address=hidden.word("address"), need=hidden.word("need"),
        pain_points=hidden.word("pain"), remarks=hidden.word("remarks"),
        source_page=hidden.word("page"), mobile=masked.mobile("mobile"),
        phone=masked.landline("phone"), email=masked.email("email"),
        wechat=masked.word("wechat"),
    )  # fmt: skip
    if owner is not None:
        make_follow_up(lead, owner, hidden.word("follow-up"))
    return lead


def text_of(response: HttpResponse) -> str:
    """Everything an answer carries: headers, body, and the cells of a workbook."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    headers = "\n".join(f"{name}: {value}" for name, value in response.items())
    cookies = response.cookies.output()
    if body.startswith(b"PK"):
        return "\n".join([headers, cookies, _workbook(body)])
    return "\n".join([headers, cookies, body.decode("utf-8", "replace")])


def _workbook(body: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(body)) as book:
        parts = [name for name in book.namelist() if name.startswith(_XML)]
        return "\n".join(book.read(name).decode() for name in parts)
