"""Every model people work with has the standard tests, or a reason why not."""

from crm.access.policies import POLICIES
from tests.activities.planning import test_views as planning_views
from tests.customers import test_views as customer_views
from tests.kit.views import StandardViewTests
from tests.knowledge import test_views as knowledge_views
from tests.leads import test_views as lead_views
from tests.opportunities import test_views as opportunity_views
from tests.tickets import test_views as ticket_views

#: Modules with standard tests.
PAGES = (
    customer_views,
    lead_views,
    opportunity_views,
    knowledge_views,
    planning_views,
    ticket_views,
)

#: Label -> what tests it instead.
EXEMPT = {
    "audit.event": "read only: tests/workbench/test_log.py",
    "audit.view": "read only: tests/workbench/test_log.py",
    "accounts.user": "administration: tests/admin",
    "accounts.department": "administration: tests/admin",
    "accounts.role": "administration: tests/admin",
    "accounts.loginrecord": "read only: tests/admin",
    "dictionaries.dictionary": "administration: tests/admin",
    "dictionaries.item": "administration: tests/admin",
    "dictionaries.region": "administration: tests/admin",
    "dictionaries.numberrule": "administration: tests/admin",
    "dictionaries.setting": "administration: tests/admin",
    "dictionaries.tag": "administration: tests/admin",
    "dictionaries.businesscalendar": "administration: tests/dictionaries/test_calendar.py",
    "dictionaries.calendarexception": "administration: tests/dictionaries/test_calendar.py",
    "dictionaries.statutoryyear": "administration: tests/dictionaries/test_calendar.py",
    "reminders.reminder": "made by the product: tests/reminders",
    "reminders.reminderrule": "administration: tests/reminders/test_admin.py",
    "jobs.job": "made by the product: tests/jobs",
    "activities.diaryentry": "one a day: tests/activities/planning/test_diary.py",
    "activities.workreport": "one a span: tests/activities/planning/test_reports.py",
    "activities.followup": "written on other records: tests/activities/test_pages.py",
    "activities.attachment": "stands on other records: tests/activities/test_attachments.py",
    "pool.pool": "administration: tests/pool",
    "pool.ownedcap": "administration: tests/pool",
    "opportunities.target": "pages of its own: tests/opportunities/test_analysis.py",
    "opportunities.pipeline": "administration: tests/opportunities/test_catalogue.py",
    "opportunities.stage": "administration: tests/opportunities/test_catalogue.py",
    "opportunities.product": "pages of its own: tests/opportunities/test_catalogue.py",
    "opportunities.competitor": "pages of its own: tests/opportunities/test_catalogue.py",
    "knowledge.folder": "pages of its own: tests/knowledge/test_documents.py",
    "knowledge.document": "pages of its own: tests/knowledge/test_documents.py",
    "knowledge.category": "pages of its own: tests/knowledge/test_categories.py",
    "leads.webform": "administration: tests/leads/test_keeping.py",
    "leads.allocationrule": "administration: tests/leads/test_keeping.py",
    "leads.scorerule": "administration: tests/leads/test_keeping.py",
    "tickets.surveyresponse": "written by customers: tests/tickets/test_satisfaction.py",
    "tickets.intakeform": "administration: tests/tickets/test_public_form.py",
    "tickets.surveytemplate": "administration: tests/tickets/test_satisfaction.py",
    "tickets.slapolicy": "administration: tests/tickets/sla",
    "tickets.businessnode": "administration: tests/tickets/test_administering.py",
    "tickets.ticketstatus": "administration: tests/tickets/test_administering.py",
    "tickets.ticketgroup": "administration: tests/tickets/test_administering.py",
    "tickets.agentprofile": "administration: tests/tickets/test_administering.py",
    "tickets.skill": "administration: tests/tickets/test_administering.py",
    "tickets.cannedreply": "administration: tests/tickets/test_administering.py",
    "tickets.macro": "administration: tests/tickets/test_administering.py",
    "customers.category": "administration: tests/gates/test_conflict.py",
    "customers.rhythmrule": "administration: tests/customers/test_rhythm.py",
    "customers.contactgroup": "administration: tests/customers/test_services.py",
}


def test_every_public_model_is_tested() -> None:
    tested = {
        each.model._meta.label_lower
        for module in PAGES
        for each in vars(module).values()
        if isinstance(each, type)
        and issubclass(each, StandardViewTests)
        and each is not StandardViewTests
    }
    assert tested & EXEMPT.keys() == set()
    assert tested | EXEMPT.keys() == POLICIES.keys()
