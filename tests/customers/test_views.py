"""Standard tests of the pages of customers and contacts, and the few that are theirs alone."""

import pytest

from crm.dictionaries import lookups
from customers.choices import ENTERPRISE, NATURE
from customers.models import Contact, Customer
from tests.factories.company import Company
from tests.factories.customers import make_contact, make_customer, spelled
from tests.kit.views import StandardViewTests

pytestmark = pytest.mark.xdist_group("customers.views")
_numbers = iter(range(1, 10_000))


class TestCustomerPages(StandardViewTests):
    """Customers."""

    model = Customer
    prefix = "customers:customer"
    event = "customers.customer"
    bulk = ("life-cycle", {"life_cycle": "interested"}, "customers.customer.life_cycle_changed")
    panels = ("contacts", "team")

    def make(self, company: Company, owner):
        return make_customer(company, owner)

    def new_values(self, company: Company):
        return {
            "nature": lookups.by_code(NATURE, ENTERPRISE).pk,
            "name": f"宁波{spelled(next(_numbers))}号贸易有限公司",
            "contact_name": "李静",
            "contact_mobile": "13912345678",
        }

    def changed_values(self):
        return {"address": "滨江路 8 号", "remarks": "年底续签"}


class TestContactPages(StandardViewTests):
    """Contacts; a customer of the owner stands behind each."""

    model = Contact
    prefix = "customers:contact"
    event = "customers.contact"
    bulk = ("delete", {}, "customers.contact.deleted")
    panels = ("customer",)

    def make(self, company: Company, owner):
        customer = make_customer(company, owner, contacts=[])
        return make_contact(company, customer)

    def new_values(self, company: Company):
        customer = make_customer(company, company["sales1"], contacts=[])
        return {"customer": customer.pk, "name": "李静", "mobile": "13912345678"}

    def changed_values(self):
        return {"position": "采购总监", "remarks": "喜欢早上接电话"}
