"""All addresses of the product. The shell: imports every app, imported by none."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
]
