"""The menu of the product, grouped as users think. The shell: imported by its name only."""

from django.utils.translation import gettext_lazy as _

from crm.web.navigation import Menu, MenuGroup, MenuItem

MENU = Menu(
    groups=(
        MenuGroup(
            "",
            (
                MenuItem(
                    _("Workbench"), "layout-dashboard", "workbench:home", tab=True, prefix="/"
                ),
                MenuItem(
                    _("Ticket desk"),
                    "headphones",
                    "tickets:desk",
                    ("tickets.ticket", "claim"),
                    tab=True,
                ),
            ),
        ),
        MenuGroup(
            _("My work"),
            (
                MenuItem(
                    _("Calendar"),
                    "calendar",
                    "planning:calendar",
                    ("activities.appointment", "view"),
                ),
                MenuItem(_("Tasks"), "checkbox", "planning:task_list", ("activities.task", "view")),
                MenuItem(
                    _("Appointments"),
                    "calendar-event",
                    "planning:appointment_list",
                    ("activities.appointment", "view"),
                ),
                MenuItem(
                    _("Diary"), "notebook", "planning:diary", ("activities.diaryentry", "view")
                ),
                MenuItem(
                    _("Work reports"),
                    "report",
                    "planning:report_list",
                    ("activities.workreport", "view"),
                ),
            ),
        ),
        MenuGroup(
            _("Customers"),
            (
                MenuItem(
                    _("Customers"),
                    "building",
                    "customers:customer_list",
                    ("customers.customer", "view"),
                    tab=True,
                ),
                MenuItem(
                    _("Customer pool"),
                    "ripple",
                    "customers:customer_pool_list",
                    ("customers.customer", "see_pool"),
                ),
                MenuItem(
                    _("Maintenance plan"),
                    "calendar-repeat",
                    "customers:rhythm_list",
                    ("customers.customer", "change"),
                ),
                MenuItem(
                    _("Contacts"),
                    "address-book",
                    "customers:contact_list",
                    ("customers.contact", "view"),
                    tab=True,
                ),
                MenuItem(
                    _("Follow-ups"),
                    "message",
                    "activities:follow_up_list",
                    ("activities.followup", "view"),
                ),
                MenuItem(
                    _("Files"),
                    "paperclip",
                    "activities:attachment_list",
                    ("activities.attachment", "view"),
                ),
            ),
        ),
        MenuGroup(
            _("Leads"),
            (
                MenuItem(_("Leads"), "target-arrow", "leads:lead_list", ("leads.lead", "view")),
                MenuItem(
                    _("Lead pool"), "ripple", "leads:lead_pool_list", ("leads.lead", "see_pool")
                ),
                MenuItem(
                    _("Potential customer report"),
                    "report-analytics",
                    "leads:report",
                    ("leads.lead", "view"),
                ),
            ),
        ),
        MenuGroup(
            _("Opportunities"),
            (
                MenuItem(
                    _("Opportunities"),
                    "target",
                    "opportunities:opportunity_list",
                    ("opportunities.opportunity", "view"),
                ),
                MenuItem(
                    _("Opportunity board"),
                    "layout-kanban",
                    "opportunities:board",
                    ("opportunities.opportunity", "view"),
                ),
                MenuItem(
                    _("Forecast"),
                    "chart-arrows-vertical",
                    "opportunities:forecast",
                    ("opportunities.opportunity", "view"),
                ),
                MenuItem(
                    _("Sales funnel"),
                    "filter",
                    "opportunities:funnel",
                    ("opportunities.opportunity", "view"),
                ),
                MenuItem(
                    _("Sales targets"),
                    "flag",
                    "opportunities:targets",
                    ("opportunities.target", "view"),
                ),
                MenuItem(
                    _("Products"),
                    "package",
                    "opportunities:product_list",
                    ("opportunities.product", "view"),
                ),
                MenuItem(
                    _("Competitors"),
                    "swords",
                    "opportunities:competitor_list",
                    ("opportunities.competitor", "view"),
                ),
            ),
        ),
        MenuGroup(
            _("Service desk"),
            (
                MenuItem(
                    _("Take in a ticket"),
                    "headset",
                    "tickets:ticket_add",
                    ("tickets.ticket", "add"),
                ),
                MenuItem(_("Tickets"), "ticket", "tickets:ticket_list", ("tickets.ticket", "view")),
                MenuItem(
                    _("Ticket ratings"),
                    "star",
                    "tickets:rating_list",
                    ("tickets.surveyresponse", "view"),
                ),
                MenuItem(
                    _("Complaint review"),
                    "report-search",
                    "tickets:review",
                    ("tickets.ticket", "export"),
                ),
                MenuItem(
                    _("Ticket statistics"),
                    "chart-bar",
                    "tickets:statistics",
                    ("tickets.ticket", "view"),
                ),
                MenuItem(
                    _("Service wall"), "device-tv", "tickets:wall", ("tickets.ticket", "assign")
                ),
                MenuItem(
                    _("Ticket settings"),
                    "adjustments",
                    "admin:tickets_ticketgroup_changelist",
                    ("tickets.ticketgroup", "change"),
                ),
                MenuItem(
                    _("Knowledge base"),
                    "book",
                    "knowledge:article_list",
                    ("knowledge.article", "view"),
                ),
                MenuItem(
                    _("Documents"),
                    "folder",
                    "knowledge:folder_list",
                    ("knowledge.folder", "view"),
                ),
            ),
        ),
        MenuGroup(
            _("System"),
            (
                MenuItem(_("My background jobs"), "hourglass", "jobs:job_list"),
                MenuItem(_("Address book"), "users", "accounts:people"),
                MenuItem(_("Operation log"), "history", "workbench:log", ("audit.event", "view")),
                MenuItem(
                    _("System management"), "settings", "admin:index", ("accounts.user", "view")
                ),
            ),
        ),
    ),
    quick_create=(
        MenuItem(_("New lead"), "target-arrow", "leads:lead_add", ("leads.lead", "add")),
        MenuItem(
            _("New customer"), "building", "customers:customer_add", ("customers.customer", "add")
        ),
        MenuItem(
            _("New contact"), "user-plus", "customers:contact_add", ("customers.contact", "add")
        ),
        MenuItem(
            _("New opportunity"),
            "target",
            "opportunities:opportunity_add",
            ("opportunities.opportunity", "add"),
        ),
        MenuItem(_("New ticket"), "ticket", "tickets:ticket_add", ("tickets.ticket", "add")),
        MenuItem(_("New task"), "checkbox", "planning:task_add", ("activities.task", "add")),
        MenuItem(_("New article"), "book", "knowledge:article_add", ("knowledge.article", "add")),
        MenuItem(
            _("New appointment"),
            "calendar-plus",
            "planning:appointment_add",
            ("activities.appointment", "add"),
        ),
    ),
)
