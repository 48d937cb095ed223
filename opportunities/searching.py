"""What the search index knows of an opportunity: its name, its customer's name, its number."""

from collections.abc import Iterable, Iterator, Sequence

from crm.core import pinyin, text
from crm.search.documents import Document
from crm.search.registry import SearchEntity, register
from opportunities.models import Opportunity

LABEL = "opportunities.Opportunity"


def document_of(opportunity: Opportunity, customer_name: str) -> Document:
    """The document of one opportunity."""
    own = pinyin.company(opportunity.name)
    company = pinyin.company(text.without_legal_form(customer_name))
    return Document(
        object_id=opportunity.pk,
        owner_id=opportunity.owner_id,
        words=[opportunity.name, customer_name],
        pinyin=[(own.full, own.initials), (company.full, company.initials)],
        numbers=[opportunity.number],
    )


def build(ids: Sequence[int]) -> Iterator[Document]:
    """Documents of those of these opportunities that are not in the bin; one query."""
    rows = Opportunity.objects.kept().filter(pk__in=ids).select_related("customer")
    for opportunity in rows.only("name", "number", "owner_id", "customer__name"):
        yield document_of(opportunity, opportunity.customer.name)


def all_ids() -> Iterable[int]:
    """Keys of all opportunities that can be found."""
    return Opportunity.objects.kept().order_by("pk").values_list("pk", flat=True).iterator()


OPPORTUNITIES = register(SearchEntity(LABEL, build, all_ids))
