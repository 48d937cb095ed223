"""The table of addresses: relations that matter, arguments, what is posted.

Here: one line an address. Not here: where the values come from (`arguments`, `world`), who may
(`tests/gates/policy.csv`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.factories.opportunities import stage as stage_of
from tests.kit import world_planning
from tests.kit.arguments import (
    APPOINTMENT,
    ARTICLE,
    ATTACHMENT,
    CLOCK,
    CONTACT,
    CUSTOMER,
    DOCUMENT,
    DRAFT,
    ENDED,
    FOLLOW_UP,
    JOB,
    KEPT,
    LEAD,
    NO_VERSIONS,
    NOTICE,
    OPPORTUNITY,
    PHRASE,
    RATING,
    REMINDER,
    REPORT,
    TASK,
    TICKET,
    Args,
    abandon_form,
    action_named,
    admin_key,
    also,
    bulk_abandon,
    bulk_of,
    chosen_rows,
    convert_lead,
    edit_article,
    edit_catalogue,
    edit_contact,
    edit_customer,
    edit_document,
    edit_follow_up,
    edit_lead,
    edit_opportunity,
    edit_plan,
    edit_ticket,
    file_of_job,
    fixed_key,
    holder_of,
    knowledge_category,
    leaver_form,
    member_of,
    new_article,
    new_contact,
    new_customer,
    new_files,
    new_follow_up,
    new_lead,
    new_member,
    new_opportunity,
    new_plan,
    nothing,
    opportunity_member,
    other_ticket,
    pool_rules,
    pooled,
    pooled_bulk,
    pooled_lead,
    pooled_leads,
    step_of_task,
    step_with,
    ticket_article,
    ticket_macro,
    ticket_to_group,
    ticket_watcher,
    token_of,
    transfer_form,
    user_form,
    user_of,
    values_of,
)
from tests.kit.world import FIXED, MISSING, PERSONAL, RECORD, World


@dataclass(frozen=True)
class Target:
    """How to reach an address: relations that matter, arguments, what is posted."""

    relations: tuple[str, ...] = FIXED
    args: Args = nothing
    post: Callable[[World, str, str], dict[str, Any]] = nothing


#: Addresses that need more than their name. Variants of one address carry `#variant`.
TARGETS: dict[str, Target] = {
    "customers:customer_add": Target(post=new_customer),
    "customers:customer_duplicates": Target(post=values_of(name="杭州机械")),
    "customers:customer_detail": Target(RECORD, CUSTOMER),
    "customers:customer_edit": Target(RECORD, CUSTOMER, edit_customer),
    "customers:customer_delete": Target(RECORD, CUSTOMER),
    "customers:customer_restore": Target(RECORD, CUSTOMER),
    "customers:customer_reveal": Target(RECORD, CUSTOMER),
    "customers:customer_panel": Target(RECORD, also(CUSTOMER, name="contacts")),
    "customers:customer_life_cycle": Target(RECORD, also(CUSTOMER, state="interested")),
    "customers:customer_share": Target(RECORD, CUSTOMER, new_member),
    "customers:customer_unshare": Target(RECORD, member_of),
    "customers:customer_request": Target(
        ("own", "foreign", "missing"), token_of, values_of(reason="x")
    ),
    "customers:customer_bulk#assign": Target(
        RECORD, action_named("assign"), bulk_of("customer", owner="sales1")
    ),
    "customers:customer_bulk#tag": Target(
        RECORD, action_named("tag"), bulk_of("customer", add=["重点"])
    ),
    "customers:customer_bulk#classify": Target(
        RECORD, action_named("classify"), bulk_of("customer", category="category")
    ),
    "customers:customer_bulk#life-cycle": Target(
        RECORD, action_named("life-cycle"), bulk_of("customer", life_cycle="interested")
    ),
    "customers:customer_bulk#distribute": Target(
        RECORD, action_named("distribute"), bulk_of("customer", people="sales1", way="load")
    ),
    "customers:customer_bulk#edit": Target(
        RECORD, action_named("edit"), bulk_of("customer", next_contact_at="2026-12-01 10:00")
    ),
    "customers:customer_bulk#verify": Target(RECORD, action_named("verify"), bulk_of("customer")),
    "customers:customer_verify": Target(RECORD, CUSTOMER),
    "customers:contact_verify": Target(RECORD, CONTACT),
    "customers:contact_bulk#verify": Target(RECORD, action_named("verify"), bulk_of("contact")),
    "customers:customer_bulk#delete": Target(RECORD, action_named("delete"), bulk_of("customer")),
    "customers:customer_export": Target(
        post=values_of(step="run", fmt="csv", columns="all", all="1")
    ),
    "customers:customer_import_job": Target(PERSONAL, DRAFT),
    "customers:customer_import_undo": Target(PERSONAL, JOB),
    "customers:customer_bulk#transfer": Target(
        RECORD, action_named("transfer"), bulk_of("customer", owner="sales2")
    ),
    "customers:customer_bulk#release": Target(
        RECORD, action_named("release"), bulk_of("customer", note="暂无需求")
    ),
    "customers:customer_bulk#lock": Target(RECORD, action_named("lock"), bulk_of("customer")),
    "customers:customer_release": Target(RECORD, CUSTOMER, values_of(note="暂无需求")),
    "customers:customer_transfer": Target(RECORD, CUSTOMER, transfer_form),
    "customers:customer_lock": Target(RECORD, CUSTOMER),
    "customers:customer_bulk#protect": Target(
        RECORD, action_named("protect"), bulk_of("customer", days=5)
    ),
    "customers:customer_protect": Target(RECORD, CUSTOMER, values_of(days=5)),
    "customers:customer_unprotect": Target(RECORD, CUSTOMER),
    "customers:customer_handover": Target(post=leaver_form),
    "customers:customer_pool_detail": Target((*FIXED, "missing"), pooled),
    "customers:customer_pool_claim": Target((*FIXED, "missing"), pooled),
    "customers:customer_pool_bulk#claim": Target(FIXED, action_named("claim"), pooled_bulk()),
    "customers:customer_pool_bulk#assign": Target(
        FIXED, action_named("assign"), pooled_bulk(owner="sales2")
    ),
    "customers:customer_pool_bulk#distribute": Target(
        FIXED, action_named("distribute"), pooled_bulk(people="sales2", way="load")
    ),
    "customers:customer_pool_bulk#delete": Target(FIXED, action_named("delete"), pooled_bulk()),
    "customers:contact_add": Target(post=new_contact),
    "customers:contact_detail": Target(RECORD, CONTACT),
    "customers:contact_edit": Target(RECORD, CONTACT, edit_contact),
    "customers:contact_delete": Target(RECORD, CONTACT),
    "customers:contact_restore": Target(RECORD, CONTACT),
    "customers:contact_reveal": Target(RECORD, CONTACT),
    "customers:contact_panel": Target(RECORD, also(CONTACT, name="customer")),
    "customers:contact_bulk#delete": Target(RECORD, action_named("delete"), bulk_of("contact")),
    "customers:contact_export": Target(
        post=values_of(step="run", fmt="csv", columns="all", all="1")
    ),
    "customers:contact_import_job": Target(PERSONAL, JOB),
    "customers:contact_import_undo": Target(PERSONAL, JOB),
    "leads:lead_add": Target(post=new_lead),
    "leads:lead_duplicates": Target(post=values_of(name="绍兴机械")),
    "leads:lead_detail": Target(RECORD, LEAD),
    "leads:lead_edit": Target(RECORD, LEAD, edit_lead),
    "leads:lead_delete": Target(RECORD, LEAD),
    "leads:lead_restore": Target(RECORD, LEAD),
    "leads:lead_reveal": Target(RECORD, LEAD),
    "leads:lead_abandon": Target(RECORD, LEAD, abandon_form),
    "leads:lead_reactivate": Target(RECORD, LEAD),
    "leads:lead_convert": Target(RECORD, LEAD, convert_lead),
    "opportunities:opportunity_import_job": Target(PERSONAL, JOB),
    "opportunities:opportunity_import_undo": Target(PERSONAL, JOB),
    "leads:lead_import_job": Target(PERSONAL, JOB),
    "leads:lead_import_undo": Target(PERSONAL, JOB),
    "leads:lead_panel": Target(RECORD, also(LEAD, name="score")),
    "leads:lead_bulk#assign": Target(
        RECORD, action_named("assign"), bulk_of("lead", owner="sales1")
    ),
    "leads:lead_bulk#tag": Target(RECORD, action_named("tag"), bulk_of("lead", add=["重点"])),
    "leads:lead_bulk#abandon": Target(RECORD, action_named("abandon"), bulk_abandon),
    "leads:lead_bulk#delete": Target(RECORD, action_named("delete"), bulk_of("lead")),
    "leads:lead_export": Target(post=values_of(step="run", fmt="csv", columns="all", all="1")),
    "leads:lead_bulk#release": Target(RECORD, action_named("release"), bulk_of("lead", note="x")),
    "leads:lead_bulk#lock": Target(RECORD, action_named("lock"), bulk_of("lead")),
    "leads:lead_release": Target(RECORD, LEAD, values_of(note="x")),
    "leads:lead_lock": Target(RECORD, LEAD),
    "leads:lead_bulk#protect": Target(RECORD, action_named("protect"), bulk_of("lead", days=5)),
    "leads:lead_protect": Target(RECORD, LEAD, values_of(days=5)),
    "leads:lead_unprotect": Target(RECORD, LEAD),
    "leads:lead_assign": Target(RECORD, LEAD, transfer_form),
    "leads:lead_transfer": Target(RECORD, LEAD, transfer_form),
    "leads:lead_pool_export": Target(post=values_of(step="run", fmt="csv", columns="all", all="1")),
    "customers:customer_pool_export": Target(
        post=values_of(step="run", fmt="csv", columns="all", all="1")
    ),
    "leads:lead_pool_detail": Target((*FIXED, "missing"), pooled_lead),
    "leads:lead_pool_claim": Target((*FIXED, "missing"), pooled_lead),
    "leads:lead_pool_bulk#claim": Target(FIXED, action_named("claim"), pooled_leads()),
    "leads:lead_pool_bulk#assign": Target(
        FIXED, action_named("assign"), pooled_leads(owner="sales2")
    ),
    "leads:lead_pool_bulk#allocate": Target(FIXED, action_named("allocate"), pooled_leads()),
    "leads:lead_pool_bulk#delete": Target(FIXED, action_named("delete"), pooled_leads()),
    "leads:lead_bulk#allocate": Target(RECORD, action_named("allocate"), bulk_of("lead")),
    "leads:public_form": Target(
        args=lambda world, *_: {"token": world.fixed["webform"].token},
        post=values_of(contact_name="何平", mobile="13700003333"),
    ),
    "knowledge:article_add": Target(post=new_article),
    "knowledge:article_import_job": Target(PERSONAL, JOB),
    "knowledge:article_import_undo": Target(PERSONAL, JOB),
    "knowledge:article_detail": Target(RECORD, ARTICLE),
    "knowledge:article_edit": Target(RECORD, ARTICLE, edit_article),
    "knowledge:article_delete": Target(RECORD, ARTICLE),
    "knowledge:article_restore": Target(RECORD, ARTICLE),
    "knowledge:article_panel": Target(RECORD, also(ARTICLE, name="versions")),
    "knowledge:article_submit": Target(RECORD, ARTICLE, values_of(note="初稿")),
    "knowledge:article_withdraw": Target(RECORD, ARTICLE),
    "knowledge:article_return": Target(RECORD, ARTICLE, values_of(reason="缺图")),
    "knowledge:article_publish": Target(RECORD, ARTICLE),
    "knowledge:article_revise": Target(RECORD, ARTICLE),
    "knowledge:article_discard": Target(RECORD, ARTICLE),
    "knowledge:article_retire": Target(RECORD, ARTICLE, values_of(note="过时")),
    "knowledge:article_confirm": Target(RECORD, ARTICLE),
    "knowledge:article_autosave": Target(RECORD, ARTICLE, edit_article),
    "knowledge:article_bulk#move": Target(
        RECORD, action_named("move"), bulk_of("article", category="knowledge_category")
    ),
    "knowledge:article_bulk#owner": Target(
        RECORD, action_named("owner"), bulk_of("article", owner="sales2")
    ),
    "knowledge:article_bulk#confirm": Target(RECORD, action_named("confirm"), bulk_of("article")),
    "knowledge:article_bulk#delete": Target(RECORD, action_named("delete"), bulk_of("article")),
    "knowledge:article_export": Target(
        post=values_of(step="run", fmt="csv", columns="all", all="1")
    ),
    "knowledge:preview": Target(post=values_of(body="**粗体**")),
    "knowledge:version": Target(RECORD, also(ARTICLE, number=1)),
    "knowledge:feedback": Target(RECORD, ARTICLE, values_of(helpful="yes")),
    "knowledge:gap_delete": Target(FIXED, fixed_key("searchgap")),
    "knowledge:folder_add": Target(post=values_of(name="新文件夹")),
    "knowledge:folder_detail": Target(FIXED, fixed_key("folder")),
    "knowledge:folder_edit": Target(
        FIXED, fixed_key("folder"), values_of(version=1, base="{}", name="改名")
    ),
    "knowledge:folder_delete": Target(FIXED, fixed_key("folder")),
    "knowledge:document_upload": Target(FIXED, fixed_key("folder"), new_files),
    "knowledge:document_detail": Target(KEPT, DOCUMENT),
    "knowledge:document_edit": Target(KEPT, DOCUMENT, edit_document),
    "knowledge:document_delete": Target(KEPT, DOCUMENT),
    "knowledge:category_add": Target(post=knowledge_category),
    "knowledge:category_edit": Target(FIXED, fixed_key("knowledge_category"), knowledge_category),
    "knowledge:category_delete": Target(FIXED, fixed_key("knowledge_category")),
    "help:article": Target(FIXED, lambda *asked: {"pk": 1, "slug": "x"}),
    "help:category": Target(FIXED, lambda *asked: {"pk": 1, "slug": "x"}),
    "help:picture": Target(FIXED, lambda *asked: {"pk": 1}),
    "leads:report_detail": Target(RECORD, LEAD),
    "leads:report_export": Target(post=values_of(step="run", fmt="csv", columns="all", all="1")),
    "tickets:clock_waive": Target(RECORD, CLOCK, values_of(reason="客户要求改期")),
    "tickets:rating_export": Target(post=values_of(step="run", fmt="csv", columns="all", all="1")),
    "tickets:rating_detail": Target(RECORD, RATING),
    "tickets:survey": Target(args=lambda *_: {"token": "unknown"}, post=values_of(score="5")),
    "tickets:leave": Target(post=values_of()),
    "tickets:own_queues": Target(post=values_of(remove="own-00000000")),
    "tickets:queue_add": Target(post=values_of(name="我的紧急")),
    "tickets:public_intake": Target(
        args=lambda world, *_: {"token": world.fixed["intakeform"].token},
        post=values_of(requester="何平", phone="13700003333", title="打不开", description="白屏"),
    ),
    "tickets:public_suggest": Target(
        args=lambda world, *_: {"token": world.fixed["intakeform"].token},
        post=values_of(title="打不开", description="白屏"),
    ),
    "tickets:public_questions": Target(
        args=lambda world, *_: {"token": world.fixed["intakeform"].token},
        post=values_of(category="1"),
    ),
    "tickets:public_offer": Target(
        args=lambda world, *_: {"token": world.fixed["intakeform"].token},
        post=values_of(article="1"),
    ),
    "tickets:customer_page": Target(
        args=lambda *_: {"token": "unknown"}, post=values_of(text="还没有解决")
    ),
    "tickets:customer_file": Target(args=lambda *_: {"token": "unknown", "pk": 1}),
    "tickets:ticket_customer_link": Target(RECORD, TICKET, values_of(act="issue")),
    "tickets:ticket_mail_retry": Target(RECORD, also(TICKET, mail=MISSING)),
    "admin:tickets_surveytemplate_add": Target(
        post=values_of(title="新问卷", low_reasons="慢", high_reasons="快")
    ),
    "tickets:ticket_add": Target(
        post=values_of(title="无法登录", description="提示密码错误", priority="medium")
    ),
    "tickets:intake_card": Target(),
    "tickets:questions": Target(),
    "tickets:ticket_detail": Target(RECORD, TICKET),
    "tickets:ticket_edit": Target(RECORD, TICKET, edit_ticket),
    "tickets:ticket_delete": Target(RECORD, TICKET),
    "tickets:ticket_restore": Target(RECORD, TICKET),
    "tickets:ticket_reveal": Target(RECORD, TICKET),
    "tickets:ticket_panel": Target(RECORD, also(TICKET, name="conversation")),
    "tickets:ticket_message": Target(
        RECORD, TICKET, values_of(kind="internal", text="请技术部看一下")
    ),
    "tickets:ticket_presence": Target(RECORD, TICKET),
    "tickets:ticket_canned": Target(RECORD, TICKET),
    "tickets:ticket_knowledge": Target(RECORD, TICKET),
    "tickets:ticket_quote": Target(RECORD, ticket_article, values_of(kind="internal")),
    "tickets:ticket_article": Target(RECORD, TICKET, values_of(title="无法登录")),
    "tickets:ticket_step": Target(
        RECORD, also(TICKET, to="cancelled"), values_of(reason="重复来电")
    ),
    "tickets:ticket_assign": Target(RECORD, TICKET, user_form("agent1")),
    "tickets:ticket_accept": Target(RECORD, TICKET),
    "tickets:ticket_return": Target(RECORD, TICKET, values_of(note="不属于本组")),
    "tickets:ticket_group": Target(RECORD, TICKET, ticket_to_group),
    "tickets:ticket_watch": Target(RECORD, TICKET),
    "tickets:ticket_watcher": Target(RECORD, TICKET, user_form("manager", name="user")),
    "tickets:ticket_unwatch": Target(RECORD, ticket_watcher),
    "tickets:ticket_merge": Target(RECORD, TICKET, other_ticket("target")),
    "tickets:ticket_unmerge": Target(RECORD, TICKET),
    "tickets:ticket_split": Target(RECORD, also(TICKET, message=MISSING)),
    "tickets:ticket_link": Target(RECORD, TICKET, other_ticket("other", kind="related")),
    "tickets:ticket_unlink": Target(RECORD, also(TICKET, link=MISSING)),
    "tickets:ticket_parent": Target(RECORD, TICKET, other_ticket("parent")),
    "tickets:ticket_macro": Target(RECORD, ticket_macro),
    "tickets:ticket_complaint": Target(RECORD, TICKET, values_of(severity="low", liability="ours")),
    "tickets:ticket_urge": Target(RECORD, TICKET, values_of(words="今天能好吗")),
    "tickets:ticket_times": Target(
        RECORD, TICKET, values_of(event="1", at="2025-01-06 10:00", reason="来电在先")
    ),
    "admin:dictionaries_businesscalendar_add": Target(
        post=values_of(name="客服热线", time_zone="Asia/Shanghai", hours_0="08:00-22:00")
    ),
    "admin:dictionaries_calendarexception_import": Target(
        post=values_of(text="2031-01-05,,workday,Stocktaking", run="1")
    ),
    "tickets:ticket_call_back": Target(RECORD, TICKET, values_of(result="satisfied", words="满意")),
    "tickets:measure_add": Target(
        post=lambda world, *_: {
            "title": "增加保压测试",
            "owner": world.company["agent1"].pk,
            "due_at": "2031-01-05 10:00",
        }
    ),
    "tickets:ticket_claim": Target(args=fixed_key("free_ticket")),
    "tickets:ticket_allocate": Target(args=fixed_key("free_ticket")),
    "tickets:ticket_bulk#priority": Target(
        RECORD, action_named("priority"), bulk_of("ticket", priority="low")
    ),
    "tickets:ticket_bulk#tag": Target(RECORD, action_named("tag"), bulk_of("ticket", add=["重点"])),
    "tickets:ticket_bulk#move": Target(
        RECORD, action_named("move"), bulk_of("ticket", phase="cancelled", reason="重复")
    ),
    "tickets:ticket_bulk#assign": Target(
        RECORD, action_named("assign"), bulk_of("ticket", owner="agent1")
    ),
    "tickets:ticket_bulk#claim": Target(RECORD, action_named("claim"), bulk_of("ticket")),
    "tickets:ticket_bulk#delete": Target(RECORD, action_named("delete"), bulk_of("ticket")),
    "tickets:ticket_import_job": Target(PERSONAL, JOB),
    "tickets:ticket_import_undo": Target(PERSONAL, JOB),
    "tickets:ticket_export": Target(post=values_of(step="run", fmt="csv", columns="all", all="1")),
    "activities:follow_up_add#lead": Target(RECORD, also(LEAD, label="leads.lead"), new_follow_up),
    "opportunities:product_add": Target(
        post=values_of(name="打印机", code="P-9", list_price="100")
    ),
    "opportunities:product_detail": Target(args=fixed_key("product")),
    "opportunities:competitor_detail": Target(args=fixed_key("competitor")),
    "opportunities:product_edit": Target(args=fixed_key("product"), post=edit_catalogue),
    "opportunities:competitor_add": Target(post=values_of(name="金蝶", is_active="on")),
    "opportunities:competitor_edit": Target(args=fixed_key("competitor"), post=edit_catalogue),
    "opportunities:board_column": Target(args=lambda *_: {"stage": stage_of("contact").pk}),
    "opportunities:board_line": Target(post=values_of(line="standard")),
    "opportunities:target_edit#person": Target(
        RECORD, holder_of("person"), values_of(**NO_VERSIONS)
    ),
    "opportunities:target_edit#department": Target(
        ("own", "foreign"),
        holder_of("department"),
        values_of(**NO_VERSIONS),
    ),
    "opportunities:opportunity_undo": Target(RECORD, OPPORTUNITY),
    "opportunities:opportunity_add": Target(post=new_opportunity),
    "opportunities:opportunity_detail": Target(RECORD, OPPORTUNITY),
    "opportunities:opportunity_evaluation": Target(RECORD, OPPORTUNITY),
    "opportunities:opportunity_edit": Target(RECORD, OPPORTUNITY, edit_opportunity),
    "opportunities:opportunity_delete": Target(RECORD, OPPORTUNITY),
    "opportunities:opportunity_restore": Target(RECORD, OPPORTUNITY),
    "opportunities:opportunity_panel": Target(RECORD, also(OPPORTUNITY, name="stages")),
    "opportunities:opportunity_stage": Target(RECORD, OPPORTUNITY, step_with(stage="analysis")),
    "opportunities:opportunity_win": Target(
        RECORD,
        OPPORTUNITY,
        step_with(actual_amount="9000", contract_number="HT-9", deal_on="2026-01-05"),
    ),
    "opportunities:opportunity_lose": Target(
        RECORD, OPPORTUNITY, step_with(reason="opportunity_loss_reason:budget")
    ),
    "opportunities:opportunity_close": Target(
        RECORD, OPPORTUNITY, step_with(reason="opportunity_invalid_reason:no_need")
    ),
    "opportunities:opportunity_reopen": Target(RECORD, ENDED, step_with()),
    "opportunities:opportunity_lines": Target(
        RECORD, OPPORTUNITY, chosen_rows("product", quantity="2", price="9000", discount="5")
    ),
    "opportunities:opportunity_rivals": Target(
        RECORD, OPPORTUNITY, chosen_rows("competitor", strengths="价格低")
    ),
    "opportunities:opportunity_share": Target(RECORD, OPPORTUNITY, new_member),
    "opportunities:opportunity_unshare": Target(RECORD, opportunity_member),
    "opportunities:opportunity_bulk#assign": Target(
        RECORD, action_named("assign"), bulk_of("opportunity", owner="sales1")
    ),
    "opportunities:opportunity_bulk#stage": Target(
        RECORD, action_named("stage"), bulk_of("opportunity", stage="analysis", note="客户已确认")
    ),
    "opportunities:opportunity_bulk#delete": Target(
        RECORD, action_named("delete"), bulk_of("opportunity")
    ),
    "opportunities:opportunity_export": Target(
        post=values_of(step="run", fmt="csv", columns="all", all="1")
    ),
    "activities:follow_up_add#opportunity": Target(
        RECORD, also(OPPORTUNITY, label="opportunities.opportunity"), new_follow_up
    ),
    "activities:follow_up_add#customer": Target(
        RECORD, also(CUSTOMER, label="customers.customer"), new_follow_up
    ),
    "activities:follow_up_add#contact": Target(
        RECORD, also(CONTACT, label="customers.contact"), new_follow_up
    ),
    "activities:related_options#customer": Target(
        RECORD, also(CUSTOMER, label="customers.customer", name="contact")
    ),
    "activities:phrase_list": Target(post=values_of(text="客户出差，下周再联系")),
    "activities:phrase_delete": Target(PERSONAL, PHRASE),
    "activities:follow_up_import_job": Target(PERSONAL, JOB),
    "activities:follow_up_import_undo": Target(PERSONAL, JOB),
    "activities:follow_up_detail": Target(RECORD, FOLLOW_UP),
    "activities:follow_up_edit": Target(RECORD, FOLLOW_UP, edit_follow_up),
    "activities:follow_up_delete": Target(RECORD, FOLLOW_UP),
    "activities:attachment_add#customer": Target(
        RECORD, also(CUSTOMER, label="customers.customer"), new_files
    ),
    "activities:attachment_add#contact": Target(
        RECORD, also(CONTACT, label="customers.contact"), new_files
    ),
    "activities:attachment_file": Target(RECORD, ATTACHMENT),
    "activities:attachment_preview": Target(RECORD, ATTACHMENT),
    "activities:attachment_delete": Target(RECORD, ATTACHMENT),
    "activities:follow_up_export": Target(
        post=values_of(step="run", fmt="csv", columns="all", all="1")
    ),
    "planning:calendar_move#task": Target(
        RECORD, also(TASK, layer="tasks"), values_of(day="2026-12-01")
    ),
    "planning:calendar_move#appointment": Target(
        RECORD, also(APPOINTMENT, layer="appointments"), values_of(day="2026-12-01")
    ),
    "planning:calendar_move#next_contact": Target(
        RECORD, also(CUSTOMER, layer="next-contacts"), values_of(day="2026-12-01")
    ),
    "planning:calendar_ics": Target(args=lambda world, *_: {"token": world.fixed["feed"]}),
    "planning:diary_day": Target(
        args=lambda *_: {"day": "2026-11-20"}, post=values_of(title="周五", content="写完报价")
    ),
    "planning:diary_delete": Target(args=lambda *_: {"day": "2026-11-21"}),
    "planning:report_write": Target(
        args=lambda *_: {"kind": "monthly", "day": "2026-11-01"},
        post=values_of(step="draft", work="整理了客户资料"),
    ),
    "planning:report_detail": Target(KEPT, REPORT),
    "planning:report_comment": Target(KEPT, REPORT, values_of(text="收到")),
    "planning:report_delete": Target(KEPT, REPORT),
    "planning:task_add": Target(post=new_plan(world_planning.NEW_TASK)),
    "planning:task_detail": Target(RECORD, TASK),
    "planning:task_edit": Target(RECORD, TASK, edit_plan("task")),
    "planning:task_delete": Target(RECORD, TASK),
    "planning:task_restore": Target(RECORD, TASK),
    "planning:task_panel": Target(RECORD, also(TASK, name="checklist")),
    "planning:task_complete": Target(RECORD, TASK),
    "planning:task_reopen": Target(RECORD, TASK),
    "planning:task_cancel": Target(RECORD, TASK),
    "planning:task_tick": Target(RECORD, step_of_task, values_of(is_done="1")),
    "planning:task_bulk#complete": Target(RECORD, action_named("complete"), bulk_of("task")),
    "planning:task_bulk#assign": Target(
        RECORD, action_named("assign"), bulk_of("task", owner="agent1")
    ),
    "planning:task_bulk#delete": Target(RECORD, action_named("delete"), bulk_of("task")),
    "planning:appointment_add": Target(post=new_plan(world_planning.NEW_APPOINTMENT)),
    "planning:appointment_detail": Target(RECORD, APPOINTMENT),
    "planning:appointment_edit": Target(RECORD, APPOINTMENT, edit_plan("appointment")),
    "planning:appointment_delete": Target(RECORD, APPOINTMENT),
    "planning:appointment_restore": Target(RECORD, APPOINTMENT),
    "planning:appointment_panel": Target(RECORD, also(APPOINTMENT, name="outcome")),
    "planning:appointment_complete": Target(
        RECORD, APPOINTMENT, values_of(outcome="客户同意下周试用")
    ),
    "planning:appointment_cancel": Target(RECORD, APPOINTMENT),
    "planning:appointment_reopen": Target(RECORD, APPOINTMENT),
    "planning:appointment_collisions": Target(post=values_of(starts_at="2026-12-01 09:00")),
    "planning:appointment_bulk#cancel": Target(
        RECORD, action_named("cancel"), bulk_of("appointment")
    ),
    "planning:appointment_bulk#delete": Target(
        RECORD, action_named("delete"), bulk_of("appointment")
    ),
    "jobs:job_detail": Target(PERSONAL, JOB),
    "jobs:job_progress": Target(PERSONAL, JOB),
    "jobs:job_cancel": Target(PERSONAL, JOB),
    "jobs:job_retry": Target(PERSONAL, JOB),
    "jobs:job_seen": Target(PERSONAL, JOB),
    "jobs:job_file": Target(PERSONAL, file_of_job),
    "notifications:notification_open": Target(PERSONAL, NOTICE),
    "notifications:notification_read": Target(post=values_of(all="1")),
    "reminders:reminder_done": Target(PERSONAL, REMINDER),
    "reminders:reminder_snooze": Target(PERSONAL, also(REMINDER, delay="hour")),
    "admin:dictionaries_calendarexception_add": Target(
        post=values_of(date="2026-12-31", kind="holiday", name="年会", reason="补录")
    ),
    "accounts:avatar": Target(args=user_of),
    "accounts:theme": Target(post=values_of(theme="dark")),
    "accounts:language": Target(post=values_of(language="en")),
    "accounts:page_size": Target(post=values_of(page_size="50")),
    "accounts:nav_state": Target(post=values_of(collapsed="1")),
    "web:columns": Target(
        args=lambda *_: {"name": "customers"}, post=values_of(columns="name,owner")
    ),
    "workbench:panel": Target(args=lambda *_: {"name": "recent"}),
    "workbench:fold": Target(args=lambda *_: {"name": "recent"}, post=values_of(folded="1")),
    "workbench:todo": Target(
        RECORD, also(CUSTOMER, source="customers"), values_of(until="tomorrow")
    ),
    "workbench:arrange": Target(post=values_of(order="recent", shown="recent")),
    "workbench:help_topic": Target(args=lambda *_: {"topic": "customers"}),
    "workbench:log_export": Target(post=values_of(step="run", fmt="csv", columns="all", all="1")),
    "admin:accounts_user_password": Target(args=user_of),
    "admin:accounts_user_state": Target(args=user_of),
    "admin:dictionaries_numberrule_preview": Target(
        args=lambda world, *_: {"pk": world.fixed["numberrule"].pk}
    ),
    "admin:pool_pool_add": Target(post=values_of(kind="customer", name="西南公海", order="1")),
    "admin:pool_pool_rules": Target(
        args=lambda world, *_: {"pk": world.fixed["pool"].pk},
        post=pool_rules,
    ),
    "admin:pool_ownedcap_add": Target(
        post=values_of(kind="customer", purpose="owned", limit="100")
    ),
    "admin:accounts_department_add": Target(
        post=values_of(name="新部门", order="1", is_active="on")
    ),
    "admin:dictionaries_tag_add": Target(post=values_of(name="新标签", color="blue")),
    "admin:app_list": Target(args=lambda *_: {"app_label": "accounts"}),
    "admin:?catch_all_view": Target(args=lambda *_: {"url": "nothing/here"}),
    "setup:company": Target(post=values_of(company_name="示例公司", company_short="SL")),
}


def target_of(name: str) -> Target:
    """How to reach an address; admin pages of single rows are alike for all models."""
    if name in TARGETS:
        return TARGETS[name]
    if name.startswith("admin:") and name.endswith(
        ("_history", "_delete", "_change", "?RedirectView")
    ):
        model = name.removeprefix("admin:").split("_")[1]
        return Target(args=admin_key(model))
    return Target()
