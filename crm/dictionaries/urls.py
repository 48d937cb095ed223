"""Addresses of company values."""

from django.urls import path

from crm.dictionaries.views import TagOptionsView

app_name = "dictionaries"
urlpatterns = [path("tags/options/", TagOptionsView.as_view(), name="tag_options")]
