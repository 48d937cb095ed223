"""Addresses of leads."""

from django.urls import path

from crm.jobs.exporting.views import ExportView
from crm.jobs.importing.urls import import_urls
from crm.pool.exporting import PoolExportView
from crm.web.urls import model_urls
from leads import exporting
from leads.views import converting, giving, importing, leads, pool, public, report, states

app_name = "leads"

urlpatterns = [
    *model_urls(
        "lead",
        "leads/",
        {
            "list": leads.LeadListView,
            "add": leads.LeadCreateView,
            "bin": leads.LeadBinView,
            "options": leads.LeadOptionsView,
            "duplicates": leads.LeadDuplicatesView,
            "bulk": leads.LeadBulkView,
            "detail": leads.LeadDetailView,
            "edit": leads.LeadEditView,
            "delete": leads.LeadDeleteView,
            "restore": leads.LeadRestoreView,
            "reveal": leads.LeadRevealView,
            "panel": leads.LeadPanelView,
        },
    ),
    *model_urls(
        "lead_pool",
        "pool/leads/",
        {
            "list": pool.LeadPoolListView,
            "bulk": pool.LeadPoolBulkView,
            "detail": pool.LeadPoolDetailView,
        },
    ),
    path("pool/leads/<int:pk>/claim/", pool.LeadClaimView.as_view(), name="lead_pool_claim"),
    path(
        "pool/leads/export/",
        PoolExportView.as_view(export=exporting.POOL, url_prefix="leads:lead_pool"),
        name="lead_pool_export",
    ),
    path("leads/<int:pk>/release/", pool.LeadReleaseView.as_view(), name="lead_release"),
    path("leads/<int:pk>/lock/", pool.LeadLockView.as_view(), name="lead_lock"),
    path("leads/<int:pk>/protect/", pool.LeadProtectView.as_view(), name="lead_protect"),
    path("leads/<int:pk>/unprotect/", pool.LeadUnprotectView.as_view(), name="lead_unprotect"),
    *import_urls("lead", "leads/", importing.PAGES),
    path(
        "leads/export/",
        ExportView.as_view(export=exporting.LEADS, url_prefix="leads:lead"),
        name="lead_export",
    ),
    path("leads/<int:pk>/convert/", converting.LeadConvertView.as_view(), name="lead_convert"),
    path("leads/<int:pk>/assign/", giving.LeadAssignView.as_view(), name="lead_assign"),
    path("leads/<int:pk>/transfer/", giving.LeadTransferView.as_view(), name="lead_transfer"),
    path("leads/<int:pk>/abandon/", states.LeadAbandonView.as_view(), name="lead_abandon"),
    path(
        "leads/<int:pk>/reactivate/",
        states.LeadReactivateView.as_view(),
        name="lead_reactivate",
    ),
    path("form/<str:token>/", public.PublicFormView.as_view(), name="public_form"),
    path("leads/report/", report.ReportView.as_view(), name="report"),
    path("leads/reasons/", report.ReasonsView.as_view(), name="reasons"),
    path("leads/report/rows/", report.ReportListView.as_view(), name="report_list"),
    path("leads/report/<int:pk>/", report.ReportDetailView.as_view(), name="report_detail"),
    path(
        "leads/report/export/",
        ExportView.as_view(export=exporting.REPORT, url_prefix="leads:report"),
        name="report_export",
    ),
]
