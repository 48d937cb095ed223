"""Pages reach rows through `visible_to()` only (`architecture.md` 4.6)."""

import ast

from crm.access.policies import POLICIES, OwnedPolicy
from tests.architecture.sources import Source, sources

#: Modules that show or offer rows to a person.
SHOWING = frozenset(
    {"views", "tables", "panels", "forms", "filters", "bulk", "lists", "home", "finding",
     "facts", "composer", "recent", "palette", "searching_views", "home_panels", "log"}
)  # fmt: skip
#: Models whose rows have readers of their own besides those with an owner.
PERSONAL = {"Job", "Notification"}
#: How a queryset is narrowed to one person.
NARROWED = ("visible_to(", ".of(", ".none()")
#: "path::function" -> why this read needs no question.
ALLOWED = {
    "crm/web/views/base.py::ObjectMixin.rows": "get_object() narrows what comes from here",
    "crm/web/views/bulk.py::BulkView.execute": "keys come from `selection.permitted`",
    "crm/activities/views/follow_ups.py::FollowUpDetailView.rows": "get_object() narrows it",
    "crm/activities/views/follow_ups.py::FollowUpEditView.rows": "get_object() narrows it",
    "crm/activities/views/follow_ups.py::FollowUpDeleteView.rows": "get_object() narrows it",
    "crm/activities/views/attachments.py::AttachmentView.rows": "get_object() narrows it",
    "crm/activities/planning/views/reports.py::ReportDetailView.rows": "narrowed later",
    "crm/activities/planning/views/tasks.py::TaskRows.rows": "get_object() narrows it",
    "crm/activities/planning/views/appointments.py::AppointmentRows.rows": "narrowed later",
    "crm/activities/tables.py::ReachedColumn.prepare": "keys come from the narrowed listing",
    "crm/activities/tables.py::SubjectColumn.prepare": "keys come from the narrowed listing",
    "customers/home.py::_values_of": "keys come from the narrowed slice",
    "customers/views/contacts.py::ContactRows.rows": "get_object() narrows what comes from here",
    "customers/views/customers.py::CustomerDetailView.rows": "get_object() narrows it",
    "customers/views/customers.py::CustomerPanelView.rows": "get_object() narrows it",
    "customers/views/customers.py::CustomerEditView.rows": "get_object() narrows it",
    "customers/views/customers.py::CustomerDeleteView.rows": "get_object() narrows it",
    "customers/views/customers.py::CustomerLifeCycleView.rows": "get_object() narrows it",
    "customers/views/customers.py::CustomerRevealView.rows": "get_object() narrows it",
    "customers/views/customers.py::CustomerRevealView.post": "contacts of a record just checked",
    "customers/views/team.py::CustomerShareView.rows": "get_object() narrows it",
    "customers/views/team.py::CustomerUnshareView.rows": "get_object() narrows it",
    "customers/views/duplicates.py::CustomerRequestView.customer": "a signed token names the row",
    "customers/views/pool.py::Kept.rows": "get_object() narrows what comes from here",
    "customers/views/pool.py::preview": "a number about a checked row",
    "customers/panels.py::_contacts_of": "contacts of the record of the page",
    "customers/tables.py::PrimaryContactColumn._people": "keys come from the narrowed listing",
    "opportunities/views/opportunities.py::OpportunityRows.rows": "get_object() narrows it",
    "knowledge/views/articles.py::ArticleRows.rows": "get_object() narrows it",
    "knowledge/views/public.py::PictureView.get": "only files that a public article shows",
    "tickets/views/tickets.py::TicketRows.rows": "get_object() narrows what comes from here",
    "leads/views/converting.py::LeadConvertView.rows": "get_object() narrows it",
    "leads/views/leads.py::LeadRows.rows": "get_object() narrows what comes from here",
    "leads/views/pool.py::Usable.rows": "get_object() narrows what comes from here",
    "leads/views/report.py::ReportDetailView.rows": "get_object() narrows what comes from here",
}


def scoped_names() -> set[str]:
    """Names of the models whose rows not everybody sees."""
    owned = {item.model.__name__ for item in POLICIES.values() if isinstance(item, OwnedPolicy)}
    return owned | PERSONAL


def shows(source: Source) -> bool:
    """Whether the module puts rows before a person."""
    return source.stem in SHOWING or "/views/" in source.path


def unguarded(source: Source, names: set[str]) -> list[str]:
    """Functions that read rows of a scoped model and narrow them nowhere."""
    found = []
    for name, node in source.functions():
        reads = any(_is_manager(part, names) for part in ast.walk(node))
        if reads and not narrows(ast.get_source_segment(source.text, node) or ""):
            found.append(f"{source.path}::{name}")
    return found


def narrows(text: str) -> bool:
    """Whether a function asks for the rows of one person."""
    return any(mark in text for mark in NARROWED)


def _is_manager(node: ast.AST, names: set[str]) -> bool:
    """`Model.objects`, `Model._base_manager`, or the same of `self.model` or a list's model."""
    if not isinstance(node, ast.Attribute) or node.attr not in ("objects", "_base_manager"):
        return False
    owner = node.value
    if isinstance(owner, ast.Name):
        return owner.id in names
    return isinstance(owner, ast.Attribute) and owner.attr == "model"


def test_pages_narrow_the_rows_they_read() -> None:
    names = scoped_names()
    found = {place for source in sources() if shows(source) for place in unguarded(source, names)}
    assert found - ALLOWED.keys() == set()
    assert ALLOWED.keys() - found == set(), "no longer needed"


def test_the_rule_sees_a_forgotten_question() -> None:
    text = "def page(request):\n    return Customer.objects.get(pk=1)\n"
    source = Source("customers/views/x.py", text, ast.parse(text))
    assert unguarded(source, {"Customer"}) == ["customers/views/x.py::page"]
    asked = text.replace("get(pk=1)", "visible_to(request.user).get(pk=1)")
    assert unguarded(Source("x", asked, ast.parse(asked)), {"Customer"}) == []


def test_a_policy_with_rows_of_its_own_says_what_they_depend_on() -> None:
    for policy in POLICIES.values():
        for parent in type(policy).__mro__:
            if "rows" in vars(parent):
                assert "shape" in vars(parent), parent
