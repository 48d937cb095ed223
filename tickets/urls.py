"""Addresses of tickets."""

from django.urls import path

from crm.jobs.exporting.views import ExportView
from crm.jobs.importing.urls import import_urls
from crm.web.urls import model_urls
from tickets import exporting
from tickets.desk import keeping
from tickets.desk import views as desk
from tickets.portal import intake, sharing
from tickets.portal import public as portal
from tickets.satisfaction import exporting as rating_exports
from tickets.satisfaction import pages as ratings
from tickets.satisfaction import public
from tickets.sla.retiming_views import TicketTimeView
from tickets.sla.views import ClockWaiveView, ReconsiderView
from tickets.statistics.pages import StatisticsView, WallView
from tickets.views import (
    absence,
    complaints,
    conversation,
    importing,
    joining,
    knowledge,
    steps,
    tickets,
)

app_name = "tickets"

urlpatterns = [
    *model_urls(
        "ticket",
        "tickets/",
        {
            "list": tickets.TicketListView,
            "add": tickets.TicketCreateView,
            "bin": tickets.TicketBinView,
            "options": tickets.TicketOptionsView,
            "bulk": tickets.TicketBulkView,
            "detail": tickets.TicketDetailView,
            "edit": tickets.TicketEditView,
            "delete": tickets.TicketDeleteView,
            "restore": tickets.TicketRestoreView,
            "reveal": tickets.TicketRevealView,
            "panel": tickets.TicketPanelView,
        },
    ),
    *import_urls("ticket", "tickets/", importing.PAGES),
    path("tickets/desk/", desk.DeskView.as_view(), name="desk"),
    path("tickets/queues/", keeping.OwnQueuesView.as_view(), name="own_queues"),
    path("tickets/queues/add/", keeping.QueueAddView.as_view(), name="queue_add"),
    path("tickets/queues/counts/", keeping.QueueCountsView.as_view(), name="queue_counts"),
    path("tickets/<int:pk>/presence/", desk.PresenceView.as_view(), name="ticket_presence"),
    path("tickets/<int:pk>/canned/", desk.CannedView.as_view(), name="ticket_canned"),
    path(
        "tickets/<int:pk>/knowledge/",
        knowledge.TicketKnowledgeView.as_view(),
        name="ticket_knowledge",
    ),
    path(
        "tickets/<int:pk>/knowledge/<int:article>/",
        knowledge.TicketQuoteView.as_view(),
        name="ticket_quote",
    ),
    path("tickets/<int:pk>/article/", knowledge.TicketArticleView.as_view(), name="ticket_article"),
    path("tickets/knowledge/", knowledge.HintsView.as_view(), name="knowledge_hints"),
    path("tickets/leave/", absence.LeaveView.as_view(), name="leave"),
    path("tickets/statistics/", StatisticsView.as_view(), name="statistics"),
    path("tickets/wall/", WallView.as_view(), name="wall"),
    path("tickets/intake/", tickets.IntakeCardView.as_view(), name="intake_card"),
    path(
        "tickets/categories/options/",
        tickets.CategoryOptionsView.as_view(),
        name="category_options",
    ),
    path("tickets/complaints/", complaints.ReviewView.as_view(), name="review"),
    path(
        "tickets/complaints/measures/add/",
        complaints.MeasureAddView.as_view(),
        name="measure_add",
    ),
    path(
        "tickets/<int:pk>/complaint/",
        complaints.TicketComplaintView.as_view(),
        name="ticket_complaint",
    ),
    path(
        "tickets/<int:pk>/call-back/",
        complaints.TicketCallBackView.as_view(),
        name="ticket_call_back",
    ),
    path("tickets/questions/", tickets.QuestionsView.as_view(), name="questions"),
    path(
        "tickets/export/",
        ExportView.as_view(export=exporting.TICKETS, url_prefix="tickets:ticket"),
        name="ticket_export",
    ),
    path(
        "tickets/<int:pk>/messages/",
        conversation.TicketMessageView.as_view(),
        name="ticket_message",
    ),
    path("tickets/<int:pk>/step/<slug:to>/", steps.TicketStepView.as_view(), name="ticket_step"),
    path("tickets/<int:pk>/assign/", steps.TicketAssignView.as_view(), name="ticket_assign"),
    path("tickets/<int:pk>/claim/", steps.TicketClaimView.as_view(), name="ticket_claim"),
    path("tickets/<int:pk>/accept/", steps.TicketAcceptView.as_view(), name="ticket_accept"),
    path("tickets/<int:pk>/return/", steps.TicketReturnView.as_view(), name="ticket_return"),
    path("tickets/<int:pk>/group/", steps.TicketGroupView.as_view(), name="ticket_group"),
    path("tickets/<int:pk>/allocate/", steps.TicketAllocateView.as_view(), name="ticket_allocate"),
    path("tickets/<int:pk>/merge/", joining.TicketMergeView.as_view(), name="ticket_merge"),
    path("tickets/<int:pk>/unmerge/", joining.TicketUnmergeView.as_view(), name="ticket_unmerge"),
    path(
        "tickets/<int:pk>/messages/<int:message>/split/",
        joining.TicketSplitView.as_view(),
        name="ticket_split",
    ),
    path("tickets/<int:pk>/links/", joining.TicketLinkView.as_view(), name="ticket_link"),
    path(
        "tickets/<int:pk>/links/<int:link>/remove/",
        joining.TicketUnlinkView.as_view(),
        name="ticket_unlink",
    ),
    path("tickets/<int:pk>/parent/", joining.TicketParentView.as_view(), name="ticket_parent"),
    path(
        "tickets/<int:pk>/macros/<int:macro>/",
        joining.TicketMacroView.as_view(),
        name="ticket_macro",
    ),
    path("tickets/<int:pk>/urge/", steps.TicketUrgeView.as_view(), name="ticket_urge"),
    path("tickets/<int:pk>/watch/", steps.TicketWatchView.as_view(), name="ticket_watch"),
    path("tickets/<int:pk>/watchers/", steps.TicketWatcherAddView.as_view(), name="ticket_watcher"),
    path(
        "tickets/<int:pk>/watchers/<int:user>/remove/",
        steps.TicketWatcherRemoveView.as_view(),
        name="ticket_unwatch",
    ),
    path("tickets/clocks/<int:pk>/waive/", ClockWaiveView.as_view(), name="clock_waive"),
    path("tickets/<int:pk>/times/", TicketTimeView.as_view(), name="ticket_times"),
    path("tickets/clocks/reconsider/", ReconsiderView.as_view(), name="clocks_reconsider"),
    path("tickets/ratings/", ratings.RatingListView.as_view(), name="rating_list"),
    path(
        "tickets/ratings/export/",
        ExportView.as_view(export=rating_exports.RATINGS, url_prefix="tickets:rating"),
        name="rating_export",
    ),
    path("tickets/ratings/people/", ratings.RatingPeopleView.as_view(), name="rating_people"),
    path("tickets/ratings/<int:pk>/", ratings.RatingDetailView.as_view(), name="rating_detail"),
    path("ask/<str:token>/", intake.IntakeView.as_view(), name="public_intake"),
    path("ask/<str:token>/suggest/", intake.SuggestView.as_view(), name="public_suggest"),
    path("ask/<str:token>/questions/", intake.QuestionsView.as_view(), name="public_questions"),
    path("ask/<str:token>/open/", intake.OfferView.as_view(), name="public_offer"),
    path("t/<str:token>/", portal.CustomerPageView.as_view(), name="customer_page"),
    path("t/<str:token>/files/<int:pk>/", portal.CustomerFileView.as_view(), name="customer_file"),
    path(
        "tickets/<int:pk>/customer-link/",
        sharing.CustomerLinkView.as_view(),
        name="ticket_customer_link",
    ),
    path(
        "tickets/<int:pk>/mails/<int:mail>/retry/",
        sharing.MailRetryView.as_view(),
        name="ticket_mail_retry",
    ),
    path("s/<str:token>/", public.SurveyView.as_view(), name="survey"),
]
