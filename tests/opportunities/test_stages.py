"""Stages and ends: every pair of the machine, every entry point, what each step asks for."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from crm.activities.attachments import attach_files
from crm.audit.models import Event
from crm.core import clock
from crm.core.errors import InvalidTransition, InvalidValue, NotAllowed, Stale
from crm.dictionaries import stamps
from customers.choices import LifeCycle
from customers.models import Customer
from opportunities import pipelines, states
from opportunities.choices import Outcome
from opportunities.models import Competitor, Opportunity, Pipeline, Stage, StageChange
from opportunities.services.stages import (
    close_invalid,
    lose,
    move_stage,
    reopen,
    undo_move,
    win,
)
from tests.factories.company import Company
from tests.factories.customers import make_customer, make_follow_up
from tests.factories.opportunities import make_ended, make_opportunity, reason, stage
from tests.kit.states import check_constraint, walk_machine


def step_values(name: str) -> dict[str, Any]:
    """What each step of the machine needs."""
    ended = {"closed_at": clock.now()}
    return {
        states.MOVE: {"progress_note": "客户认可方案"},
        states.WIN: {
            **ended,
            "actual_amount": Decimal(1),
            "contract_number": "HT-1",
            "deal_on": clock.company_today(),
        },
        states.LOSE: {**ended, "closing_reason": reason()},
        states.CLOSE: {**ended, "closing_reason": reason("no_need", "opportunity_invalid_reason")},
        states.REOPEN: {"progress_note": "客户重新立项", "closed_at": None},
    }[name]


def test_every_pair(company: Company) -> None:
    owner = company["sales1"]
    pairs = walk_machine(
        states.OUTCOME,
        lambda state: make_ended(company, owner, state),
        actor=owner,
        reader=company["auditor"],
        data=step_values,
    )
    assert pairs == 20


def test_the_database_knows_the_ends(company: Company) -> None:
    row = make_opportunity(company, company["sales1"])
    check_constraint(row, "outcome")
    for values in ({"outcome": "won"}, {"outcome": "lost"}, {"closed_at": clock.now()}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Opportunity.objects.filter(pk=row.pk).update(**values)


def test_a_new_one_begins_in_the_first_stage(company: Company) -> None:
    row = make_opportunity(company, company["sales1"])
    assert (row.stage.code, row.probability) == ("contact", 10)
    assert StageChange.objects.get(opportunity=row).from_outcome == ""


def test_a_move_needs_a_note_and_is_logged(company: Company) -> None:
    owner = company["sales1"]
    row = make_opportunity(company, owner)
    with pytest.raises(InvalidValue, match=r"note|说明"):
        move_stage(row, stage("analysis"), note="  ", actor=owner)
    since = row.stage_since - timedelta(days=3)
    Opportunity.objects.filter(pk=row.pk).update(stage_since=since)
    row.refresh_from_db()
    move_stage(row, stage("analysis"), note="已确认需求", actor=owner)
    change = StageChange.objects.filter(opportunity=row).first()
    assert (change.from_stage.code, change.to_stage.code) == ("contact", "analysis")
    assert (change.note, change.actor, change.seconds // 86_400) == ("已确认需求", owner, 3)
    stored = Opportunity.objects.get(pk=row.pk)
    assert (stored.probability, stored.progress_note) == (30, "已确认需求")
    event = Event.objects.filter(code="opportunities.opportunity.stage_changed").last()
    assert event.note == "已确认需求"
    with pytest.raises(InvalidValue):
        move_stage(row, stage("analysis"), note="再来", actor=owner)


def test_the_checklist_counts_stages_that_are_skipped(company: Company) -> None:
    owner = company["sales1"]
    row = make_opportunity(company, owner, expected_on=None, amount=0)
    with pytest.raises(InvalidValue) as refused:
        move_stage(row, stage("proposal"), note="直接报价", actor=owner)
    assert refused.value.code == "checklist"
    values = {"expected_on": clock.company_today(), "amount": Decimal(5)}
    move_stage(row, stage("proposal"), note="直接报价", actor=owner, values=values)
    assert Opportunity.objects.get(pk=row.pk).amount == 5
    move_stage(row, stage("contact"), note="退回", actor=owner)
    with pytest.raises(InvalidValue):
        make_opportunity(company, owner, stage="proposal", expected_on=None)


def test_a_stage_may_ask_for_a_follow_up(company: Company) -> None:
    owner = company["sales1"]
    Stage.objects.filter(code="contact").update(needs_activity=True)
    stamps.bump(pipelines.STAMP)
    row = make_opportunity(company, owner)
    with pytest.raises(InvalidValue):
        move_stage(row, stage("analysis"), note="推进", actor=owner)
    make_follow_up(row, owner)
    row.refresh_from_db()
    move_stage(row, stage("analysis"), note="推进", actor=owner)
    assert row.last_contact_summary


def test_every_entry_point_asks_the_same(company: Company, browser_of: Any) -> None:
    owner = company["sales1"]
    row = make_opportunity(company, owner, expected_on=None)
    client, target = browser_of("sales1"), stage("proposal").pk
    url = reverse("opportunities:opportunity_stage", args=[row.pk])
    page = client.post(url, {"stage": target, "note": "报价"})
    assert page.status_code == 422
    bulk = reverse("opportunities:opportunity_bulk", args=["stage"])
    data = {"ids": [row.pk], "step": "run", "stage": target, "note": "报价"}
    assert client.post(bulk, data).status_code == 200
    row.refresh_from_db()
    assert row.stage.code == "contact"
    filled = {"stage": target, "note": "报价", "expected_on": "2027-05-01"}
    assert client.post(url, filled).status_code == 302
    row.refresh_from_db()
    assert row.stage.code == "proposal"


def test_winning_needs_amount_and_contract_and_closes_the_customer(company: Company) -> None:
    owner = company["sales1"]
    row = make_opportunity(company, owner)
    for amount, number in ((None, "HT-1"), (Decimal(5), " "), (Decimal(0), "HT-1")):
        with pytest.raises(InvalidValue):
            win(row, actual_amount=amount, contract_number=number, actor=owner)
        row.refresh_from_db()
    with pytest.raises(InvalidValue) as refused:
        win(
            row,
            actual_amount=Decimal(5),
            contract_number="HT-1",
            deal_on=clock.company_today() + timedelta(days=1),
            actor=owner,
        )
    assert refused.value.field == "deal_on"
    row.refresh_from_db()
    assert row.outcome == Outcome.OPEN
    win(row, actual_amount=Decimal(5), contract_number="HT-1", actor=owner)
    stored = Opportunity.objects.select_related("customer").get(pk=row.pk)
    assert (stored.outcome, stored.probability) == (Outcome.WON, 100)
    assert stored.deal_on == clock.company_today()
    assert stored.customer.life_cycle == LifeCycle.CLOSED
    event = Event.objects.filter(code="customers.customer.life_cycle_changed").last()
    assert row.number in event.note


def test_a_member_of_the_team_may_win_for_a_customer_he_may_not_change(company: Company) -> None:
    owner = company["sales1"]
    row = make_opportunity(company, owner, customer=None)
    Customer.objects.filter(pk=row.customer_id).update(owner=company["sales2"])
    row = Opportunity.objects.select_related("customer").get(pk=row.pk)
    win(row, actual_amount=Decimal(5), contract_number="HT-2", actor=owner)
    assert Customer.objects.get(pk=row.customer_id).life_cycle == LifeCycle.CLOSED


def test_losing_and_closing_need_a_reason(company: Company) -> None:
    owner = company["sales1"]
    row = make_opportunity(company, owner)
    for step in (lose, close_invalid):
        with pytest.raises(InvalidValue):
            step(row, reason=None, actor=owner)
        row.refresh_from_db()
    with pytest.raises(InvalidValue) as refused:
        lose(row, reason=reason("competitor"), note="价格", actor=owner)
    assert refused.value.field == "competitor"
    rival = Competitor.objects.create(name="远洋机械", updated_at=clock.now())
    lose(row, reason=reason("competitor"), competitor=rival, note="价格", actor=owner)
    assert (row.outcome, row.lost_to) == (Outcome.LOST, rival)
    with pytest.raises(InvalidTransition):
        win(row, actual_amount=Decimal(1), contract_number="x", actor=owner)
    row.refresh_from_db()
    with pytest.raises(InvalidValue):
        reopen(row, note="", actor=owner)
    reopen(row, note="客户回头", actor=owner)
    stored = Opportunity.objects.get(pk=row.pk)
    assert (stored.outcome, stored.closing_reason, stored.closed_at) == (Outcome.OPEN, None, None)


def test_readers_move_nothing_and_stale_pages_are_refused(company: Company) -> None:
    owner = company["sales1"]
    row = make_opportunity(company, owner)
    with pytest.raises(NotAllowed):
        move_stage(row, stage("analysis"), note="x", actor=company["auditor"])
    with pytest.raises(Stale):
        move_stage(row, stage("analysis"), note="x", actor=owner, version=row.version + 1)


def test_a_stage_of_another_pipeline_is_refused(company: Company) -> None:
    owner = company["sales1"]
    other = Pipeline.objects.create(code="partner", name="渠道销售")
    foreign = Stage.objects.create(pipeline=other, code="first", name="伙伴报备", is_initial=True)
    stamps.bump(pipelines.STAMP)
    row = make_opportunity(company, owner)
    with pytest.raises(InvalidValue):
        move_stage(row, foreign, note="x", actor=owner)
    made = make_opportunity(company, owner, stage=foreign)
    assert made.pipeline_id == other.pk


def test_a_stage_may_ask_for_a_document(company: Company) -> None:
    owner = company["sales1"]
    Stage.objects.filter(code="contact").update(needs_document=True)
    stamps.bump(pipelines.STAMP)
    row = make_opportunity(company, owner)
    with pytest.raises(InvalidValue):
        move_stage(row, stage("analysis"), note="推进", actor=owner)
    attach_files(row, [SimpleUploadedFile("需求.txt", b"need")], actor=owner)
    move_stage(row, stage("analysis"), note="推进", actor=owner)


def test_nobody_jumps_around_a_document(company: Company) -> None:
    owner = company["sales1"]
    Stage.objects.filter(code="analysis").update(needs_document=True)
    stamps.bump(pipelines.STAMP)
    row = make_opportunity(company, owner)
    with pytest.raises(InvalidValue) as skipped:
        move_stage(row, stage("proposal"), note="直接报价", actor=owner)
    with pytest.raises(InvalidValue) as won:
        win(row, actual_amount=Decimal(5), contract_number="HT-3", actor=owner)
    with pytest.raises(InvalidValue) as born:
        make_opportunity(company, owner, stage="proposal")
    assert {each.value.code for each in (skipped, won, born)} == {"checklist"}
    attach_files(row, [SimpleUploadedFile("方案.txt", b"plan")], actor=owner)
    move_stage(row, stage("proposal"), note="直接报价", actor=owner)
    assert Opportunity.objects.get(pk=row.pk).stage.code == "proposal"


def test_an_undo_brings_the_chances_back(company: Company) -> None:
    owner = company["sales1"]
    row = make_opportunity(company, owner, probability=45)
    move_stage(row, stage("analysis"), note="推进", actor=owner)
    assert row.probability == 30
    undo_move(row, actor=owner)
    stored = Opportunity.objects.get(pk=row.pk)
    assert (stored.stage.code, stored.probability) == ("contact", 45)


def errors_of(page: Any) -> dict[str, int]:
    """How many sentences stand beside each field of the form; `__all__`: above it."""
    return {name: len(said) for name, said in page.context["form"].errors.items()}


@pytest.mark.parametrize("board", [False, True])
def test_all_that_is_missing_is_said_in_one_round(
    company: Company, browser_of: Any, board: bool
) -> None:
    Stage.objects.filter(code="analysis").update(needs_activity=True, needs_document=True)
    stamps.bump(pipelines.STAMP)
    row = make_opportunity(company, company["sales1"], expected_on=None, amount=0)
    url = reverse("opportunities:opportunity_stage", args=[row.pk])
    page = browser_of("sales1").post(
        f"{url}?from=board" if board else url,
        {"stage": stage("proposal").pk, "note": " "},
        headers={"HX-Request": "true", "HX-Target": "dialog-body"} if board else {},
    )
    assert page.status_code == 422
    assert errors_of(page) == {"note": 1, "amount": 1, "expected_on": 1, "__all__": 1}
    (above,) = page.context["form"].non_field_errors()
    assert "跟进" in above
    assert "文件" in above
    row.refresh_from_db()
    assert row.stage.code == "contact"


def test_a_typed_mistake_is_the_only_word_on_its_field(company: Company, browser_of: Any) -> None:
    row = make_opportunity(company, company["sales1"], expected_on=None, amount=0)
    url = reverse("opportunities:opportunity_stage", args=[row.pk])
    sent = {"stage": stage("proposal").pk, "note": "报价", "amount": "很多"}
    page = browser_of("sales1").post(url, sent)
    assert errors_of(page) == {"amount": 1, "expected_on": 1}


def test_bulk_and_import_name_the_note_with_the_rest(company: Company) -> None:
    owner = company["sales1"]
    row = make_opportunity(company, owner, expected_on=None, amount=0)
    with pytest.raises(InvalidValue) as refused:
        move_stage(row, stage("proposal"), note=" ", actor=owner)
    assert (refused.value.code, refused.value.field) == ("checklist", "note")
    for name in ("进展说明", "商机金额", "预计成交日期"):
        assert name in refused.value.message


def test_a_deal_says_what_the_stages_need_beside_what_is_empty(
    company: Company, browser_of: Any
) -> None:
    row = make_opportunity(company, company["sales1"], expected_on=None)
    url = reverse("opportunities:opportunity_win", args=[row.pk])
    page = browser_of("sales1").post(url, {"actual_amount": "5", "deal_on": "2026-01-01"})
    assert errors_of(page) == {"contract_number": 1, "__all__": 1}
    (above,) = page.context["form"].non_field_errors()
    assert above.startswith("标记赢单失败")
    row.refresh_from_db()
    assert row.outcome == Outcome.OPEN


def test_a_new_one_says_beside_each_field_what_its_stage_needs(
    company: Company, browser_of: Any
) -> None:
    owner = company["sales1"]
    customer = make_customer(company, owner, contacts=[])
    Stage.objects.filter(code="contact").update(exit_fields=["need", "strengths"])
    stamps.bump(pipelines.STAMP)
    sent = {
        "customer": customer.pk,
        "name": "ERP 系统升级",
        "amount": "5",
        "expected_on": "2027-03-01",
        "stage": stage("analysis").pk,
    }
    page = browser_of("sales1").post(reverse("opportunities:opportunity_add"), sent)
    assert page.status_code == 422
    assert errors_of(page) == {"need": 1, "strengths": 1}
    assert not Opportunity.objects.exists()
