"""Addresses of opportunities."""

from django.urls import path

from crm.jobs.exporting.views import ExportView
from crm.jobs.importing.urls import import_urls
from crm.web.urls import model_urls
from opportunities import exporting
from opportunities.views import (
    analysis,
    board,
    catalogue,
    evaluation,
    importing,
    lines,
    opportunities,
    steps,
    targets,
    team,
)

app_name = "opportunities"

BASE = "opportunities/<int:pk>/"

urlpatterns = [
    path("opportunities/forecast/", analysis.ForecastView.as_view(), name="forecast"),
    path("opportunities/movement/", analysis.MovementView.as_view(), name="movement"),
    path("opportunities/funnel/", analysis.FunnelView.as_view(), name="funnel"),
    path("opportunities/targets/", targets.TargetsView.as_view(), name="targets"),
    path(
        "opportunities/targets/<slug:kind>/<int:pk>/",
        targets.TargetEditView.as_view(),
        name="target_edit",
    ),
    path("opportunities/board/", board.BoardView.as_view(), name="board"),
    path("opportunities/board/line/", board.BoardLineView.as_view(), name="board_line"),
    path("opportunities/board/<int:stage>/", board.BoardColumnView.as_view(), name="board_column"),
    path(
        "opportunities/export/",
        ExportView.as_view(export=exporting.OPPORTUNITIES, url_prefix="opportunities:opportunity"),
        name="opportunity_export",
    ),
    path(
        "opportunities/products/options/",
        catalogue.ProductOptionsView.as_view(),
        name="product_options",
    ),
    path(
        "opportunities/competitors/options/",
        catalogue.CompetitorOptionsView.as_view(),
        name="competitor_options",
    ),
    path(
        "opportunities/competitors/choices/",
        catalogue.CompetitorChoicesView.as_view(),
        name="competitor_choices",
    ),
    path("opportunities/products/", catalogue.ProductListView.as_view(), name="product_list"),
    path("opportunities/products/add/", catalogue.ProductCreateView.as_view(), name="product_add"),
    path(
        "opportunities/products/<int:pk>/",
        catalogue.ProductDetailView.as_view(),
        name="product_detail",
    ),
    path(
        "opportunities/products/<int:pk>/edit/",
        catalogue.ProductEditView.as_view(),
        name="product_edit",
    ),
    path(
        "opportunities/competitors/",
        catalogue.CompetitorListView.as_view(),
        name="competitor_list",
    ),
    path(
        "opportunities/competitors/add/",
        catalogue.CompetitorCreateView.as_view(),
        name="competitor_add",
    ),
    path(
        "opportunities/competitors/<int:pk>/",
        catalogue.CompetitorDetailView.as_view(),
        name="competitor_detail",
    ),
    path(
        "opportunities/competitors/<int:pk>/edit/",
        catalogue.CompetitorEditView.as_view(),
        name="competitor_edit",
    ),
    *import_urls("opportunity", "opportunities/", importing.PAGES),
    *model_urls(
        "opportunity",
        "opportunities/",
        {
            "list": opportunities.OpportunityListView,
            "add": opportunities.OpportunityCreateView,
            "bin": opportunities.OpportunityBinView,
            "options": opportunities.OpportunityOptionsView,
            "bulk": opportunities.OpportunityBulkView,
            "detail": opportunities.OpportunityDetailView,
            "edit": opportunities.OpportunityEditView,
            "delete": opportunities.OpportunityDeleteView,
            "restore": opportunities.OpportunityRestoreView,
            "panel": opportunities.OpportunityPanelView,
        },
    ),
    path(f"{BASE}stage/", steps.StageView.as_view(), name="opportunity_stage"),
    path(f"{BASE}stage/undo/", steps.UndoView.as_view(), name="opportunity_undo"),
    path(
        f"{BASE}evaluation/",
        evaluation.OpportunityEvaluationView.as_view(),
        name="opportunity_evaluation",
    ),
    path(f"{BASE}win/", steps.WinView.as_view(), name="opportunity_win"),
    path(f"{BASE}lose/", steps.LoseView.as_view(), name="opportunity_lose"),
    path(f"{BASE}close/", steps.CloseView.as_view(), name="opportunity_close"),
    path(f"{BASE}reopen/", steps.ReopenView.as_view(), name="opportunity_reopen"),
    path(f"{BASE}products/", lines.LinesView.as_view(), name="opportunity_lines"),
    path(f"{BASE}competitors/", lines.RivalsView.as_view(), name="opportunity_rivals"),
    path(f"{BASE}share/", team.ShareView.as_view(), name="opportunity_share"),
    path(f"{BASE}share/<int:user>/remove/", team.UnshareView.as_view(), name="opportunity_unshare"),
]
