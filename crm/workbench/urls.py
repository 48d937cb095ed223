"""Addresses of the workbench, mounted at the root."""

from django.urls import path

from crm.jobs.exporting.views import ExportView
from crm.workbench import (
    arranging_views,
    downloads,
    exporting,
    log,
    searching_views,
    todo_views,
    views,
)
from crm.workbench import help as help_pages

app_name = "workbench"
urlpatterns = [
    path("", views.HomeView.as_view(), name="home"),
    path("home/figures/", views.FiguresView.as_view(), name="figures"),
    path("home/panels/<slug:name>/", views.HomePanelView.as_view(), name="panel"),
    path("home/panels/<slug:name>/fold/", arranging_views.FoldView.as_view(), name="fold"),
    path("home/todo/<slug:source>/<int:pk>/", todo_views.TodoView.as_view(), name="todo"),
    path("home/arrange/", arranging_views.ArrangeView.as_view(), name="arrange"),
    path("search/", searching_views.SearchView.as_view(), name="search"),
    path("palette/", searching_views.PaletteView.as_view(), name="palette"),
    path("log/", log.LogView.as_view(), name="log"),
    path(
        "log/export/",
        ExportView.as_view(
            export=exporting.LOG, url_prefix="workbench:log", list_name="workbench:log"
        ),
        name="log_export",
    ),
    path("log/views/", log.ViewHistoryView.as_view(), name="view_history"),
    path("downloads/", downloads.DownloadsView.as_view(), name="downloads"),
    path("help/", help_pages.HelpView.as_view(), name="help"),
    path("help/<slug:topic>/", help_pages.HelpView.as_view(), name="help_topic"),
]
