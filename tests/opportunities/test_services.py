"""Numbers, sums, rivals, team and grade of opportunities."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse

from crm.activities.services import Said, create_follow_up
from crm.audit.models import Event
from crm.core import clock
from crm.core.errors import InvalidValue, NotAllowed
from crm.dictionaries.models import Item
from crm.reminders.models import Reminder
from crm.search import plan
from customers.models import Customer
from customers.services.changing import update_customer
from customers.services.contacts import delete_contact
from customers.services.removing import delete_customer, purge_customer, restore_customer
from customers.services.transferring import transfer_customer
from opportunities import checklist, pooling, searching
from opportunities.choices import Grade
from opportunities.drafts import LineDraft, RivalDraft
from opportunities.models import Competitor, Opportunity, OpportunityShare, Product
from opportunities.services.changing import assign_opportunity, update_opportunity
from opportunities.services.competitors import delete_competitor, ensure_competitors
from opportunities.services.lines import replace_lines, subtotal
from opportunities.services.removing import delete_opportunity
from opportunities.services.rivals import replace_rivals
from opportunities.services.stages import lose
from tests.conftest import browser
from tests.factories.company import Company
from tests.factories.customers import make_contact, make_customer
from tests.factories.opportunities import make_opportunity, reason


def test_numbers_follow_the_customer(company: Company) -> None:
    owner = company["sales1"]
    customer, other = make_customer(company, owner), make_customer(company, owner)
    rows = [make_opportunity(company, owner, customer=customer) for _place in range(3)]
    assert [row.number for row in rows] == [f"{customer.number}OP0{n}" for n in (1, 2, 3)]
    assert make_opportunity(company, owner, customer=other).number == f"{other.number}OP01"


def test_a_number_is_not_given_out_again(company: Company) -> None:
    owner = company["sales1"]
    customer = make_customer(company, owner)
    first = make_opportunity(company, owner, customer=customer)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        make_opportunity(company, owner, customer=customer)
        raise ZeroDivisionError
    assert make_opportunity(company, owner, customer=customer).number != first.number


@pytest.mark.parametrize(
    ("price", "quantity", "discount", "wanted"),
    [
        ("100", "3", "0", "300.00"),
        ("99.99", "3", "10", "269.97"),
        ("0.05", "1", "50", "0.03"),
        ("33.33", "0.33", "33.33", "7.33"),
    ],
)
def test_subtotals_are_exact(price: str, quantity: str, discount: str, wanted: str) -> None:
    found = subtotal(Decimal(price), Decimal(quantity), Decimal(discount))
    assert found == Decimal(wanted)


def test_lines_keep_the_price_they_were_added_with(company: Company) -> None:
    owner = company["sales1"]
    row = make_opportunity(company, owner)
    product = Product.objects.create(code="P1", name="客户管理软件", list_price=Decimal(9800))
    replace_lines(row, [LineDraft(product, Decimal(2))], actor=owner)
    Product.objects.filter(pk=product.pk).update(list_price=12000, name="新名", is_on_sale=False)
    product.refresh_from_db()
    replace_lines(row, [LineDraft(product, Decimal(3), Decimal(9000))], actor=owner)
    line = row.lines.get()
    assert (line.name, line.list_price, line.subtotal) == ("客户管理软件", 9800, Decimal(27000))
    fresh = Product.objects.create(code="P2", name="停售", is_on_sale=False)
    with pytest.raises(InvalidValue):
        replace_lines(row, [LineDraft(fresh)], actor=owner)
    with pytest.raises(ValidationError):
        replace_lines(row, [LineDraft(product, Decimal(0))], actor=owner)


def test_rivals_are_named_once_and_kept(company: Company) -> None:
    owner = company["sales1"]
    row = make_opportunity(company, owner)
    first, second = ensure_competitors(["用友", "金蝶", "用友"], actor=owner)
    replace_rivals(row, [RivalDraft(first.pk, "品牌", "价格高")], actor=owner)
    replace_rivals(row, [RivalDraft(first.pk), RivalDraft(second.pk)], actor=owner)
    assert row.rivals.count() == 2
    with pytest.raises(NotAllowed):
        delete_competitor(first, actor=owner)
    with pytest.raises(InvalidValue):
        delete_competitor(first, actor=company.admin)
    assert Competitor.objects.count() == 2


def test_the_owner_of_the_customer_sees_it(company: Company) -> None:
    owner, other = company["sales1"], company["sales2"]
    customer = make_customer(company, other)
    row = make_opportunity(company, owner, customer=customer)
    assert row in Opportunity.objects.visible_to(other)
    assign_opportunity(row, other, actor=company.admin)
    assert not OpportunityShare.objects.filter(content_object=row, user=other).exists()


def test_a_contact_belongs_to_the_customer(company: Company) -> None:
    owner = company["sales1"]
    row = make_opportunity(company, owner)
    stranger = make_contact(company, make_customer(company, owner))
    with pytest.raises(ValidationError):
        update_opportunity(row, changes={"contact": stranger}, actor=owner)


def test_the_grade_follows_the_values(company: Company) -> None:
    owner = company["sales1"]
    row = make_opportunity(company, owner, amount=Decimal(1000))
    assert row.grade == Grade.C
    update_opportunity(row, changes={"amount": Decimal(1_900_000), "probability": 70}, actor=owner)
    assert Opportunity.objects.get(pk=row.pk).grade == Grade.A


def test_it_follows_its_customer(company: Company) -> None:
    owner = company["sales1"]
    row = make_opportunity(company, owner)
    customer = Customer.objects.get(pk=row.customer_id)
    update_customer(customer, changes={"name": "青岛海蓝仪表有限公司"}, actor=owner)
    found = plan.search(searching.LABEL, "海蓝", owner_ids=None, shared_ids=())
    assert list(found.apply(Opportunity.objects.all())) == [row]
    moved = Reminder.objects.filter(subject_id=row.pk, rule="next_contact", state="pending")
    when = clock.now() + timedelta(days=3)
    update_opportunity(row, changes={"next_contact_at": when}, actor=owner)
    assert moved.get().recipient == owner
    give = company["sales2"]
    transfer_customer(customer, give, actor=company.admin, along=["opportunities"])
    row.refresh_from_db()
    assert row.owner == give
    assert moved.get().recipient == give
    delete_customer(customer, actor=company.admin)
    purge_customer(customer, actor=None)
    assert not Opportunity.objects.filter(pk=row.pk).exists()


def test_it_lies_in_the_bin_with_its_customer(company: Company) -> None:
    owner = company["sales1"]
    row = make_opportunity(company, owner)
    customer = Customer.objects.get(pk=row.customer_id)
    before = make_opportunity(company, owner, customer=customer)
    delete_opportunity(before, actor=company.admin)
    delete_customer(customer, actor=company.admin)
    assert not Opportunity.objects.kept().filter(customer=customer).exists()
    restore_customer(customer, actor=company.admin)
    assert list(Opportunity.objects.kept().filter(customer=customer)) == [row]


def test_nothing_is_restored_under_a_customer_in_the_bin(company: Company) -> None:
    owner = company["sales1"]
    row = make_opportunity(company, owner)
    person = make_contact(company, row.customer)
    delete_opportunity(row, actor=owner)
    delete_contact(person, actor=owner)
    delete_customer(row.customer, actor=owner)
    client, key = browser(company, "sales1"), row.customer_id
    for record, name in (
        (row, "opportunities:opportunity"),
        (person, "customers:contact"),
    ):
        url = reverse(f"{name}_restore", args=[record.pk])
        page = client.post(url)
        assert page.status_code == 409
        text = page.content.decode()
        assert f"恢复失败：所属客户“{row.customer.name}”在回收站中" in text
        assert f'href="{reverse("customers:customer_bin")}"' in text
        assert f'href="{reverse(f"{name}_bin")}"' in text
        part = client.post(url, headers={"HX-Request": "true"})
        assert part.content.decode().startswith("恢复失败")
        record.refresh_from_db()
        assert record.deleted_at is not None
    restore_customer(Customer.objects.get(pk=key), actor=owner)
    for name, record in (("opportunities:opportunity", row), ("customers:contact", person)):
        answer = client.post(reverse(f"{name}_restore", args=[record.pk]))
        assert client.get(answer["Location"]).status_code == 200


def test_the_pool_knows_of_it(company: Company) -> None:
    row = make_opportunity(company, company["sales1"])
    assert pooling.facts_of([row.customer_id])[row.customer_id].has_open_opportunity
    lose(row, reason=reason(), actor=company["sales1"])
    known = pooling.facts_of([row.customer_id])[row.customer_id]
    assert (known.has_open_opportunity, known.last_ended_at) == (False, row.closed_at)


def test_a_follow_up_may_name_it(company: Company) -> None:
    owner = company["sales1"]
    row = make_opportunity(company, owner)
    method = Item.objects.get(dictionary__code="follow_up_method", code="phone")
    said = Said(text="客户要求周五前给出报价。", method=method, related=[row])
    create_follow_up(row.customer, said, actor=owner)
    row.refresh_from_db()
    assert row.last_contact_summary
    assert checklist.has_activity(row)


def test_an_evaluation_without_a_day_is_of_today(company: Company) -> None:
    owner = company["sales1"]
    row = make_opportunity(company, owner)
    update_opportunity(row, changes={"remarks": "x"}, actor=owner)
    assert row.evaluated_on is None
    changes = {"strengths": "本地服务", "evaluated_on": None}
    update_opportunity(row, changes=changes, actor=owner)
    assert Opportunity.objects.get(pk=row.pk).evaluated_on == clock.company_today()
    event = Event.objects.filter(code="opportunities.opportunity.updated").order_by("id").last()
    assert set(event.changes) == {"strengths", "evaluated_on"}
    update_opportunity(row, changes={"evaluated_on": None}, actor=owner)
    assert Opportunity.objects.get(pk=row.pk).evaluated_on is None
    assert make_opportunity(company, owner, weaknesses="价格").evaluated_on == clock.company_today()


def test_a_day_of_evaluation_that_was_given_stays(company: Company) -> None:
    owner, day = company["sales1"], date(2026, 3, 2)
    row = make_opportunity(company, owner, strengths="本地服务", evaluated_on=day)
    assert row.evaluated_on == day
    update_opportunity(row, changes={"weaknesses": "价格"}, actor=owner)
    assert Opportunity.objects.get(pk=row.pk).evaluated_on == day
