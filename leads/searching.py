"""What the search index knows of a lead: its names, pinyin, number, phones and e-mail."""

from collections import namedtuple
from collections.abc import Iterable, Iterator, Sequence
from itertools import starmap
from typing import Any

from crm.core import pinyin, text
from crm.core.phones import phone_digits
from crm.search.documents import Document
from crm.search.registry import SearchEntity, register
from leads.models import Lead

LABEL = "leads.Lead"
_LEAD = namedtuple("_LEAD", "pk number name contact_name owner_id mobile phone email")


def document_of(lead: Any) -> Document:
    """The document of one lead: the model, or a row with the same names."""
    company = pinyin.company(text.without_legal_form(lead.name))
    spelled = [(company.full, company.initials)]
    if lead.contact_name:
        person = pinyin.person(lead.contact_name)
        spelled += [(person.full, person.initials), *person.alternates]
    return Document(
        object_id=lead.pk,
        owner_id=lead.owner_id,
        words=[word for word in (lead.name, lead.contact_name) if word],
        pinyin=spelled,
        numbers=[lead.number],
        phones=[phone_digits(number) for number in (lead.mobile, lead.phone) if number],
        emails=[lead.email] if lead.email else [],
    )


def build(ids: Sequence[int]) -> Iterator[Document]:
    """Documents of those of these leads that can be opened."""
    rows = Lead.objects.usable().filter(pk__in=ids)
    for lead in starmap(_LEAD, rows.values_list(*_LEAD._fields).iterator()):
        yield document_of(lead)


def all_ids() -> Iterable[int]:
    """Keys of all leads that can be found."""
    return Lead.objects.usable().order_by("pk").values_list("pk", flat=True).iterator()


LEADS = register(SearchEntity(LABEL, build, all_ids))
