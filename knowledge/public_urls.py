"""Addresses of the help centre, in front of the help pages of the product."""

from django.urls import path

from knowledge.views import public

app_name = "help"
urlpatterns = [
    path("centre/", public.CentreView.as_view(), name="centre"),
    path("centre/search/", public.SearchView.as_view(), name="search"),
    path("centre/search/nothing/", public.GapView.as_view(), name="gap"),
    path("centre/c/<int:pk>-<slug:slug>/", public.CategoryView.as_view(), name="category"),
    path("centre/a/<int:pk>-<slug:slug>/", public.ArticleView.as_view(), name="article"),
    path("centre/files/<int:pk>/", public.PictureView.as_view(), name="picture"),
]
