"""Import of customers: every rule of `contracts.md` 1.1-1.8, from the file to the record."""

import json
import re
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import openpyxl
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext

from crm.access.scopes import Scope
from crm.accounts import mail
from crm.accounts.models import Role, User
from crm.audit.models import Event
from crm.core import clock
from crm.core.workbook.limits import FILE_BYTES
from crm.core.workbook.refusals import FileRefused
from crm.dictionaries import lookups, stamps
from crm.dictionaries.models import Region
from crm.jobs import states
from crm.jobs.importing import services
from crm.jobs.importing.forms import DecisionForm
from crm.jobs.models import Job, JobRow, State
from crm.jobs.runner import run_in_process
from customers.importing.customers import CUSTOMERS
from customers.models import Contact, Customer
from tests.customers.imports import GOOD, HEADINGS, checked, imported, workbook
from tests.factories.customers import make_customer
from tests.kit.importing import undone
from tests.kit.legacy import write_csv, write_workbook
from tests.kit.permissions import give_role

pytestmark = pytest.mark.django_db(transaction=False)
ALL = Scope.ALL


@pytest.fixture
def sales(company: Any) -> User:
    """Somebody who may import."""
    return company.user("sales1")


def test_a_good_row_becomes_a_customer_with_its_contact(tmp_path, sales):
    job = imported(workbook(tmp_path, GOOD), sales)
    customer = Customer.objects.get(name=GOOD[0])
    contact = Contact.objects.get(customer=customer)
    assert (customer.owner, customer.life_cycle, customer.industry.code) == (
        sales,
        "potential",
        "it",
    )
    assert (contact.name, contact.mobile, contact.email) == ("张三", "13800138000", "a@b.com")
    assert contact.is_primary
    assert sorted(tag.name for tag in customer.tags.all()) == ["竞品客户", "高预算"]
    assert not customer.is_incomplete
    assert job.counters == {"created": 1, "repaired": 1}
    assert JobRow.objects.get(job=job).object_id == customer.pk


def test_every_import_is_one_summary_event_and_one_event_a_customer(tmp_path, sales):
    imported(workbook(tmp_path, GOOD), sales)
    codes = list(Event.objects.filter(source="import").values_list("code", flat=True))
    assert codes.count("customers.customer.created") == 1
    assert codes.count("customers.customer.imported") == 1


def test_the_check_writes_nothing(tmp_path, sales):
    before = (Customer.objects.count(), Contact.objects.count(), Event.objects.count())
    job = checked(workbook(tmp_path, GOOD), sales)
    assert job.counters["new"] == 1
    assert (Customer.objects.count(), Contact.objects.count(), Event.objects.count()) == before


def test_a_bad_optional_value_is_dropped_and_the_row_is_kept(tmp_path, sales):
    bad = [*GOOD[:4], "1.38E+10", "user@@bad", *GOOD[6:]]
    job = imported(workbook(tmp_path, bad), sales)
    contact = Contact.objects.get(customer__name=GOOD[0])
    assert (contact.mobile, contact.email) == ("", "")
    assert Customer.objects.get(name=GOOD[0]).is_incomplete
    assert job.counters["incomplete"] == 1


def test_the_switch_refuses_rows_with_bad_values(tmp_path, sales):
    bad = [*GOOD[:4], "1.38E+10", *GOOD[5:]]
    job = imported(workbook(tmp_path, bad), sales, refuse_bad=True)
    assert job.counters["refused"] == 1
    assert not Customer.objects.filter(name=GOOD[0]).exists()


def test_a_row_without_what_the_form_asks_is_kept_and_marked(tmp_path, sales):
    imported(workbook(tmp_path, ["只有名字的公司"]), sales)
    customer = Customer.objects.get(name="只有名字的公司")
    assert customer.is_incomplete
    assert (customer.nature.code, customer.life_cycle) == ("enterprise", "potential")


def test_a_row_without_a_name_is_refused_with_its_reason(tmp_path, sales):
    job = imported(workbook(tmp_path, ["", *GOOD[1:]], GOOD), sales)
    row = JobRow.objects.get(job=job, outcome="refused")
    assert (row.row_no, row.message) == (2, "缺少客户名称。")
    assert Customer.objects.filter(name=GOOD[0]).count() == 1


def test_the_first_of_two_same_rows_wins(tmp_path, sales):
    twin = ["上海恒信科技(有限公司) ".replace("(", "（").replace(")", "）"), *GOOD[1:]]
    job = imported(workbook(tmp_path, GOOD, twin), sales)
    assert job.counters["created"] == 1
    assert job.counters["skipped"] == 1


def test_running_the_same_file_again_creates_nothing(tmp_path, sales):
    path = workbook(tmp_path, GOOD)
    imported(path, sales)
    again = imported(path, sales)
    assert again.counters == {"skipped": 1}
    assert services.earlier_import(again) is not None


def test_an_update_fills_blanks_and_replaces_only_chosen_fields(tmp_path, sales, company):
    customer = make_customer(company, sales, name=GOOD[0], remarks="原备注")
    row = [*GOOD[:9], "新备注"]
    imported(workbook(tmp_path, row), sales, duplicates="update")
    customer.refresh_from_db()
    assert (customer.remarks, customer.industry.code) == ("原备注", "it")
    imported(workbook(tmp_path, row), sales, duplicates="update", overwrite=["remarks"])
    customer.refresh_from_db()
    assert customer.remarks == "新备注"


WIDE = [*HEADINGS, "职务", "省", "市"]


@pytest.fixture
def regions(company: Any) -> None:
    """A few regions of two provinces."""
    for code, name, above, level in (
        ("310000", "上海市", None, 1),
        ("310100", "上海市", "310000", 2),
        ("330000", "浙江省", None, 1),
        ("330100", "杭州市", "330000", 2),
    ):
        Region.objects.create(code=code, name=name, parent_id=above, level=level)
    stamps.bump(lookups.REGIONS_STAMP)


@pytest.mark.usefixtures("regions")
def test_an_update_replaces_region_position_and_tags_where_chosen(tmp_path, sales):
    first = [*GOOD, "经理", "上海市", "上海市"]
    second = [*GOOD[:8], "新标签", "", "总监", "浙江省", "杭州市"]
    imported(workbook(tmp_path, first, headings=WIDE), sales)
    path = workbook(tmp_path, second, headings=WIDE)
    imported(path, sales, duplicates="update")
    customer = Customer.objects.get(name=GOOD[0])
    contact = Contact.objects.get(customer=customer)
    assert (customer.region_id[:2], contact.position) == ("31", "经理")
    assert customer.tags.count() == 3
    chosen = ["province", "city", "contact_position", "tags"]
    imported(path, sales, duplicates="update", overwrite=chosen)
    customer.refresh_from_db()
    contact.refresh_from_db()
    assert (customer.region_id[:4], contact.position) == ("3301", "总监")
    assert [tag.name for tag in customer.tags.all()] == ["新标签"]


def test_an_update_gives_the_owner_only_where_chosen_and_an_undo_takes_him_back(tmp_path, company):
    manager, sales = company.user("manager"), company.user("sales1")
    customer = make_customer(company, manager, name=GOOD[0])
    path = workbook(tmp_path, [*GOOD[:7], sales.username, *GOOD[8:]])
    imported(path, manager, duplicates="update")
    customer.refresh_from_db()
    assert customer.owner == manager
    job = imported(path, manager, duplicates="update", overwrite=["owner"])
    customer.refresh_from_db()
    assert customer.owner == sales
    assert undone(job, manager).counters == {"reverted": 1}
    customer.refresh_from_db()
    assert customer.owner == manager


def test_new_owners_are_read_once_a_chunk(tmp_path, company):
    manager = company.user("manager")
    names = [make_customer(company, manager, contacts=[]).name for _place in range(6)]
    heirs = [company.user("sales1"), company.user("service_lead")]
    rows = [[name, heirs[place % 2].username] for place, name in enumerate(names)]
    path = workbook(tmp_path, *rows, headings=["客户名称", "负责人"])
    with CaptureQueriesContext(connection) as asked:
        imported(path, company.admin, duplicates="update", overwrite=["owner"])
    owners = Customer.objects.filter(name__in=names).values_list("owner__username", flat=True)
    assert sorted(owners) == sorted([heirs[0].username] * 3 + [heirs[1].username] * 3)
    one = re.compile(rf'"accounts_user"."id" = ({heirs[0].pk}|{heirs[1].pk})\b')
    assert not any(one.search(query["sql"] or "") for query in asked.captured_queries)


def test_an_update_leaves_the_owner_who_is_out_of_reach(tmp_path, company):
    manager, other = company.user("manager"), company.user("sales2")
    customer = make_customer(company, manager, name=GOOD[0])
    path = workbook(tmp_path, [*GOOD[:7], other.username, *GOOD[8:]])
    job = imported(path, manager, duplicates="update", overwrite=["owner", "remarks"])
    customer.refresh_from_db()
    assert customer.owner == manager
    assert "负责人不变" in JobRow.objects.get(job=job).message


def test_an_update_of_a_customer_who_was_spoken_to_before_can_be_undone(tmp_path, sales, company):
    customer = make_customer(company, sales, name=GOOD[0], remarks="原备注")
    Customer.objects.filter(pk=customer.pk).update(last_contact_at=clock.now())
    row = [*GOOD[:9], "新备注"]
    job = imported(workbook(tmp_path, row), sales, duplicates="update", overwrite=["remarks"])
    assert undone(job, sales).counters == {"reverted": 1}
    customer.refresh_from_db()
    assert customer.remarks == "原备注"


def test_an_unchanged_row_counts_as_skipped(tmp_path, sales):
    path = workbook(tmp_path, GOOD)
    imported(path, sales)
    assert imported(path, sales, duplicates="update").counters == {"skipped": 1}


def test_a_hidden_customer_is_refused_without_a_word_about_it(tmp_path, sales, company):
    hidden = make_customer(company, company.user("sales2"), name=GOOD[0], remarks="秘密")
    job = imported(workbook(tmp_path, GOOD), sales, duplicates="update", overwrite=["remarks"])
    row = JobRow.objects.get(job=job)
    hidden.refresh_from_db()
    assert (row.outcome, hidden.remarks, hidden.version) == ("refused", "秘密", 1)
    assert GOOD[0] not in row.message
    assert hidden.number not in row.message


def test_an_unknown_owner_becomes_the_importer(tmp_path, sales):
    row = [*GOOD[:7], "没有此人", *GOOD[8:]]
    job = imported(workbook(tmp_path, row), sales)
    assert Customer.objects.get(name=GOOD[0]).owner == sales
    assert "没有此人" in JobRow.objects.get(job=job).message


def invited_by(path: Path, actor: User, *words: str, role: str = "") -> Job:
    """A file whose unknown owners are invited."""
    job = checked(path, actor)
    assert set(job.params["unknown"]["owner"]) == set(words)
    asked = {word: {"do": "invite", "to": role} for word in words}
    job = services.configure(job, decisions={"owner": asked})
    return run_in_process(states.start_run(job, rings=False))


def test_an_unknown_owner_is_invited_once(tmp_path, company, settings):
    settings.MAIL_CONFIGURED = False
    admin = company.user("admin")
    row = [*GOOD[:7], "欧阳锋", *GOOD[8:]]
    second = ["另一家公司有限公司", *row[1:]]
    job = invited_by(workbook(tmp_path, row, second), admin, "欧阳锋")
    owner = User.objects.get(name="欧阳锋")
    assert set(Customer.objects.filter(owner=owner).values_list("name", flat=True)) == {
        GOOD[0],
        second[0],
    }
    assert (owner.username, owner.must_change_password) == ("ouyangfeng", True)
    assert [role.code for role in owner.roles.all()] == ["sales"]
    notes = JobRow.objects.filter(job=job).exclude(message="")
    assert [(row.row_no, "ouyangfeng" in row.message) for row in notes] == [(2, True)]


def test_who_is_invited_gets_the_role_chosen(tmp_path, company, settings):
    settings.MAIL_CONFIGURED = False
    admin, agent = company.user("admin"), Role.objects.get(code="service")
    job = checked(workbook(tmp_path, [*GOOD[:7], "欧阳锋", *GOOD[8:]]), admin)
    form = DecisionForm(CUSTOMERS, job, {})
    offered = [int(key) for key, _label in form.fields["invite_role"].choices]
    assert Role.objects.get(pk=offered[0]).code == "sales"
    assert agent.pk in offered
    sent = {"word_owner_0": "invite", "invite_role": str(agent.pk)}
    form = DecisionForm(CUSTOMERS, job, {}, QueryDict(urlencode(sent)))
    assert form.is_valid(), form.errors
    job = services.configure(job, decisions=form.decisions())
    assert DecisionForm(CUSTOMERS, job, {})["invite_role"].value() == str(agent.pk)
    run_in_process(states.start_run(job, rings=False))
    assert [role.code for role in User.objects.get(name="欧阳锋").roles.all()] == ["service"]


def test_nobody_invites_into_a_role_of_his_own_rank(tmp_path, company, settings):
    """Neither by the form nor by a decision that did not come from it."""
    settings.MAIL_CONFIGURED = False
    admin = company.person("second-admin")
    rights = dict.fromkeys([("customers.customer", "add"), ("customers.customer", "import")], ALL)
    give_role(admin, rights | {("accounts.user", "add"): ALL, ("accounts.user", "view"): ALL})
    path = workbook(tmp_path, [*GOOD[:7], "欧阳锋", *GOOD[8:]])
    own = str(admin.roles.get().pk)
    form = DecisionForm(CUSTOMERS, checked(path, admin), {}, QueryDict(f"invite_role={own}"))
    assert own not in dict(form.fields["invite_role"].choices)
    assert not form.is_valid()
    job = invited_by(path, admin, "欧阳锋", role=own)
    assert job.state == State.FAILED
    assert not User.objects.filter(name="欧阳锋").exists()


def test_who_is_named_by_an_address_is_invited_by_mail(
    tmp_path, company, settings, mailoutbox, django_capture_on_commit_callbacks
):
    settings.MAIL_CONFIGURED = True
    row = [*GOOD[:7], "Zhou.Min@heke.example", *GOOD[8:]]
    with django_capture_on_commit_callbacks(execute=True):
        invited_by(workbook(tmp_path, row), company.user("admin"), row[7])
    mail.flush()
    assert [message.to for message in mailoutbox] == [["zhou.min@heke.example"]]
    assert "/password/reset/" in mailoutbox[0].body
    assert User.objects.get(email="zhou.min@heke.example").username == "Zhou.Min"


def test_only_who_may_add_people_is_offered_to_invite(tmp_path, company):
    path = workbook(tmp_path, [*GOOD[:7], "没有此人", *GOOD[8:]])
    for login, offered in (("admin", True), ("sales1", False)):
        job = checked(path, company.user(login))
        form = DecisionForm(CUSTOMERS, job, {"industry": "industry"})
        (name,) = (key for key, field, *_rest in form.asked if field == "owner")
        assert ("invite" in dict(form.fields[name].choices)) is offered


def test_of_many_colleagues_the_form_holds_only_those_picked(tmp_path, company, monkeypatch):
    job = checked(workbook(tmp_path, [*GOOD[:7], "没有此人", *GOOD[8:]]), company.user("admin"))
    monkeypatch.setattr("crm.jobs.importing.forms.FEW", 2)
    picked = str(company.user("sales2").pk)
    empty = DecisionForm(CUSTOMERS, job, {"industry": "industry"})
    (name,) = (key for key, field, *_rest in empty.asked if field == "owner")
    assert not [key for key in dict(empty.fields[name].choices) if key.isdecimal()]
    form = DecisionForm(CUSTOMERS, job, {"industry": "industry"}, {name: picked})
    assert [key for key in dict(form.fields[name].choices) if key.isdecimal()] == [picked]
    assert form.is_valid() and "data-url" in str(form[name])
    nobody = DecisionForm(CUSTOMERS, job, {"industry": "industry"}, {name: "999999"})
    assert not nobody.is_valid()


def test_an_owner_outside_the_right_to_assign_becomes_the_importer(tmp_path, sales, company):
    row = [*GOOD[:7], company.user("sales2").username, *GOOD[8:]]
    imported(workbook(tmp_path, row), sales)
    assert Customer.objects.get(name=GOOD[0]).owner == sales


@pytest.mark.parametrize(
    ("decision", "expected"), [("empty", None), ("add", "航天"), ("refuse", "refused")]
)
def test_an_unknown_dictionary_value_is_decided_by_the_user(tmp_path, company, decision, expected):
    admin = company.user("admin")
    row = [*GOOD[:6], "航天", *GOOD[7:]]
    job = checked(workbook(tmp_path, row), admin)
    assert job.params["unknown"]["industry"] == {"航天": 1}
    job = services.configure(job, decisions={"industry": {"航天": {"do": decision, "to": ""}}})
    job = run_in_process(states.start_run(job, rings=False))
    customer = Customer.objects.filter(name=GOOD[0]).first()
    if expected == "refused":
        assert customer is None
    else:
        assert (customer.industry.name if customer.industry else None) == expected


def test_formulas_and_markup_stay_text(tmp_path, sales):
    row = ["<script>alert(1)</script>公司", *GOOD[1:9], "'=1+1"]
    imported(workbook(tmp_path, row), sales)
    customer = Customer.objects.get(name__startswith="<script>")
    assert customer.remarks in ("=1+1", "'=1+1")


def test_a_right_withdrawn_between_check_and_run_counts(tmp_path, sales):
    job = checked(workbook(tmp_path, GOOD), sales)
    User.objects.filter(pk=sales.pk).update(is_active=False)
    job = run_in_process(states.start_run(job, rings=False))
    assert job.state == "failed"
    assert not Customer.objects.filter(name=GOOD[0]).exists()


@pytest.mark.parametrize("write", [write_workbook, write_csv])
def test_a_legacy_file_with_every_defect_adds_up(tmp_path, sales, write):
    path = tmp_path / ("old.xlsx" if write is write_workbook else "old.csv")
    write(path, rows=200)
    job = imported(path, sales)
    counts = job.counters
    outcomes = sum(counts.get(name, 0) for name in ("created", "updated", "skipped", "refused"))
    assert outcomes == job.total == JobRow.objects.filter(job=job).count()
    assert counts["refused"] > 0
    assert counts["skipped"] > 0
    assert Customer.objects.filter(owner=sales, created_by=sales).count() == counts["created"]
    errors = job.files.get(code="errors")
    book = openpyxl.load_workbook(default_storage.path(errors.path))
    assert book.active.cell(1, 1).value == "原因"
    reasons = job.rows.exclude(message="").exclude(outcome="skipped", level="").count()
    assert book.active.max_row - 1 == reasons
    assert undone(job, sales).counters["reverted"] == counts["created"]


def test_the_command_prints_one_object_as_its_last_line(tmp_path, sales):
    out = StringIO()
    call_command(
        "import_file", "customers", str(workbook(tmp_path, GOOD)), login=sales.username,
        json=True, stdout=out,
    )  # fmt: skip
    result = json.loads(out.getvalue().strip().splitlines()[-1])
    assert set(result) == {
        "job", "rows", "created", "updated", "skipped", "refused", "repaired", "incomplete",
        "error_workbook",
    }  # fmt: skip
    assert (result["rows"], result["created"]) == (1, 1)
    out = StringIO()
    call_command("undo_import", result["job"], login=sales.username, json=True, stdout=out)
    assert json.loads(out.getvalue()) == {"reverted": 1, "kept": 0}


def test_a_dry_run_writes_nothing(tmp_path, sales):
    out = StringIO()
    before = Customer.objects.count()
    call_command(
        "import_file", "customers", str(workbook(tmp_path, GOOD)), login=sales.username,
        json=True, dry_run=True, stdout=out,
    )  # fmt: skip
    result = json.loads(out.getvalue().strip().splitlines()[-1])
    assert (result["job"], result["created"], Customer.objects.count()) == (None, 1, before)
    assert not Job.objects.filter(kind="customers.import").exists()


def test_a_file_beyond_the_limit_is_refused_with_the_limit(sales):
    upload = ContentFile(b"0" * (FILE_BYTES + 1), name="big.csv")
    with pytest.raises(FileRefused) as refusal:
        services.start(CUSTOMERS, upload, upload.name, actor=sales)
    assert (refusal.value.code, "20 MB" in refusal.value.message) == ("too_large", True)
    assert not Job.objects.exists()


def test_a_system_administrator_brings_in_the_company_s_data_and_sees_no_more(
    tmp_path, company, settings
):
    """S01-18: whom the wizard asks which role invited people get; what he has seen stays masked."""
    settings.MAIL_CONFIGURED = False
    admin = company.person("keeper", "system_admin")
    taken = company.user("sales2")
    path = workbook(
        tmp_path,
        [*GOOD[:7], taken.username, *GOOD[8:]],
        ["另一家公司有限公司", *GOOD[1:7], "欧阳锋", *GOOD[8:]],
    )
    form = DecisionForm(CUSTOMERS, checked(path, admin), {})
    assert Role.objects.get(code="sales").name in dict(form.fields["invite_role"].choices).values()
    job = invited_by(path, admin, "欧阳锋")
    owners = dict(Customer.objects.values_list("name", "owner__name"))
    assert owners == {GOOD[0]: taken.name, "另一家公司有限公司": "欧阳锋"}

    client = Client()
    client.force_login(admin)
    assert client.get("/customers/import/").status_code == 200
    assert "/customers/import/" in client.get("/customers/").content.decode()
    customer = Customer.objects.get(name=GOOD[0])
    page = client.get(f"/customers/{customer.pk}/").content.decode()
    assert "13800138000" not in page.replace(" ", "")
    assert client.get("/customers/export/").status_code == 403
    assert client.get(f"/customers/{customer.pk}/edit/").status_code == 403
    assert undone(job, admin).counters == {"reverted": 2}
