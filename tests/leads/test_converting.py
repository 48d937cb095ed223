"""Conversion (E6): what is made and carried along, once, and what stays of the lead."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from crm.activities.attachments import Attachment, attach_files
from crm.activities.models import FollowUp
from crm.core import clock
from crm.core.errors import DomainError, InvalidTransition, Stale
from crm.dictionaries import lookups
from crm.reminders.models import Reminder
from customers.choices import ENTERPRISE, NATURE, LifeCycle
from customers.models import Contact, Customer
from leads.choices import LeadState
from leads.models import Lead
from leads.services.converting import Wish, convert_lead
from opportunities.models import Opportunity
from tests.conftest import browser
from tests.factories.company import Company
from tests.factories.customers import make_customer, make_follow_up
from tests.factories.leads import make_lead, make_lead_in
from tests.kit.html import row_ids

pytestmark = pytest.mark.xdist_group("leads.converting")


def wish(**values) -> Wish:
    values.setdefault("nature_id", lookups.by_code(NATURE, ENTERPRISE).pk)
    return Wish(**values)


def test_a_lead_becomes_customer_and_contact_with_its_history(company: Company) -> None:
    sales = company["sales1"]
    lead = make_lead(
        company, sales, need="要 20 个账号", pain_points="台账混乱", phone="0575-88880000",
        email="zhao@example.com", wechat="zhao88", position="总经理",
    )  # fmt: skip
    make_follow_up(lead, sales, "约了下周演示")
    attach_files(lead, [SimpleUploadedFile("名片.txt", "赵总".encode())], actor=sales)
    lead.refresh_from_db()
    convert_lead(lead, wish(), actor=sales)
    customer, contact = lead.converted_customer, lead.converted_contact
    assert (customer.name, customer.owner) == (lead.name, sales)
    assert customer.source_id == lead.source_id
    assert customer.need == "要 20 个账号\n痛点：台账混乱"
    assert customer.phone == "0575-88880000"
    assert (contact.name, contact.mobile, contact.position) == (
        lead.contact_name, lead.mobile, "总经理",
    )  # fmt: skip
    assert (contact.email, contact.wechat) == ("zhao@example.com", "zhao88")
    assert FollowUp.objects.on(customer).count() == 1
    assert Attachment.objects.on(customer).count() == 1
    assert not FollowUp.objects.on(lead).exists()
    customer.refresh_from_db()
    assert customer.last_contact_summary == "约了下周演示"
    page = browser(company, "sales1").get(customer.get_absolute_url()).content.decode()
    assert lead.number in page


def test_what_was_agreed_is_kept_at_a_customer_who_was_there(company: Company) -> None:
    sales, now = company["sales1"], clock.now()
    agreed = now + timedelta(days=3)
    for planned, kept in ((None, 3), (-2, 3), (9, 3), (1, 1)):
        at = None if planned is None else now + timedelta(days=planned)
        customer = make_customer(company, sales, next_contact_at=at)
        lead = make_lead(company, sales, next_contact_at=agreed)
        convert_lead(lead, wish(customer=customer), actor=sales)
        customer.refresh_from_db()
        assert customer.next_contact_at == now + timedelta(days=kept)
        due = Reminder.objects.on(Customer, [customer.pk]).open().filter(rule="next_contact")
        assert due.exists()
        assert not Reminder.objects.on(Lead, [lead.pk]).open().exists()


@pytest.mark.parametrize(
    ("known", "wanted"), [(False, LifeCycle.INTERESTED), (True, LifeCycle.POTENTIAL)]
)
def test_a_positive_first_contact_counts_for_a_customer_nobody_had_talked_to(
    company: Company, known: bool, wanted: str
) -> None:
    sales = company["sales1"]
    customer, lead = make_customer(company, sales), make_lead(company, sales)
    if known:
        make_follow_up(customer, sales, "寄了样本，客户没有表态")
    make_follow_up(lead, sales, "约了下周演示", attitude="positive")
    lead.refresh_from_db()
    convert_lead(lead, wish(customer=customer), actor=sales)
    assert Customer.objects.get(pk=customer.pk).life_cycle == wanted


def test_a_converted_lead_is_locked_and_stands_in_the_report(company: Company) -> None:
    lead = make_lead_in(company, company["sales1"], LeadState.FOLLOWING)
    client = browser(company, "sales1")
    page = client.get(reverse("leads:lead_convert", args=[lead.pk]))
    form = page.context["form"]
    assert form.fields["owner"].disabled
    assert form.fields["name"].disabled
    typed = {
        "name": "冒名公司",
        "owner": "9",
        "version": lead.version,
        "nature": form["nature"].value(),
    }
    answer = client.post(reverse("leads:lead_convert", args=[lead.pk]), typed)
    customer = Customer.objects.get(name=lead.name)
    assert (answer.status_code, answer["Location"]) == (302, customer.get_absolute_url())
    assert customer.owner == company["sales1"]
    for name in ("detail", "edit", "abandon"):
        assert client.get(reverse(f"leads:lead_{name}", args=[lead.pk])).status_code == 404
    assert lead.pk not in row_ids(client.get(reverse("leads:lead_list")))
    assert client.get(reverse("leads:lead_list"), {"q": lead.name}).context["total"] == "0"
    assert lead.pk in row_ids(client.get(reverse("leads:report_list")))
    report = client.get(reverse("leads:report_detail", args=[lead.pk]))
    assert report.status_code == 200
    assert customer.get_absolute_url() in report.content.decode()
    again = client.post(reverse("leads:lead_convert", args=[lead.pk]), typed)
    assert (again.status_code, again["Location"]) == (
        302,
        reverse("leads:report_detail", args=[lead.pk]),
    )
    assert Customer.objects.filter(name=lead.name).count() == 1


def test_an_old_address_of_a_converted_lead_leads_on(company: Company) -> None:
    sales = company["sales1"]
    lead = make_lead(company, sales)
    convert_lead(lead, wish(), actor=sales)
    link = reverse("leads:report_detail", args=[lead.pk])
    client = browser(company, "sales1")
    for name in ("detail", "edit"):
        page = client.get(reverse(f"leads:lead_{name}", args=[lead.pk]))
        assert page.status_code == 404
        assert "线索已转为客户" in page.content.decode()
        assert link in page.content.decode()
    page = reverse("leads:lead_detail", args=[lead.pk])
    stranger = browser(company, "sales2").get(page)
    assert stranger.status_code == 404
    assert link not in stranger.content.decode()


def test_an_opportunity_is_made_only_where_it_is_wanted(company: Company) -> None:
    client = browser(company, "sales1")
    for answer, name, made in (("no", "忽略我", 0), ("yes", "", None), ("yes", "一期采购", 1)):
        lead = make_lead(company, company["sales1"], need="要 20 个账号")
        url = reverse("leads:lead_convert", args=[lead.pk])
        form = client.get(url).context["form"]
        typed = {"version": lead.version, "nature": form["nature"].value()}
        typed |= {"with_opportunity": answer, "opportunity_name": name}
        status = client.post(url, typed).status_code
        assert status == (422 if made is None else 302)
        if made is None:
            continue
        lead.refresh_from_db()
        found = list(Opportunity.objects.filter(customer=lead.converted_customer))
        assert len(found) == made
        if made:
            assert lead.converted_opportunity == found[0]
            assert (found[0].name, found[0].owner) == (name, company["sales1"])
            assert found[0].contact == lead.converted_contact
            report = client.get(reverse("leads:report_detail", args=[lead.pk])).content.decode()
            assert found[0].get_absolute_url() in report


def test_a_positive_first_contact_counts_for_the_customer(company: Company) -> None:
    sales = company["sales1"]
    lead = make_lead(company, sales)
    follow_up = make_follow_up(lead, sales)
    FollowUp.objects.filter(pk=follow_up.pk).update(attitude="positive")
    lead.refresh_from_db()
    convert_lead(lead, wish(), actor=sales)
    assert Customer.objects.get(name=lead.name).life_cycle == "interested"


def test_two_that_read_the_same_lead_convert_it_once(company: Company) -> None:
    lead = make_lead(company, company["sales1"])
    first, second = Lead.objects.get(pk=lead.pk), Lead.objects.get(pk=lead.pk)
    convert_lead(first, wish(), actor=company["sales1"])
    before = Customer.objects.count(), Contact.objects.count()
    with pytest.raises(Stale):
        convert_lead(second, wish(), actor=company["sales1"])
    with pytest.raises(InvalidTransition):
        convert_lead(Lead.objects.get(pk=lead.pk), wish(), actor=company["sales1"])
    assert (Customer.objects.count(), Contact.objects.count()) == before


def test_a_known_customer_is_linked_to_instead(company: Company) -> None:
    sales = company["sales1"]
    known = make_customer(company, sales, name="嘉兴同名实业有限公司")
    lead = make_lead(company, sales, name=known.name)
    client, url = browser(company, "sales1"), reverse("leads:lead_convert", args=[lead.pk])
    form = client.get(url).context["form"]
    assert form["target"].value() == str(known.pk)
    typed = {"version": lead.version, "nature": form["nature"].value()}
    refused = client.post(url, typed | {"target": "new"})
    assert refused.status_code == 422
    answer = client.post(url, typed | {"target": known.pk}, follow=True)
    assert answer.redirect_chain[0] == (known.get_absolute_url(), 302)
    assert f"线索已关联到客户“{known.name}”" in answer.content.decode()
    lead.refresh_from_db()
    assert lead.converted_customer == known
    assert Customer.objects.filter(name=known.name).count() == 1
    assert sorted(known.contacts.values_list("mobile", flat=True)) == sorted(
        [lead.mobile, known.contacts.order_by("pk").first().mobile]
    )


def test_a_customer_out_of_sight_is_masked_and_cannot_be_linked_to(company: Company) -> None:
    hidden = make_customer(company, company.stranger(), name="衢州暗藏实业有限公司")
    lead = make_lead(company, company["sales1"], name=hidden.name)
    client, url = browser(company, "sales1"), reverse("leads:lead_convert", args=[lead.pk])
    page = client.get(url)
    text = page.content.decode()
    assert "衢州***" in text
    assert hidden.number not in text
    assert "target" not in page.context["form"].fields
    typed = {"version": lead.version, "nature": page.context["form"]["nature"].value()}
    refused = client.post(url, typed | {"target": hidden.pk})
    assert refused.status_code == 422
    assert "请与其负责人联系" in refused.content.decode()
    with pytest.raises(DomainError):
        convert_lead(lead, wish(customer=hidden), actor=company["sales1"])
    assert client.post(url, typed | {"confirm_duplicate": "on"}).status_code == 302
    assert Customer.objects.filter(name=hidden.name).count() == 2


def test_a_lead_without_owner_and_an_abandoned_one_are_refused(company: Company) -> None:
    nobody = make_lead(company, None)
    gone = make_lead_in(company, company["sales1"], LeadState.ABANDONED)
    for lead in (nobody, gone):
        with pytest.raises(DomainError):
            convert_lead(lead, wish(), actor=company.admin)
    assert not Customer.objects.exists()
